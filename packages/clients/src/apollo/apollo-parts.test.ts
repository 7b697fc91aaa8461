import { gql, type DocumentNode } from '@apollo/client';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { ask } from '../direct-request.ts';
import { otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { apolloClient, policiesOfSdk, show } from './apollo-client.ts';

failOnWarnings();

/** Shows two parts of a page that select different fields of the same objects. They must not fetch each other again. */
async function showParts(client: ReturnType<typeof apolloClient>['client'], one: DocumentNode, two: DocumentNode) {
  const [{ customer }] = await rowsOf(sample.owner);
  const variables = { id: customer.id };
  const first = await show(client.watchQuery({ query: one, variables }));
  const second = await show(client.watchQuery({ query: two, variables }));
  // The answer to another request comes later than the cache tells the first part of what the second has written.
  await rowsOf(sample.owner);
  first();
  second();
}

test('parts that select different fields of objects with ids need no policies', async () => {
  const [row] = await rowsOf(sample.owner);
  const change = 'mutation Change($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) { userErrors { code } } }';
  // So that there is an event.
  await ask(change, { input: otherOwner(row) });
  const { client, sent } = apolloClient();
  const one = gql`
    query One($id: ID!) {
      viewer {
        id
        role
      }
      customer(by: { id: $id }) {
        id
        timeline(first: 5) {
          nodes {
            id
            action
          }
        }
        products {
          id
          product
        }
      }
    }
  `;
  const two = gql`
    query Two($id: ID!) {
      viewer {
        id
        businessDate
      }
      customer(by: { id: $id }) {
        id
        timeline(first: 5) {
          nodes {
            id
            occurredAt
          }
        }
        products {
          id
          contract {
            id
            noticePeriodDays
          }
        }
      }
    }
  `;
  await showParts(client, one, two);
  assert.deepEqual(sent, ['One', 'Two']);
});

test('with the policies of the SDK, the same holds for values without ids', async () => {
  const { client, sent } = apolloClient({ cache: policiesOfSdk });
  const one = gql`
    query One {
      viewer {
        role
        partner {
          id
          settings {
            ownsAllTransactionalConversations
          }
        }
        dashboardColumns {
          label
        }
      }
      upcomingContractChanges(first: 5) {
        totalCount
        edges {
          node {
            id
            currentTerms {
              mrr {
                amount
              }
            }
          }
        }
      }
    }
  `;
  const two = gql`
    query Two {
      viewer {
        businessDate
        partner {
          id
          settings {
            pointOfContact {
              id
            }
          }
        }
      }
      upcomingContractChanges(first: 5) {
        businessDate
        edges {
          node {
            id
            currentTerms {
              maxContacts
              mrr {
                currencyCode
              }
            }
          }
        }
      }
    }
  `;
  await showParts(client, one, two);
  assert.deepEqual(sent, ['One', 'Two']);
});

test('new settings of the partner show in every row without a refetch', async () => {
  const { client, sent } = apolloClient();
  const shown = await show(
    client.watchQuery<{ upcomingContractChanges: { nodes: { communicationOwner: string; communicationOwnerSource: string }[] } }>({
      query: gql`
        query Renewals {
          upcomingContractChanges(first: 100) {
            nodes {
              id
              communicationOwner
              communicationOwnerSource
            }
          }
        }
      `,
    }),
  );
  const sources = () =>
    new Set(shown().upcomingContractChanges.nodes.map((row) => `${row.communicationOwner} ${row.communicationOwnerSource}`));
  const update = gql`
    mutation Update($owns: Boolean!) {
      updatePartnerSettings(input: { ownsAllTransactionalConversations: $owns }) {
        contractChanges {
          id
          communicationOwner
          communicationOwnerSource
        }
      }
    }
  `;
  const before = sources();
  assert.ok(before.has('VENDOR VENDOR_DEFAULT'));
  await client.mutate({ mutation: update, variables: { owns: true } });
  assert.ok(!sources().has('VENDOR VENDOR_DEFAULT'));
  assert.ok(sources().has('PARTNER PARTNER_SETTING'));
  await client.mutate({ mutation: update, variables: { owns: false } });
  assert.deepEqual(sources(), before);
  assert.deepEqual(sent, ['Renewals', 'Update', 'Update']);
});
