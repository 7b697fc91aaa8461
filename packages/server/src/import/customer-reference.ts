import type { ReferenceFault } from './faults.queries.ts';

/** The row names a Hub ID that the partner has no customer for, and the companies of this import bring none. */
export const unknownCustomer = (header: string): Record<'UNKNOWN_CUSTOMER', ReferenceFault> => ({
  UNKNOWN_CUSTOMER: { header, value: 's.hub_id::text', reason: `'No customer has this Hub ID.'` },
});
