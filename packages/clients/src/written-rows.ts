import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse, type DocumentNode } from 'graphql';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, ShownRow } from './direct-request.ts';
import { assertShown, nextDecision, otherContact, otherOwner, rowsOf, sample } from './sample-rows.ts';

// What a normalizing cache must do after a write, the same for every such client.

const rowFields = `
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
export const renewals: TypedDocumentNode<Renewals, Record<string, never>> = parse(`
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
`);
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
  setCommunicationOwner: parse(`
    mutation Write($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) { ${payload} } }
    ${rowFields}
  `),
  setPrimaryContact: parse(`
    mutation Write($input: SetPrimaryContactInput!) { setPrimaryContact(input: $input) { ${payload} } }
    ${rowFields}
  `),
  acceptContractChange: parse(`
    mutation Write($input: AcceptContractChangeInput!) { acceptContractChange(input: $input) { ${payload} } }
    ${rowFields}
  `),
  requestCancellation: parse(`
    mutation Write($input: RequestCancellationInput!) { requestCancellation(input: $input) { ${payload} } }
    ${rowFields}
  `),
};

/** A client that shows the list `renewals`; `sent` has the names of its operations. */
type Showing = { shown: () => Renewals; write(mutation: DocumentNode, input: object): Promise<unknown>; sent: string[] };

export function testWrites(name: string, open: () => Promise<Showing>): void {
  /** Shows the list, writes, and checks what the list shows of the customer then. */
  async function writeAndCheck(
    customerName: string,
    write: (row: Row) => { action: keyof typeof mutations; input: object },
  ): Promise<void> {
    const before = await rowsOf(customerName);
    const { shown, write: send, sent } = await open();
    const { action, input } = write(before[0]);
    await send(mutations[action], input);
    await assertShown(
      () => shown().upcomingContractChanges.nodes.filter(({ customer }) => customer.name === customerName),
      customerName,
      before,
    );
    assert.deepEqual(sent, ['Renewals', 'Write']);
  }

  test(`a new communication owner shows in every row of the customer without a refetch, in ${name}`, async () => {
    await writeAndCheck(sample.owner, (row) => ({ action: 'setCommunicationOwner', input: otherOwner(row) }));
  });

  test(`a new primary contact shows in every row of the customer without a refetch, in ${name}`, async () => {
    await writeAndCheck(sample.contact, (row) => ({ action: 'setPrimaryContact', input: otherContact(row) }));
  });

  test(`a decision shows without a refetch, in ${name}`, async () => {
    await writeAndCheck(sample.decision, nextDecision);
  });

  test(`a decision shows in a later row of the contract, whose new terms depend on it, in ${name}`, async () => {
    await writeAndCheck(sample.dependent, nextDecision);
  });
}
