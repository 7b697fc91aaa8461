import { randomUUID } from 'node:crypto';
import pg, { type Pool } from 'pg';
import { addDays, type CalendarDate } from '../calendar-date.ts';
import { withPartnerConstant } from '../database/one-shard.sql.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { endWaiting, enqueue, type Enqueued } from '../outbox/outbox.writers.ts';
import { candidatesSql, plannedMessagesSql, planningValues, type PlanningFacts } from './planned-messages.sql.ts';
import { setPlannedThrough } from './reminder-planning.writers.ts';
import { reminderSettingsSql } from './reminder-settings.queries.ts';
import { baseDateSql } from './reminder-rules.sql.ts';
import { digestDay, digestMoment, missedDigestDays, readerTimeZone, sendMoment, vendorWindow } from './send-time.ts';
import type { SkipReason } from './skip-reason.ts';

export type PlannerOptions = {
  businessTimeZone: string;
  /** The vendor's address for reminders; null if it wants none. */
  vendorAddress: string | null;
  /** The messages about so many changes are planned in one transaction. */
  mostInPiece?: number;
};

/** The business date, and the time of the clock. */
/** `isStopping` tells between two pieces whether the process ends: the next planning finds the rest. */
export type PlanningTime = { today: CalendarDate; now: Date; isStopping?: () => boolean };

/** A transaction about so many changes lasts about half a second. */
const usualPiece = 400;

/** What is planned in pieces leaves after the last one, as a rule. So the messages of a bundle leave in one mail. */
const piecesMs = 60_000;

/**
 * Creates the planner of reminders: it puts into the outbox what is due of a partner and not there yet, and ends what waits there in vain.
 * It reads the state of the partner, not events, so a day that was missed is made up for. A partner whose days have not passed through
 * `today` is left for later.
 */
export function createPlanner({ businessTimeZone, vendorAddress, mostInPiece = usualPiece }: PlannerOptions) {
  return async (pool: Pool, partnerId: string, time: PlanningTime): Promise<Enqueued> => {
    const planning = randomUUID();
    let left: readonly string[] | null = null;
    let planned = 0;
    const skipped: Record<string, number> = {};
    const noteSkipped = (reason: string, count: number) => void (skipped[reason] = (skipped[reason] ?? 0) + count);
    const planPiece = async (tx: PartnerTransaction, opened: Promise<unknown>) => {
      const state = (await opened) as PartnerState | undefined;
      if (state === undefined || !hasPassed(state, time.today)) return { found: null, rest: [] };
      const factsAt = (now: Date) => factsOf(state, { today: time.today, now }, { businessTimeZone, vendorAddress });
      const isFurtherPiece = left !== null;
      const ids = left ?? (await readCandidates(tx, factsAt(time.now)));
      const isInPieces = isFurtherPiece || ids.length > mostInPiece;
      const facts = factsAt(isInPieces ? new Date(time.now.getTime() + piecesMs) : time.now);
      const piece = { ...facts, planning, changeIds: ids.slice(0, mostInPiece), isFurtherPiece };
      const rest = ids.slice(mostInPiece);
      const found = await enqueue(tx, { sql: plannedMessagesSql, values: planningValues(piece) });
      const obsolete = rest.length === 0 ? await conclude(tx, state, time.today) : {};
      return { found, obsolete, rest };
    };
    do {
      const done: Awaited<ReturnType<typeof planPiece>> = await inPartnerTransaction(pool, partnerId, planPiece, {
        isRoutine: true,
        opening: openingStatements(partnerId),
      });
      planned += done.found?.planned ?? 0;
      for (const [reason, count] of Object.entries({ ...done.found?.skipped })) noteSkipped(reason, count);
      for (const [reason, count] of Object.entries({ ...done.obsolete })) noteSkipped(reason, count);
      left = done.rest;
    } while (left.length > 0 && !time.isStopping?.());
    return { planned, skipped };
  };
}

type PartnerState = {
  passedThrough: CalendarDate | null;
  passingThrough: CalendarDate | null;
  plannedThrough: CalendarDate | null;
  timeZone: string | null;
  sendFromHour: number;
  sendUntilHour: number;
  digestWeekday: number;
  digestHour: number;
};

