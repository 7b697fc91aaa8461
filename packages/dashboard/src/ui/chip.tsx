import type { ContractChangeStatus } from '@partner-renewals/sdk';

const signs = { PENDING: '○', RENEWED: '✓', CONFIRMED: '✓', CANCELLATION_REQUESTED: '✕' } as const;

/** A status by sign, word and colour. */
export const StatusChip = ({ status, label }: { status: ContractChangeStatus; label: string }) => (
  <span className={`chip ${status.toLowerCase()}`}>
    <i aria-hidden="true">{signs[status]}</i>
    {label}
  </span>
);
