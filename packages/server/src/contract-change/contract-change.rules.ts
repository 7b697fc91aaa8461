import type { CalendarDate } from '../calendar-date.ts';

// Status is derived, never stored. Each rule exists twice, side by side: as a function for one row, and as SQL for filters, orders
// and counts. `asOf` and `today` are business dates; they are always parameters.

export const contractChangeTypes = ['RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE'] as const;
export type ContractChangeType = (typeof contractChangeTypes)[number];

export const contractChangeStatuses = ['RENEWED', 'CONFIRMED', 'PENDING', 'CANCELLATION_REQUESTED'] as const;
export type ContractChangeStatus = (typeof contractChangeStatuses)[number];

export type ContractChangeStatusReason = 'AWAITING_DECISION' | 'ACCEPTED' | 'AUTO_RENEWED' | 'CANCELLATION_REQUESTED';
export type ContractChangeAction = 'ACCEPT' | 'REQUEST_CANCELLATION' | 'WITHDRAW_CANCELLATION';

/** The dashboard shows changes that take effect in the next 120 days, both ends included. */
export const windowDays = 120;

/** How far `asOf` may lie from the business date, in days, both ways. `dashboard_row` holds no change that took effect longer ago. */
export const maxAsOfDistanceDays = 366;

// The deadline itself, effective date minus notice period, is a generated column: contract_change.renewal_deadline (initial schema).

// --- decisions -------------------------------------------------------------------------------------------------------

/**
 * Where a decision comes from: MANUAL, a user; IMPORT, a cell of changes.csv; AUTO_RENEW and END_DATE, those columns of contracts.csv;
 * CARRIED, a late cancellation of an earlier renewal.
 */
export type DecisionSource = 'MANUAL' | 'IMPORT' | 'AUTO_RENEW' | 'END_DATE' | 'CARRIED';

/** An import derives these decisions. Such a withdrawal takes back only requests of its own source; others take back every request. */
const derivedSources: readonly DecisionSource[] = ['AUTO_RENEW', 'END_DATE', 'CARRIED'];

export const isDerived = ({ source }: Pick<Decision, 'source'>): boolean => derivedSources.includes(source);

/** One line of the append-only log. The log is in the order of recording. */
export type Decision = { action: ContractChangeAction; decidedOn: CalendarDate; source: DecisionSource };

const withdraws = (withdrawal: Decision, request: Decision) =>
  withdrawal.action === 'WITHDRAW_CANCELLATION' && (withdrawal.source === request.source || !isDerived(withdrawal));

/** The latest acceptance or unwithdrawn cancellation dated up to `asOf`; on the same date cancellation wins. */
export function standingDecision(log: readonly Decision[], asOf: CalendarDate): Decision | null {
  let standing: Decision | null = null;
  for (const [index, decision] of log.entries()) {
    if (decision.action === 'WITHDRAW_CANCELLATION' || decision.decidedOn > asOf) continue;
    const isWithdrawn =
      decision.action === 'REQUEST_CANCELLATION' &&
      log.some((later, at) => at > index && withdraws(later, decision) && later.decidedOn <= asOf);
    if (isWithdrawn) continue;
    const isLater = standing === null || decision.decidedOn > standing.decidedOn;
    const winsTheDay =
      decision.decidedOn === standing?.decidedOn && (decision.action === 'REQUEST_CANCELLATION' || standing.action === 'ACCEPT');
    if (isLater || winsTheDay) standing = decision;
  }
  return standing;
}

/** State of the log at a date; status follows from it. */
export type DecisionState = { isAccepted: boolean; isCancelled: boolean; hasLateCancellation: boolean };

/**
 * The decision that stands on a renewal's deadline is final. A later cancellation is only flagged; a later acceptance
 * never overrides a timely cancellation. Of other changes, the decision that stands on the effective date is final.
 */
export function decisionState(
  log: readonly Decision[],
  { deadline, effectiveDate }: { deadline: CalendarDate | null; effectiveDate: CalendarDate },
  asOf: CalendarDate,
): DecisionState {
  const last = deadline ?? effectiveDate;
  const inTime = standingDecision(log, last < asOf ? last : asOf)?.action;
  const isCancelled = inTime === 'REQUEST_CANCELLATION';
  const isAcceptedLate = log.some((d) => deadline !== null && d.action === 'ACCEPT' && d.decidedOn > deadline && d.decidedOn <= asOf);
  return {
    isCancelled,
    isAccepted: !isCancelled && (inTime === 'ACCEPT' || isAcceptedLate),
    hasLateCancellation:
      !isCancelled && deadline !== null && asOf > deadline && standingDecision(log, asOf)?.action === 'REQUEST_CANCELLATION',
  };
}

