import { parse } from 'graphql';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { keys, pageResolvers, possibleTypes } from '@partner-renewals/sdk/caches';
import { mutationDocumentOf, parsed, renewalsDocument, renewalsPage, selectionDocument } from '@partner-renewals/sdk/documents';

const renewals = parsed(parse, renewalsDocument(['website']));
const setCommunicationOwner = parsed(parse, mutationDocumentOf('setCommunicationOwner'));
const who = selectionDocument({ viewer: { role: true, partner: { id: true, name: true } } });

/** Renewals through urql, with this package's documents, types and rows. */
export async function withUrql(url: string, token: string) {
  const client = new Client({
    url,
    exchanges: [cacheExchange({ possibleTypes, keys: keys(), resolvers: pageResolvers(relayPagination) }), fetchExchange],
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  });

  const { data, error } = await client.query(renewals, { first: 10 }).toPromise();
  if (error || !data) throw error;
  const [row] = renewalsPage(data, ['website']).rows;

  const viewer = await client.query(parsed(parse, who.document), who.variables).toPromise();
  const done = await client.mutation(setCommunicationOwner, { input: { customerId: row!.customerId, owner: 'PARTNER' } }).toPromise();
  return {
    website: row!.website,
    role: viewer.data!.viewer.role,
    owner: done.data!.setCommunicationOwner.association?.communicationOwner,
  };
}
