import assert from 'node:assert/strict';
import { allRows, type Row, type ShownRow } from './direct-request.ts';

/** Customers of the sample data that the programs change. The first three have two rows each. */
export const sample = { owner: 'Oslo Optik', contact: 'Quarzwerk', dependent: 'Rhönrad Reisen', decision: 'Uferlos Verlag' } as const;

/** The rows of one customer, as the server has them now. */
export async function rowsOf(name: string): Promise<[Row, ...Row[]]> {
  const [first, ...rest] = (await allRows()).filter(({ customer }) => customer.name === name);
  assert.ok(first, `${name} has no rows`);
  return [first, ...rest];
}

/** Checks that a client shows the rows of a customer as the server has them now, and that they changed. */
export async function assertShown(shown: () => readonly ShownRow[], name: string, before: readonly Row[]): Promise<void> {
  const now = await rowsOf(name);
  assert.deepEqual(shown().map(fieldsOf), now.map(fieldsOf));
  for (const [index, row] of now.entries()) assert.notDeepEqual(fieldsOf(row), fieldsOf(before[index]!));
}

const fieldsOf = ({ id, communicationOwner, status, version, primaryContact, newTerms }: ShownRow) => ({
  id,
  communicationOwner,
  status,
  version,
  contactId: primaryContact?.id ?? null,
  newMrr: newTerms.mrr.amount,
});

/** The columns that every view has. */
export const lockedColumns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'] as const;

/** Input that sets the other communication owner. */
export const otherOwner = ({ customer, communicationOwner }: Row) => ({
  customerId: customer.id,
  owner: communicationOwner === 'PARTNER' ? ('VENDOR' as const) : ('PARTNER' as const),
  expectedVersion: customer.association.version,
});

/** Input that makes another active user of the customer's account the primary contact. */
export function otherContact({ customer, primaryContact }: Row) {
  const user = customer.users.nodes.find(({ id, isActive }) => isActive && id !== primaryContact?.id);
  assert.ok(user, `${customer.name} has no other active user`);
  return { customerId: customer.id, contactId: user.id, expectedVersion: customer.association.version };
}

/** The decision that changes the status of a row, and its input. */
export const nextDecision = ({ id, version, status }: Row) => ({
  action: status === 'CANCELLATION_REQUESTED' ? ('acceptContractChange' as const) : ('requestCancellation' as const),
  input: { contractChangeId: id, expectedVersion: version },
});