const stateSql = withPartnerConstant(
  `/* planReminders */ select partner.passed_through as "passedThrough", partner.passing_through as "passingThrough",
     planning.planned_through as "plannedThrough", setting.time_zone as "timeZone", setting.send_from_hour as "sendFromHour",
     setting.send_until_hour as "sendUntilHour", setting.digest_weekday as "digestWeekday", setting.digest_hour as "digestHour"
   from partner cross join (${reminderSettingsSql('$1::uuid')}) setting
   left join reminder_planning planning on planning.partner_id = partner.id where partner.id = $1::uuid`,
);

// An hourly planning finds almost nothing new, so it must not read all rows of a big partner.
const openingStatements = (partnerId: string): string[] => [
  `/* planReminders */ set local enable_seqscan = off`,
  stateSql.replaceAll('$1', pg.escapeLiteral(partnerId)),
];

const hasPassed = ({ passedThrough, passingThrough }: PartnerState, today: CalendarDate) =>
  passedThrough === today && passingThrough === null;

function factsOf(
  state: PartnerState,
  { today, now }: PlanningTime,
  { businessTimeZone, vendorAddress }: PlannerOptions,
): Omit<PlanningFacts, 'planning' | 'changeIds' | 'isFurtherPiece'> {
  const timeZone = readerTimeZone(state.timeZone, businessTimeZone);
  const yesterday = addDays(today, -1);
  const { plannedThrough } = state;
  const latestDigest = digestDay(state, now, timeZone);
  return {
    today,
    since: plannedThrough !== null && plannedThrough < yesterday ? plannedThrough : yesterday,
    notBefore: sendMoment(state, now, timeZone),
    vendorNotBefore: sendMoment(vendorWindow, now, businessTimeZone),
    hasVendor: vendorAddress !== null,
    digestDay: latestDigest,
    digestNotBefore: digestMoment(state, latestDigest, now, timeZone),
    missedDigestDays: plannedThrough === null ? [] : missedDigestDays(latestDigest, plannedThrough),
  };
}

async function readCandidates(tx: PartnerTransaction, { today, since }: Pick<PlanningFacts, 'today' | 'since'>): Promise<string[]> {
  const { rows } = await tx.query<{ ids: string[] }>(`/* readCandidates */ ${candidatesSql}`, [tx.partnerId, today, since]);
  return rows[0]!.ids;
}

async function conclude(tx: PartnerTransaction, { plannedThrough }: PartnerState, today: CalendarDate): Promise<Enqueued['skipped']> {
  const skipped = await endObsolete(tx);
  if (plannedThrough === null || plannedThrough < today) await setPlannedThrough(tx, today);
  return skipped;
}

/**
 * Ends what waits although its date has moved, or although a later reminder about the same change waits too. Statistics do not know a queue
 * that has just filled, so it is read once, in one order, and not joined with itself.
 */
async function endObsolete(tx: PartnerTransaction): Promise<Enqueued['skipped']> {
  const { rows } = await tx.query<{ id: string; reason: SkipReason }>(
    `/* endObsolete */ select obsolete.id, case when obsolete.has_moved then 'MOVED' else 'OVERTAKEN' end as reason
     from (
       select waiting.id, row.customer_id <> waiting.customer_id or waiting.details ->> 'deadline' <> (${baseDateSql('waiting.kind')})::text as has_moved,
         (waiting.details ->> 'daysBefore')::int > min((waiting.details ->> 'daysBefore')::int) over (
           partition by waiting.contract_change_id, waiting.kind, waiting.recipient_kind, waiting.recipient_id, waiting.details ->> 'deadline') as is_overtaken
       from outbox_message waiting
       cross join lateral (
         select * from dashboard_row row where row.partner_id = $1 and row.id = waiting.contract_change_id offset 0) row
       where waiting.partner_id = $1 and waiting.state = 'WAITING' and waiting.details ? 'daysBefore'
     ) obsolete where obsolete.has_moved or obsolete.is_overtaken`,
    [tx.partnerId],
  );
  const skipped: Record<string, number> = {};
  for (const reason of ['MOVED', 'OVERTAKEN'] as const) {
    const ids = rows.filter((row) => row.reason === reason).map(({ id }) => id);
    if (ids.length > 0) skipped[reason] = await endWaiting(tx, { sql: 'select unnest($2::uuid[]) as id', values: [ids] }, reason);
  }
  return skipped;
}
