import { idLeaf, type FieldTable } from '../reading/projection.ts';

/** An ended customer; alias `last` has the end of its last association. */
export const endedCustomerFields: FieldTable = {
  leaves: {
    customerId: idLeaf('Customer', 'customer.id'),
    name: { sql: ['customer.name'] },
    endedAt: { sql: ['last.ended_at'] },
  },
};
