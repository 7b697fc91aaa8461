import { pageResolvers } from '@partner-renewals/sdk/caches';
import { mutationDocumentOf, parsed, renewalsDocument, renewalsPage } from '@partner-renewals/sdk/documents';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { parse } from 'graphql';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { allRows } from '../direct-request.ts';
import { otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { mutate, show, urqlClient } from './urql-client.ts';

failOnWarnings();

const columns = ['primaryContact', 'estimatedNewMrr'] as const;
const renewals = parsed(parse, renewalsDocument(columns));
const setOwner = parsed(parse, mutationDocumentOf('setCommunicationOwner'));

test("the SDK's documents page forward in graphcache, and their mutations update the rows", async () => {
  const before = await rowsOf(sample.owner);
  const ids = (await allRows()).map(({ id }) => id);
  const { client, sent } = urqlClient({ resolvers: pageResolvers(relayPagination) });
  const shown = await show(client, renewals, { first: 15 });
  const { endCursor } = renewalsPage(shown(), columns);
  const both = await show(client, renewals, { first: 15, after: endCursor });
  const page = () => renewalsPage(both(), columns);
  assert.deepEqual(
    page().rows.map(({ id }) => id),
    ids,
  );
  const input = otherOwner(before[0]);
  await mutate(client, setOwner, input);
  await rowsOf(sample.owner);
  assert.deepEqual(
    page()
      .rows.filter(({ customerName }) => customerName === sample.owner)
      .map(({ communicationOwner }) => communicationOwner),
    before.map(() => input.owner),
  );
  assert.equal(sent.length, 3);
});
