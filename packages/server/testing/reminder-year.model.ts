import { addDays, addMonths } from '../src/calendar-date.ts';

// An independent model of a year of reminders: contracts and the days on which a planner runs go in, mails come out. It knows nothing of the
// product's rules, and names each message by its parts, as texts.

export type ModelDecision = { action: 'ACCEPT' | 'REQUEST_CANCELLATION'; on: string };
export type ModelContract = {
  name: string;
  owner: 'VENDOR' | 'PARTNER';
  hasContact: boolean;
  termMonths: number;
  /** Date of the first renewal. */
  first: string;
  /** On the first renewal. */
  decision?: ModelDecision;
  upgrade?: { on: string; decision?: ModelDecision };
};

type ModelChange = {
  contract: ModelContract;
  isRenewal: boolean;
  effective: string;
  openFrom: string;
  decision: ModelDecision | undefined;
  /** The last day on which a decision counts and can be made. */
  lastDay: string;
  base: string;
};

export type ModelResult = { sent: string[]; skipped: string[] };

const offsets = [30, 14, 7, 1];
const noticeDays = 45;

function changesOf(contract: ModelContract, until: string): ModelChange[] {
  const changes: ModelChange[] = [];
  let opened = '';
  for (let n = 0; ; n += 1) {
    const effective = addMonths(contract.first, n * contract.termMonths);
    if (opened > until) break;
    const deadline = addDays(effective, -noticeDays);
    const decision = n === 0 ? contract.decision : undefined;
    changes.push({ contract, isRenewal: true, effective, openFrom: opened, decision, lastDay: deadline, base: deadline });
    if (decision?.action === 'REQUEST_CANCELLATION' && decision.on <= deadline) break;
    opened = addDays(effective, 1);
  }
  const { upgrade } = contract;
  if (upgrade !== undefined) {
    const { on: effective, decision } = upgrade;
    changes.push({ contract, isRenewal: false, effective, openFrom: '', decision, lastDay: addDays(effective, -1), base: effective });
  }
  // Nobody could decide on a renewal whose deadline lies before its term, or before it opened.
  return changes.filter(
    ({ isRenewal, effective, lastDay, openFrom }) =>
      !isRenewal || (lastDay >= addMonths(effective, -contract.termMonths) && lastDay >= openFrom),
  );
}

const isDecided = ({ decision }: ModelChange, day: string) => decision !== undefined && decision.on <= day;

/** What the planner does on its days, each with what it sends at once. */
export function modelYear(contracts: readonly ModelContract[], planningDays: readonly string[]): ModelResult {
  const result: ModelResult = { sent: [], skipped: [] };
  const known = new Set<string>();
  const changes = contracts.flatMap((contract) => changesOf(contract, planningDays.at(-1)!));
  let last: string | null = null;
  for (const day of planningDays) {
    const yesterday = addDays(day, -1);
    const since = last !== null && last < yesterday ? last : yesterday;
    for (const change of changes) if (change.openFrom <= day) planChange(change, { day, since }, known, result);
    last = day;
  }
  return { sent: result.sent.toSorted(), skipped: result.skipped.toSorted() };
}

function planChange(change: ModelChange, { day, since }: { day: string; since: string }, known: Set<string>, result: ModelResult): void {
  const { contract, effective, lastDay, base, isRenewal, openFrom } = change;
  const readers = ['USER', ...(contract.owner === 'VENDOR' ? ['VENDOR'] : [])];
  const put = (kind: string, reader: string, date: string, days: number, reason: string | null) => {
    const key = `${kind} ${reader} ${contract.name} ${date} ${days}`;
    if (known.has(key)) return;
    known.add(key);
    if (reason === null) result.sent.push(`${day} ${key}`);
    else result.skipped.push(`${key} ${reason}`);
  };
  const due = offsets.filter((days) => addDays(base, -days) <= day);
  if (!isDecided(change, lastDay < day ? lastDay : day)) {
    const audience = [
      ...readers.map((reader) => ['DEADLINE_REMINDER', reader]),
      ...(contract.owner === 'PARTNER' && contract.hasContact ? [['CUSTOMER_NOTICE', 'CONTACT']] : []),
    ] as [string, string][];
    for (const [kind, reader] of audience) {
      for (const days of due) {
        if (day <= lastDay) put(kind, reader, base, days, days === Math.min(...due) ? null : 'OVERTAKEN');
        else if (addDays(base, -days) > since || openFrom > since) put(kind, reader, base, days, 'TOO_LATE');
      }
    }
    const dayAfter = addDays(lastDay, 1);
    if (isRenewal && dayAfter <= day && dayAfter > since)
      for (const reader of readers) put('AFTER_DEADLINE', reader, base, -1, day < effective ? null : 'TOO_LATE');
  }
  if (effective <= day && effective > since)
    for (const reader of readers) put('ON_EFFECTIVE_DATE', reader, effective, 0, day <= addDays(effective, 7) ? null : 'TOO_LATE');
}
