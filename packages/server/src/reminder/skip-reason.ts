/** Why a reminder was not sent. The planner gives OVERTAKEN, MOVED and TOO_LATE; all others come from the check right before sending. */
export const skipReasons = [
  /** A later reminder about the same change came first. */
  'OVERTAKEN',
  /** The deadline or effective date of the change has moved. */
  'MOVED',
  'ASSOCIATION_ENDED',
  /** Somebody decided meanwhile. */
  'DECIDED',
  /** There is nothing to decide: the change is gone, or its deadline lies before its term. */
  'NOT_DECIDABLE',
  'OWNER_CHANGED',
  /** The contact is inactive, or no longer the primary contact. */
  'CONTACT_GONE',
  'USER_GONE',
  'MUTED',
  'SNOOZED',
  'SWITCHED_OFF',
  'UNSUBSCRIBED',
  'SUPPRESSED',
  /** The last day to act has passed, or the news is old. */
  'TOO_LATE',
  /** A digest without contents. */
  'NOTHING_TO_SAY',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/**
 * Messages that ended so never reached the reader, and the reason may be over: they are planned again. The planner finds each of these
 * reasons itself, so it plans nothing while one lasts; a mute or a suppression it does not look at.
 */
export const plannedAgainAfter: readonly SkipReason[] = [
  ...(['MOVED', 'ASSOCIATION_ENDED', 'DECIDED', 'NOT_DECIDABLE'] as const),
  ...(['OWNER_CHANGED', 'CONTACT_GONE', 'USER_GONE', 'SWITCHED_OFF'] as const),
];
