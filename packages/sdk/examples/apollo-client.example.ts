import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { possibleTypes, typePolicies } from '@partner-renewals/sdk/caches';
import { mutationDocumentOf, parsed, renewalsDocument, renewalsPage } from '@partner-renewals/sdk/documents';

const renewals = parsed(gql, renewalsDocument(['website', 'currentMrr']));
const setPrimaryContact = parsed(gql, mutationDocumentOf('setPrimaryContact'));

/** Renewals through Apollo Client: Apollo's cache with this package's documents, types and rows. */
export async function withApolloClient(url: string, token: string) {
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes, typePolicies: typePolicies(relayStylePagination) }),
    link: new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }),
  });

  const { data } = await client.query({ query: renewals, variables: { first: 10 } });
  const page = renewalsPage(data!, ['website', 'currentMrr']);
  const [row] = page.rows;

  const done = await client.mutate({
    mutation: setPrimaryContact,
    variables: { input: { customerId: row!.customerId, contactId: null, expectedVersion: row!.associationVersion } },
    context: { headers: { 'idempotency-key': crypto.randomUUID() } },
  });
  return { website: row!.website, amount: row!.currentMrr.amount, version: done.data!.setPrimaryContact.association?.version };
}
