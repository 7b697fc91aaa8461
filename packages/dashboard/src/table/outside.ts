import type { Conditions } from '../data/conditions.ts';
import type { Row } from '../data/row.selection.ts';

/** Whether a row that was read by these filters no longer fits them, as somebody decided on it or changed its customer. */
export const isOutside = (row: Row, { isActionRequired, status, owner, hasNoContact }: Conditions): boolean =>
  (isActionRequired && (row.status !== 'PENDING' || row.communicationOwner !== 'PARTNER')) ||
  (status.length > 0 && !status.includes(row.status)) ||
  (owner !== null && row.communicationOwner !== owner) ||
  (hasNoContact && row.primaryContact !== null);
