import type { Action } from '../model/dashboard.model.ts';

// What stands on a day, from domain.md 3, 4.10, 4.19, 4.21, 4.22 and 4.26. Days are whole numbers.

export type Line = {
  action: Exclude<Action, 'WITHDRAW_CANCELLATION'>;
  on: number;
  /** the order of recording; decisions of one import are recorded at once and share a number */
  recorded: number;
  source: 'IMPORT' | 'AUTO_RENEW' | 'END_DATE' | 'HAND';
  /** it comes from an earlier renewal */
  isCarried?: boolean;
  onBehalfOfCustomer: boolean;
};

/** Takes back the requests recorded before it, from its day on; one of auto-renew takes back those of auto-renew alone. */
export type Withdrawal = { on: number; recorded: number; isOfAutoRenew: boolean };

export type Log = { lines: Line[]; withdrawals: Withdrawal[] };

export const emptyLog = (): Log => ({ lines: [], withdrawals: [] });

function isTakenBack(log: Log, line: Line, day: number): boolean {
  if (line.action !== 'REQUEST_CANCELLATION') return false;
  return log.withdrawals.some(
    (each) => each.recorded > line.recorded && each.on <= day && (!each.isOfAutoRenew || line.source === 'AUTO_RENEW'),
  );
}

/** The latest decision not taken back; on one day cancellation wins, then what was recorded later. */
export function standingOn(log: Log, day: number): Line | null {
  let standing: Line | null = null;
  for (const line of log.lines.toSorted((a, b) => a.recorded - b.recorded)) {
    if (line.on > day || isTakenBack(log, line, day)) continue;
    const isLater = standing === null || line.on > standing.on;
    const winsTheDay = line.on === standing?.on && (line.action === 'REQUEST_CANCELLATION' || standing.action === 'ACCEPT');
    if (isLater || winsTheDay) standing = line;
  }
  return standing;
}

export const standingRequestsOf = (log: Log, source: Line['source'], day: number): Line[] =>
  log.lines.filter((line) => line.source === source && line.action === 'REQUEST_CANCELLATION' && !isTakenBack(log, line, day));

export type State = {
  isAccepted: boolean;
  isCancelled: boolean;
  /** the decision that the status follows from */
  decision: Line | null;
  /** the latest standing request after the deadline */
  late: Line | null;
};

/** As of a day, for a renewal: what stands on its deadline stands for good, and an acceptance after it is still one. */
export function renewalState(log: Log, deadline: number, asOf: number): State {
  const inTime = standingOn(log, Math.min(asOf, deadline));
  if (inTime?.action === 'REQUEST_CANCELLATION') return { isAccepted: false, isCancelled: true, decision: inTime, late: null };
  const after = log.lines.filter((line) => line.action === 'ACCEPT' && line.on > deadline && line.on <= asOf);
  const accepted = inTime ?? after.toSorted((a, b) => a.on - b.on || a.recorded - b.recorded).at(-1) ?? null;
  const standing = asOf > deadline ? standingOn(log, asOf) : null;
  return {
    isAccepted: accepted !== null,
    isCancelled: false,
    decision: accepted,
    late: standing?.action === 'REQUEST_CANCELLATION' ? standing : null,
  };
}

/** As of a day, for an upgrade or overage: what stands on its date stands for good. */
export function upgradeState(log: Log, on: number, asOf: number): State {
  const decision = standingOn(log, Math.min(asOf, on));
  return {
    isAccepted: decision?.action === 'ACCEPT',
    isCancelled: decision?.action === 'REQUEST_CANCELLATION',
    decision,
    late: null,
  };
}

/** Each late request that no acceptance of the same renewal follows: it counts for a later renewal. */
export function carriedOn(log: Log, deadline: number): Line[] {
  const isCarried = (line: Line) =>
    line.action === 'REQUEST_CANCELLATION' &&
    line.on > deadline &&
    !isTakenBack(log, line, Infinity) &&
    !log.lines.some((other) => other.action === 'ACCEPT' && other.on > line.on);
  return log.lines.filter(isCarried).map((line) => ({ ...line, isCarried: true }));
}
