import { idLeaf, type FieldTable } from '../reading/projection.ts';

/** Not the customer's ID: caches would take the two for one object. */
export const endedCustomerId = (customerId: string) => `end_${customerId}`;

/** An ended customer; alias `last` has the end of its last association. */
export const endedCustomerFields: FieldTable = {
  leaves: {
    id: { sql: ['customer.id'], value: ([id]) => endedCustomerId(id as unknown as string) },
    customerId: idLeaf('Customer', 'customer.id'),
    name: { sql: ['customer.name'] },
    endedAt: { sql: ['last.ended_at'] },
  },
};