/** SQL: whether a later line dated up to `asOf` withdraws a request (alias `decision`). */
export const isWithdrawnSql = (asOf: string) => `(decision.action = 'REQUEST_CANCELLATION' and exists (
  select from contract_change_decision withdrawal
  where withdrawal.partner_id = decision.partner_id and withdrawal.contract_change_id = decision.contract_change_id
    and withdrawal.sequence > decision.sequence and withdrawal.action = 'WITHDRAW_CANCELLATION' and withdrawal.decided_on <= ${asOf}
    and (withdrawal.source = decision.source or withdrawal.source not in (${derivedSources.map((source) => `'${source}'`).join(', ')}))))`;

/** SQL: orders lines of the log (alias `decision`), the standing decision first. */
const standingFirstSql = `decision.decided_on desc, (decision.action = 'REQUEST_CANCELLATION') desc, decision.sequence desc`;

/** SQL: the last day whose decisions count for good: a renewal's deadline, another change's effective date. */
const lastDaySql = (change: string) => `coalesce(${change}.renewal_deadline, ${change}.effective_date)`;

const decisionsSql = (change: string) => `contract_change_decision decision
  where decision.partner_id = ${change}.partner_id and decision.contract_change_id = ${change}.id
    and decision.action <> 'WITHDRAW_CANCELLATION'`;

/** SQL: selects the line of the decision that the status of the change with this alias follows from. */
export const decidingDecisionSql = (change: string, asOf: string) => {
  const cutoff = `least(${asOf}, ${lastDaySql(change)})`;
  return `
  select decision.* from ${decisionsSql(change)}
    and ((decision.decided_on <= ${cutoff} and not ${isWithdrawnSql(cutoff)})
      or (decision.action = 'ACCEPT' and decision.decided_on > ${change}.renewal_deadline and decision.decided_on <= ${asOf}))
  order by (decision.decided_on <= ${cutoff}) desc, ${standingFirstSql} limit 1`;
};

/** SQL: selects the line of the latest standing request after the deadline of the renewal with this alias. */
export const lateRequestSql = (change: string, asOf: string) => `
  select decision.* from ${decisionsSql(change)}
    and decision.action = 'REQUEST_CANCELLATION' and decision.decided_on > ${change}.renewal_deadline
    and decision.decided_on <= ${asOf} and not ${isWithdrawnSql(asOf)}
  order by ${standingFirstSql} limit 1`;

/**
 * SQL: selects one row is_accepted, is_cancelled, has_late_cancellation for the contract_change with this alias, and accepted_on and
 * accepted_at, the acceptance's date and moment of recording.
 */
export const decisionStateSql = (change: string, asOf: string) => {
  const cutoff = `least(${asOf}, ${lastDaySql(change)})`;
  const counts = (at: string) => `decision.decided_on <= ${at} and not ${isWithdrawnSql(at)}`;
  const first = (column: string, counted: string) => `(array_agg(sorted.${column}) filter (where sorted.${counted}))[1]`;
  // The lines are sorted once, below: an aggregate with an order of its own sorts for every change, even one without lines.
  return `
  select log.is_cancelled, not log.is_cancelled and (log.is_accepted or log.is_accepted_late) as is_accepted,
    not log.is_cancelled and log.is_late and coalesce(${asOf} > ${change}.renewal_deadline, false) as has_late_cancellation,
    case when log.is_accepted then log.decided_on end as accepted_on, case when log.is_accepted then log.recorded_at end as accepted_at
  from (
    select coalesce(${first('action', 'counts_in_time')} = 'REQUEST_CANCELLATION', false) as is_cancelled,
      coalesce(${first('action', 'counts_in_time')} = 'ACCEPT', false) as is_accepted,
      coalesce(${first('action', 'counts_now')} = 'REQUEST_CANCELLATION', false) as is_late,
      coalesce(bool_or(sorted.is_late_acceptance), false) as is_accepted_late,
      ${first('decided_on', 'counts_in_time')} as decided_on, ${first('recorded_at', 'counts_in_time')} as recorded_at
    from (
      select decision.action, decision.decided_on, decision.recorded_at, ${counts(cutoff)} as counts_in_time, ${counts(asOf)} as counts_now,
        decision.action = 'ACCEPT' and decision.decided_on > ${change}.renewal_deadline and decision.decided_on <= ${asOf} as is_late_acceptance
      from ${decisionsSql(change)}
      order by ${standingFirstSql}
    ) sorted
  ) log`;
};

