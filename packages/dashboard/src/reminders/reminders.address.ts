import type { ReminderFilter, ReminderKind, ReminderState } from '@partner-renewals/sdk';
import { navigate } from '../app/address.ts';

/** What the page of reminders asks for. All of it stands in the address. */
export type Asked = {
  /** ID of a customer. */
  readonly customer: string | null;
  readonly recipient: string;
  readonly state: ReminderState | null;
  readonly kind: ReminderKind | null;
  /** Days on which it was sent or skipped, in the browser's time zone. */
  readonly from: string | null;
  readonly to: string | null;
  /** Whether those are shown that a later reminder of the same change replaced. */
  readonly replaced: boolean;
  /** The page of the list. */
  readonly after: string | null;
  readonly before: string | null;
};

const states: Record<ReminderState, true> = { SENT: true, WAITING: true, SKIPPED: true, FAILED: true, KEPT: true };
const kinds: Record<ReminderKind, true> = {
  ...{ DEADLINE_REMINDER: true, CUSTOMER_NOTICE: true, AFTER_DEADLINE: true, ON_EFFECTIVE_DATE: true, WEEKLY_DIGEST: true, TEST: true },
};
export const allStates = Object.keys(states) as ReminderState[];
export const allKinds = Object.keys(kinds) as ReminderKind[];

const isDate = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** Reads an address that anybody may have written: what is malformed is left out. */
export function askedIn(search: string): Asked {
  const given = new URLSearchParams(search);
  const date = (name: string) => (isDate(given.get(name)) ? given.get(name) : null);
  const oneOf = <T extends string>(name: string, values: readonly T[]) => values.find((value) => value === given.get(name)) ?? null;
  return {
    customer: given.get('customer'),
    recipient: (given.get('recipient') ?? '').slice(0, 200),
    state: oneOf('state', allStates),
    kind: oneOf('kind', allKinds),
    from: date('from'),
    to: date('to'),
    replaced: given.get('replaced') === 'true',
    after: given.get('after'),
    before: given.get('before'),
  };
}

/** Another search begins at its first page, unless it names one. */
export function ask(asked: Asked, patch: Partial<Asked>, { replace = false } = {}): void {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...asked, after: null, before: null, ...patch })) if (value) next.set(name, String(value));
  const search = next.toString();
  navigate(`/reminders${search && `?${search}`}`, { replace });
}

export const isNarrowed = ({ customer, recipient, state, kind, from, to }: Asked): boolean =>
  Boolean(customer ?? (recipient || (state ?? kind ?? from ?? to)));

// A day begins at midnight of the browser's time zone.
const beginOf = (date: string, days = 0): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(year, month - 1, day + days).toISOString();
};

export function filterOf({ customer, recipient, state, kind, from, to, replaced }: Asked): ReminderFilter {
  return {
    ...(!replaced && { isOvertaken: false }),
    ...(customer && { customerId: { eq: customer } }),
    ...(recipient && { recipient }),
    ...(state && { state: { eq: state } }),
    ...(kind && { kind: { eq: kind } }),
    ...((from || to) && { endedAt: { ...(from && { gte: beginOf(from) }), ...(to && { lt: beginOf(to, 1) }) } }),
  };
}
