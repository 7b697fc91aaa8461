import { gql, type TypedDocumentNode } from '@apollo/client';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import type { ShownRow } from '../direct-request.ts';
import { assertShown, nextDecision, otherContact, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { apolloClient, show } from './apollo-client.ts';

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
async function writeAndCheck(name: string, before: Awaited<ReturnType<typeof rowsOf>>, mutation: keyof typeof mutations, input: object) {
  const { client, sent } = apolloClient();
  const shown = await show(client.watchQuery({ query: renewals }));
  await client.mutate({ mutation: mutations[mutation], variables: { input } });
  await assertShown(() => shown().upcomingContractChanges.nodes.filter(({ customer }) => customer.name === name), name, before);
  assert.deepEqual(sent, ['Renewals', 'Write']);
}

test('a new communication owner shows in every row of the customer without a refetch', async () => {
  const before = await rowsOf(sample.owner);
  await writeAndCheck(sample.owner, before, 'setCommunicationOwner', otherOwner(before[0]));
});

test('a new primary contact shows in every row of the customer without a refetch', async () => {
  const before = await rowsOf(sample.contact);
  await writeAndCheck(sample.contact, before, 'setPrimaryContact', otherContact(before[0]));
});

test('a decision shows without a refetch', async () => {
  const before = await rowsOf(sample.decision);
  const { action, input } = nextDecision(before[0]);
  await writeAndCheck(sample.decision, before, action, input);
});

test('a decision shows in a later row of the contract, whose new terms depend on it, without a refetch', async () => {
  const before = await rowsOf(sample.dependent);
  const { action, input } = nextDecision(before[0]);
  await writeAndCheck(sample.dependent, before, action, input);
});