/**
 * SQL: a row that orders the changes of a contract as they take effect: on one day the renewal last, the others in the order of their
 * acceptance. `state` is the alias of {@link decisionStateSql}.
 */
export const effectOrderSql = (change: string, state: string) =>
  `(${change}.effective_date, ${change}.type = 'RENEWAL', coalesce(${state}.accepted_on, 'infinity'), coalesce(${state}.accepted_at, 'infinity'),
    coalesce(${change}.external_id, '') collate "C")`;

// --- status ----------------------------------------------------------------------------------------------------------

/** Input of the status rules. Days are whole days from the business date to the effective date. */
export type StatusFacts = {
  type: ContractChangeType;
  daysUntilEffective: number;
  noticePeriodDays: number;
  isAccepted: boolean;
  isCancelled: boolean;
};

export function status(facts: StatusFacts): ContractChangeStatus {
  if (facts.isCancelled) return 'CANCELLATION_REQUESTED';
  if (facts.type !== 'RENEWAL') return facts.isAccepted ? 'CONFIRMED' : 'PENDING';
  return facts.isAccepted || facts.daysUntilEffective < facts.noticePeriodDays ? 'RENEWED' : 'PENDING';
}

export function statusReason(facts: StatusFacts): ContractChangeStatusReason {
  if (facts.isCancelled) return 'CANCELLATION_REQUESTED';
  if (facts.isAccepted) return 'ACCEPTED';
  return status(facts) === 'RENEWED' ? 'AUTO_RENEWED' : 'AWAITING_DECISION';
}

/** SQL: the status of a dashboard row with this alias. */
export const statusSql = (row: string, today: string) => `(case
  when ${row}.is_cancelled then 'CANCELLATION_REQUESTED'::contract_change_status
  when ${row}.type <> 'RENEWAL' then case when ${row}.is_accepted then 'CONFIRMED'::contract_change_status else 'PENDING' end
  when ${row}.is_accepted or ${row}.effective_date - ${today} < ${row}.notice_period_days then 'RENEWED'
  else 'PENDING' end)`;

/** Whether a decision can still be recorded: for renewals through their deadline, for others through the day before they take effect. */
export function isDecidable(facts: Pick<StatusFacts, 'type' | 'daysUntilEffective' | 'noticePeriodDays'>): boolean {
  return facts.daysUntilEffective >= (facts.type === 'RENEWAL' ? facts.noticePeriodDays : 1);
}

export const isDecidableSql = (row: string, today: string) =>
  `(${row}.effective_date - ${today} >= case when ${row}.type = 'RENEWAL' then ${row}.notice_period_days else 1 end)`;

/** SQL: the last day on which a decision can be recorded. */
export const lastDecisionDateSql = (row: string) => `coalesce(${row}.renewal_deadline, ${row}.effective_date - 1)`;

// --- required and available actions -----------------------------------------------------------------------------------

/** Whether the partner still has to act: the change is pending and decidable, and the partner is the communication owner. */
export const actionRequiredSql = (row: string, today: string, owner: string) =>
  `(${statusSql(row, today)} = 'PENDING' and ${isDecidableSql(row, today)} and ${owner} = 'PARTNER')`;

/** Actions that can be recorded today. A late request can be withdrawn until its renewal has passed. */
export function availableActions(facts: StatusFacts & { hasLateCancellation: boolean }, viewerMayDecide: boolean): ContractChangeAction[] {
  if (!viewerMayDecide) return [];
  if (!isDecidable(facts)) return facts.hasLateCancellation && facts.daysUntilEffective >= 0 ? ['WITHDRAW_CANCELLATION'] : [];
  if (facts.isCancelled) return ['ACCEPT', 'WITHDRAW_CANCELLATION'];
  return facts.isAccepted ? ['REQUEST_CANCELLATION'] : ['ACCEPT', 'REQUEST_CANCELLATION'];
}
