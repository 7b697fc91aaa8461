import { pageResolvers } from '@partner-renewals/sdk/caches';
import { gql, type TypedDocumentNode } from '@urql/core';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { allRows } from '../direct-request.ts';
import { urqlClient } from './urql-client.ts';

failOnWarnings();

type Renewals = {
  upcomingContractChanges: {
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  };
};
type Variables = { first?: number; after?: string; last?: number; before?: string };
const renewals: TypedDocumentNode<Renewals, Variables> = gql`
  query Renewals($first: Int, $after: String, $last: Int, $before: String) {
    upcomingContractChanges(first: $first, after: $after, last: $last, before: $before) {
      edges {
        cursor
        node {
          id
          status
          customer {
            id
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;
const paged = (mergeMode: 'inwards' | 'outwards') => ({
  resolvers: { Query: { upcomingContractChanges: relayPagination({ mergeMode }) } },
});
const idsOf = ({ upcomingContractChanges }: Renewals) => upcomingContractChanges.edges.map(({ node }) => node.id);

async function read(client: ReturnType<typeof urqlClient>['client'], variables: Variables) {
  const { data, error } = await client.query(renewals, variables).toPromise();
  assert.ifError(error);
  return data!;
}

test('relayPagination merges pages forward to the end of the list', async () => {
  const { client, sent } = urqlClient(paged('inwards'));
  let data = await read(client, { first: 10 });
  while (data.upcomingContractChanges.pageInfo.hasNextPage && sent.length < 9)
    data = await read(client, { first: 10, after: data.upcomingContractChanges.pageInfo.endCursor });
  const rows = await allRows();
  assert.deepEqual(
    idsOf(data),
    rows.map(({ id }) => id),
  );
  assert.equal(sent.length, Math.ceil(rows.length / 10));
});

test('relayPagination merges pages backward from the end to the first page', async () => {
  const { client, sent } = urqlClient(paged('outwards'));
  let data = await read(client, { last: 10 });
  while (data.upcomingContractChanges.pageInfo.hasPreviousPage && sent.length < 9)
    data = await read(client, { last: 10, before: data.upcomingContractChanges.pageInfo.startCursor });
  const rows = await allRows();
  assert.deepEqual(
    idsOf(data),
    rows.map(({ id }) => id),
  );
  assert.equal(sent.length, Math.ceil(rows.length / 10));
});

test('the resolvers of the SDK join pages, and keep the other fields of a list', async () => {
  const { client, sent } = urqlClient({ resolvers: pageResolvers(relayPagination) });
  let data = await read(client, { first: 10 });
  while (data.upcomingContractChanges.pageInfo.hasNextPage && sent.length < 9)
    data = await read(client, { first: 10, after: data.upcomingContractChanges.pageInfo.endCursor });
  const rows = await allRows();
  assert.deepEqual(
    idsOf(data),
    rows.map(({ id }) => id),
  );
  assert.equal(sent.length, Math.ceil(rows.length / 10));
  const { data: counted } = await client.query<{ upcomingContractChanges: { totalCount: number; nodes: object[] } }>(
    gql`
      query Count {
        upcomingContractChanges(first: 100) {
          totalCount
          nodes {
            id
          }
        }
      }
    `,
    {},
  );
  assert.equal(counted!.upcomingContractChanges.totalCount, rows.length);
  assert.equal(counted!.upcomingContractChanges.nodes.length, rows.length);
});
