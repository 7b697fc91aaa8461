import { idLeaf, type FieldTable } from '../reading/projection.ts';

/** A customer under the alias m, and under a when its last association ended. */
export const endedCustomerFields: FieldTable = {
  leaves: {
    customerId: idLeaf('Customer', 'm.id'),
    name: { sql: ['m.name'] },
    endedAt: { sql: ['a.ended_at'] },
  },
};
