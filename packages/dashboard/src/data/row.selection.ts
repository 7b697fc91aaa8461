import type { ContractChange, RenewalColumn, Selected, Selection } from '@partner-renewals/sdk';

export const moneySelection = { amount: true, currencyCode: true } as const;
export const personSelection = { id: true, name: true, email: true } as const;

const termsSelection = (has: (column: RenewalColumn) => boolean) =>
  ({
    maxContacts: has('maxContacts'),
    emailLimit: has('emailLimit'),
    billingFrequency: has('billingFrequency'),
    billingIntervalMonths: has('billingFrequency'),
    subscriptionTermMonths: has('subscriptionTerm'),
    mrr: moneySelection,
  }) as const;

/** What the page selects of each change: what acts and locked columns need, and the shown columns. A field of another column is optional. */
export const rowSelection = (columns: ReadonlySet<RenewalColumn>) => {
  const has = (column: RenewalColumn): boolean => columns.has(column);
  return {
    ...{ id: true, version: true, type: true, status: true, statusReason: true },
    ...{ communicationOwner: true, communicationOwnerSource: true },
    ...{
      effectiveDate: true,
      renewalDeadline: true,
      daysUntilDeadline: true,
      daysUntilEffective: true,
      lastDecisionDate: true,
      daysUntilLastDecision: true,
    },
    ...{
      availableActions: true,
      nextCancellableRenewalDate: true,
      lateCancellationRequest: true,
      decision: { action: true, decidedOn: true },
    },
    primaryContact: personSelection,
    customer: { id: true, name: true, website: true, hubId: has('hubId'), association: { version: true } },
    renewalStartDate: has('renewalStartDate'),
    // Who decides sees what the change costs.
    currentTerms: termsSelection(has),
    newTerms: { mrr: moneySelection },
    estimatedMrrChange: has('estimatedNewMrr') && moneySelection,
  } as const satisfies Selection<ContractChange>;
};

/** A change as the page shows it. */
export type Row = Selected<ContractChange, ReturnType<typeof rowSelection>>;
