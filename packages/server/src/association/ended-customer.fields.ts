import { idLeaf, type FieldTable } from '../reading/projection.ts';

/** A customer, and under the alias `last` when its last association ended. */
export const endedCustomerFields: FieldTable = {
  leaves: {
    customerId: idLeaf('Customer', 'customer.id'),
    name: { sql: ['customer.name'] },
    endedAt: { sql: ['last.ended_at'] },
  },
};
