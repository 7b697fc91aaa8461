import { gql, type TypedDocumentNode } from '@apollo/client';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { lockedColumns } from '../sample-rows.ts';
import { apolloClient, caches, show } from './apollo-client.ts';

failOnWarnings();

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

for (const [which, policies] of caches) {
  test(`a view that is created, renamed and deleted shows without a refetch and without an update function, in ${which}`, async () => {
    const { client, sent } = apolloClient({ cache: policies });
    const shown = await show(client.watchQuery({ query: views }));
    const names = () => shown().viewer.savedViews.edges.map(({ node }) => node.name);
    const before = names();

    const created = await client.mutate<{ createSavedView: { savedView: { id: string } } }>({
      mutation: gql`
      mutation Create($input: CreateSavedViewInput!) {
        createSavedView(input: $input) {
          savedView {
            id
          }
          query {
            ${viewList}
          }
        }
      }
    `,
      variables: { input: { name: 'Apollo', columns: lockedColumns } },
    });
    assert.deepEqual(names(), [...before, 'Apollo']);
    const { id } = created.data!.createSavedView.savedView;

    await client.mutate({
      mutation: gql`
        mutation Rename($input: UpdateSavedViewInput!) {
          updateSavedView(input: $input) {
            savedView {
              id
              name
            }
          }
        }
      `,
      variables: { input: { id, name: 'Apollo, renamed' } },
    });
    assert.deepEqual(names(), [...before, 'Apollo, renamed']);

    await client.mutate({
      mutation: gql`
      mutation Delete($input: DeleteSavedViewInput!) {
        deleteSavedView(input: $input) {
          deletedSavedViewId
          query {
            ${viewList}
          }
        }
      }
    `,
      variables: { input: { id } },
    });
    assert.deepEqual(names(), before);
    assert.deepEqual(sent, ['Views', 'Create', 'Rename', 'Delete']);
  });

  test(`evicting the removed ids hides the rows of an ended association, in ${which}`, async () => {
    const { client, sent } = apolloClient({ cache: policies });
    const shown = await show(
      client.watchQuery<{ upcomingContractChanges: { nodes: { customer: { id: string; name: string } }[] } }>({
        query: gql`
          query Renewals {
            upcomingContractChanges(first: 100) {
              nodes {
                id
                customer {
                  id
                  name
                }
              }
            }
          }
        `,
      }),
    );
    const customers = () => shown().upcomingContractChanges.nodes.map(({ customer }) => customer);
    const { id: customerId } = customers().find((customer) => customer.name === 'Mühlenbäckerei')!;
    const rows = customers().length;
    await client.mutate<{ endAssociation: { removedContractChangeIds: string[] } }>({
      mutation: gql`
        mutation End($input: EndAssociationInput!) {
          endAssociation(input: $input) {
            removedContractChangeIds
          }
        }
      `,
      variables: { input: { customerId } },
      update(cache, { data }) {
        for (const id of data!.endAssociation.removedContractChangeIds)
          cache.evict({ id: cache.identify({ __typename: 'ContractChange', id })! });
      },
    });
    assert.equal(customers().length, rows - 2);
    assert.ok(!customers().some((customer) => customer.name === 'Mühlenbäckerei'));
    await client.mutate({
      mutation: gql`
        mutation Resume($input: ResumeAssociationInput!) {
          resumeAssociation(input: $input) {
            query {
              upcomingContractChanges(first: 100) {
                nodes {
                  id
                  customer {
                    id
                    name
                  }
                }
              }
            }
          }
        }
      `,
      variables: { input: { customerId } },
    });
    assert.equal(customers().length, rows);
    assert.deepEqual(sent, ['Renewals', 'End', 'Resume']);
  });
}
