import { CombinedGraphQLErrors, gql, type TypedDocumentNode } from '@apollo/client';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { laterDay, rowsOn } from '../direct-request.ts';
import { otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { viewerToken } from '../server-address.ts';
import { apolloClient, show } from './apollo-client.ts';

failOnWarnings();

type Statuses = { upcomingContractChanges: { nodes: { status: string; daysUntilEffective: number; customer: { name: string } }[] } };
const statuses: TypedDocumentNode<Statuses, { asOf: string | null }> = gql`
  query Statuses($asOf: Date) {
    upcomingContractChanges(first: 100, asOf: $asOf) {
      businessDate
      nodes {
        id
        status
        daysUntilEffective
        customer {
          id
          name
          upcomingContractChanges {
            id
            status
            daysUntilEffective
          }
        }
      }
    }
  }
`;

test('the dashboard of another day and that of today both stay right in one cache', async () => {
  const { client, sent } = apolloClient();
  const today = await show(client.watchQuery({ query: statuses, variables: { asOf: null } }));
  const later = await show(client.watchQuery({ query: statuses, variables: { asOf: laterDay } }));
  const [rowsOfToday, rowsOfLater] = [await rowsOn(null), await rowsOn(laterDay)];
  const rowsIn = ({ upcomingContractChanges }: Statuses) =>
    upcomingContractChanges.nodes.map(({ status, daysUntilEffective }) => ({ status, daysUntilEffective }));
  assert.deepEqual(rowsIn(today()), rowsOfToday);
  assert.deepEqual(rowsIn(later()), rowsOfLater);
  assert.deepEqual(sent, ['Statuses', 'Statuses']);
});

test('a refused field leaves the data of the other fields in place', async () => {
  const { client } = apolloClient({ token: viewerToken });
  const { data, error } = await client.query<{ viewer: { role: string }; endedCustomers: null }>({
    query: gql`
      query Both {
        viewer {
          role
        }
        endedCustomers {
          totalCount
        }
      }
    `,
    errorPolicy: 'all',
  });
  assert.ok(CombinedGraphQLErrors.is(error));
  assert.equal(error.errors[0]!.extensions!['code'], 'FORBIDDEN');
  assert.equal(data?.viewer.role, 'VIEWER');
  assert.equal(data.endedCustomers, null);
});

test('an edit of an old version tells the conflict and changes nothing on the screen', async () => {
  const [row] = await rowsOf(sample.owner);
  const { version } = row.customer.association;
  const { client, sent } = apolloClient();
  const shown = await show(client.watchQuery({ query: statuses, variables: { asOf: null } }));
  const before = structuredClone(shown());
  const { data } = await client.mutate<{
    setCommunicationOwner: { customer: null; userErrors: { __typename: string; currentVersion: number }[] };
  }>({
    mutation: gql`
      mutation SetOwner($input: SetCommunicationOwnerInput!) {
        setCommunicationOwner(input: $input) {
          customer {
            id
          }
          userErrors {
            code
            message
            ... on ConflictError {
              currentVersion
            }
          }
        }
      }
    `,
    variables: { input: { ...otherOwner(row), expectedVersion: version + 1 } },
  });
  assert.equal(data?.setCommunicationOwner.customer, null);
  const [conflict] = data.setCommunicationOwner.userErrors;
  assert.equal(conflict?.__typename, 'ConflictError');
  assert.equal(conflict.currentVersion, version);
  assert.deepEqual(shown(), before);
  assert.deepEqual(sent, ['Statuses', 'SetOwner']);
});
