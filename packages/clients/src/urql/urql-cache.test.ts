import { gql, type TypedDocumentNode } from '@urql/core';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { laterDay, rowsOn } from '../direct-request.ts';
import { lockedColumns, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { viewerToken } from '../server-address.ts';
import { mutate, show, urqlClient } from './urql-client.ts';

failOnWarnings();

type Rows = { upcomingContractChanges: { nodes: { status: string; daysUntilEffective: number }[] } };
const rows: TypedDocumentNode<Rows, { asOf: string | null }> = gql`
  query Rows($asOf: Date) {
    upcomingContractChanges(first: 100, asOf: $asOf) {
      nodes {
        id
        status
        daysUntilEffective
      }
    }
  }
`;
const rowsIn = ({ upcomingContractChanges }: Rows) =>
  upcomingContractChanges.nodes.map(({ status, daysUntilEffective }) => ({ status, daysUntilEffective }));

test('the dashboard of another day and that of today both stay right in one cache', async () => {
  const { client, sent } = urqlClient();
  const today = await show(client, rows, { asOf: null });
  const later = await show(client, rows, { asOf: laterDay });
  const [rowsOfToday, rowsOfLater] = [await rowsOn(null), await rowsOn(laterDay)];
  assert.deepEqual(rowsIn(today()), rowsOfToday);
  assert.deepEqual(rowsIn(later()), rowsOfLater);
  assert.deepEqual(sent, ['Rows', 'Rows']);
});

test('a refused field leaves the data of the other fields in place', async () => {
  const { client } = urqlClient({ token: viewerToken });
  const { data, error } = await client
    .query<{ viewer: { role: string }; endedCustomers: null }>(
      gql`
        query Both {
          viewer {
            role
          }
          endedCustomers {
            totalCount
          }
        }
      `,
      {},
    )
    .toPromise();
  assert.equal(error?.graphQLErrors[0]?.extensions['code'], 'FORBIDDEN');
  assert.equal(data?.viewer.role, 'VIEWER');
  assert.equal(data.endedCustomers, null);
});

test('an edit of an old version tells the conflict and changes nothing on the screen', async () => {
  const [row] = await rowsOf(sample.owner);
  const { version } = row.customer.association;
  const { client, sent } = urqlClient();
  const shown = await show(client, rows, { asOf: null });
  const before = shown();
  const { setCommunicationOwner } = await mutate<{
    setCommunicationOwner: { customer: null; userErrors: { __typename: string; currentVersion: number }[] };
  }>(
    client,
    gql`
      mutation SetOwner($input: SetCommunicationOwnerInput!) {
        setCommunicationOwner(input: $input) {
          customer {
            id
          }
          userErrors {
            __typename
            code
            message
            ... on ConflictError {
              currentVersion
            }
          }
        }
      }
    `,
    { ...otherOwner(row), expectedVersion: version + 1 },
  );
  assert.equal(setCommunicationOwner.customer, null);
  const [conflict] = setCommunicationOwner.userErrors;
  assert.equal(conflict?.__typename, 'ConflictError');
  assert.equal(conflict.currentVersion, version);
  assert.deepEqual(shown(), before);
  assert.deepEqual(sent, ['Rows', 'SetOwner']);
});

const viewList = `
  viewer {
    savedViews(first: 100) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;
type Views = { viewer: { savedViews: { edges: { node: { id: string; name: string } }[] } } };
const views: TypedDocumentNode<Views> = gql`query Views { ${viewList} }`;
const create: TypedDocumentNode<{ createSavedView: { savedView: { id: string } } }> = gql`
  mutation Create($input: CreateSavedViewInput!) { createSavedView(input: $input) { savedView { id } query { ${viewList} } } }
`;
const rename = gql`
  mutation Rename($input: UpdateSavedViewInput!) {
    updateSavedView(input: $input) {
      savedView {
        id
        name
      }
    }
  }
`;
const remove = gql`
  mutation Delete($input: DeleteSavedViewInput!) { deleteSavedView(input: $input) { deletedSavedViewId query { ${viewList} } } }
`;

test('a view that is created, renamed and deleted shows without a refetch and without an update function', async () => {
  const { client, sent } = urqlClient();
  const shown = await show(client, views, {});
  const names = () => shown().viewer.savedViews.edges.map(({ node }) => node.name);
  const before = names();
  const { createSavedView } = await mutate(client, create, { name: 'urql', columns: lockedColumns });
  assert.deepEqual(names(), [...before, 'urql']);
  const { id } = createSavedView.savedView;
  await mutate(client, rename, { id, name: 'urql, renamed' });
  assert.deepEqual(names(), [...before, 'urql, renamed']);
  await mutate(client, remove, { id });
  assert.deepEqual(names(), before);
  assert.deepEqual(sent, ['Views', 'Create', 'Rename', 'Delete']);
});
