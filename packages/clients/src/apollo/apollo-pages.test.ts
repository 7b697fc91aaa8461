import { gql, type InMemoryCacheConfig, type TypedDocumentNode } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { allRows } from '../direct-request.ts';
import { apolloClient, policiesOfSdk, show, showMore } from './apollo-client.ts';

failOnWarnings();

type Renewals = {
  upcomingContractChanges: {
    totalCount: number;
    edges: { node: { id: string; status: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  };
};
type Variables = { first?: number | null; after?: string | null; last?: number | null; before?: string | null; filter?: object };
const renewals: TypedDocumentNode<Renewals, Variables> = gql`
  query Renewals($first: Int, $after: String, $last: Int, $before: String, $filter: ContractChangeFilter) {
    upcomingContractChanges(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      totalCount
      edges {
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
const paged: InMemoryCacheConfig = { typePolicies: { Query: { fields: { upcomingContractChanges: relayStylePagination() } } } };

const idsOf = ({ upcomingContractChanges }: Renewals) => upcomingContractChanges.edges.map(({ node }) => node.id);
const positionOf = ({ upcomingContractChanges }: Renewals) => upcomingContractChanges.pageInfo;

for (const [name, cache] of [
  ['relayStylePagination', paged],
  ['the policies of the SDK', policiesOfSdk],
] as const) {
  test(`pages grow forward to the end of the list by ${name}`, async () => {
    const { client, sent } = apolloClient({ cache });
    const list = client.watchQuery({ query: renewals, variables: { first: 10 } });
    const shown = await show(list);
    while (positionOf(shown()).hasNextPage && sent.length < 9) await showMore(list, { after: positionOf(shown()).endCursor });
    const rows = await allRows();
    assert.deepEqual(
      idsOf(shown()),
      rows.map(({ id }) => id),
    );
    assert.equal(shown().upcomingContractChanges.totalCount, rows.length);
    assert.equal(sent.length, Math.ceil(rows.length / 10));
  });

  test(`pages grow backward from the end to the first page by ${name}`, async () => {
    const { client, sent } = apolloClient({ cache });
    const list = client.watchQuery({ query: renewals, variables: { last: 10 } });
    const shown = await show(list);
    assert.equal(positionOf(shown()).hasNextPage, false);
    while (positionOf(shown()).hasPreviousPage && sent.length < 9) await showMore(list, { before: positionOf(shown()).startCursor });
    const rows = await allRows();
    assert.deepEqual(
      idsOf(shown()),
      rows.map(({ id }) => id),
    );
    assert.equal(sent.length, Math.ceil(rows.length / 10));
  });
}

test('a list that begins in the middle grows both ways', async () => {
  const { client } = apolloClient({ cache: paged });
  const ids = (await allRows()).map(({ id }) => id);
  const { data } = await client.query({ query: renewals, variables: { first: 8 } });
  const middle = apolloClient({ cache: paged }).client;
  const list = middle.watchQuery({ query: renewals, variables: { first: 5, after: data!.upcomingContractChanges.pageInfo.endCursor } });
  const shown = await show(list);
  assert.deepEqual(idsOf(shown()), ids.slice(8, 13));
  await showMore(list, { first: null, after: null, last: 5, before: positionOf(shown()).startCursor });
  assert.deepEqual(idsOf(shown()), ids.slice(3, 13));
  await showMore(list, { after: positionOf(shown()).endCursor });
  assert.deepEqual(idsOf(shown()), ids.slice(3, 18));
});

test('the policies of the SDK keep lists of different filters apart', async () => {
  const { client, sent } = apolloClient({ cache: policiesOfSdk });
  const status = (statuses: string[]) => ({ first: 100, filter: { status: { in: statuses } } });
  const pending = await show(client.watchQuery({ query: renewals, variables: status(['PENDING']) }));
  const renewed = await show(client.watchQuery({ query: renewals, variables: status(['RENEWED']) }));
  const rows = await allRows();
  for (const [shown, wanted] of [
    [pending, 'PENDING'],
    [renewed, 'RENEWED'],
  ] as const) {
    assert.deepEqual(
      idsOf(shown()),
      rows.filter((row) => row.status === wanted).map(({ id }) => id),
    );
  }
  assert.equal(sent.length, 2);
});
