import { idLeaf, type FieldTable } from '../reading/projection.ts';

/** A suppressed address, under the alias `suppression`. */
export const suppressionFields: FieldTable = {
  leaves: {
    id: idLeaf('Suppression', 'suppression.id'),
    address: { sql: ['suppression.address'] },
    reason: { sql: ['suppression.reason'] },
    kind: { sql: ['suppression.kind'] },
    detail: { sql: ['suppression.detail'] },
    suppressedAt: { sql: ['suppression.suppressed_at'] },
    liftedAt: { sql: ['suppression.lifted_at'] },
    liftedBy: { sql: ['suppression.lifted_by'] },
  },
};
