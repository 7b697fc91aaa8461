import { gql, type InMemoryCacheConfig, type TypedDocumentNode } from '@apollo/client';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import type { Row, ShownRow } from '../direct-request.ts';
import { assertShown, nextDecision, otherContact, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { apolloClient, caches, show } from './apollo-client.ts';

failOnWarnings();

const rowFields = gql`
  fragment RowFields on ContractChange {
    id
    communicationOwner
    communicationOwnerSource
    status
    availableActions
    version
    primaryContact {
      id
      name
    }
    newTerms {
      mrr {
        amount
        currencyCode
      }
    }
  }
`;
type Renewals = { upcomingContractChanges: { nodes: (ShownRow & { customer: { name: string } })[] } };
const renewals: TypedDocumentNode<Renewals> = gql`
  query Renewals {
    upcomingContractChanges(first: 100) {
      nodes {
        ...RowFields
        customer {
          id
          name
        }
      }
    }
  }
  ${rowFields}
`;
const payload = `
  contractChanges {
    ...RowFields
  }
  userErrors {
    code
    message
  }
`;
const mutations = {
  setCommunicationOwner: gql`
    mutation Write($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) { ${payload} } }
    ${rowFields}
  `,
  setPrimaryContact: gql`
    mutation Write($input: SetPrimaryContactInput!) { setPrimaryContact(input: $input) { ${payload} } }
    ${rowFields}
  `,
  acceptContractChange: gql`
    mutation Write($input: AcceptContractChangeInput!) { acceptContractChange(input: $input) { ${payload} } }
    ${rowFields}
  `,
  requestCancellation: gql`
    mutation Write($input: RequestCancellationInput!) { requestCancellation(input: $input) { ${payload} } }
    ${rowFields}
  `,
};

/** Shows a list, writes, and checks what the list shows of the customer then. */
async function writeAndCheck(
  cache: InMemoryCacheConfig,
  name: string,
  write: (row: Row) => { action: keyof typeof mutations; input: object },
): Promise<void> {
  const before = await rowsOf(name);
  const { client, sent } = apolloClient({ cache });
  const shown = await show(client.watchQuery({ query: renewals }));
  const { action, input } = write(before[0]);
  await client.mutate({ mutation: mutations[action], variables: { input } });
  await assertShown(() => shown().upcomingContractChanges.nodes.filter(({ customer }) => customer.name === name), name, before);
  assert.deepEqual(sent, ['Renewals', 'Write']);
}

for (const [name, cache] of caches) {
  test(`a new communication owner shows in every row of the customer without a refetch, in ${name}`, async () => {
    await writeAndCheck(cache, sample.owner, (row) => ({ action: 'setCommunicationOwner', input: otherOwner(row) }));
  });

  test(`a new primary contact shows in every row of the customer without a refetch, in ${name}`, async () => {
    await writeAndCheck(cache, sample.contact, (row) => ({ action: 'setPrimaryContact', input: otherContact(row) }));
  });

  test(`a decision shows without a refetch, in ${name}`, async () => {
    await writeAndCheck(cache, sample.decision, nextDecision);
  });

  test(`a decision shows in a later row of the contract, whose new terms depend on it, in ${name}`, async () => {
    await writeAndCheck(cache, sample.dependent, nextDecision);
  });
}
