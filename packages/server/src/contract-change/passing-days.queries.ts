import pg, { type Pool } from 'pg';
import { addDays, daysBetween, type CalendarDate } from '../calendar-date.ts';
import { lockAssociations } from '../customer/customer-lock.queries.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import {
  lockPartnerDays,
  readPassedThrough,
  setPassedThrough,
  setPassedThroughSql,
  setPassing,
  type PartnerDays,
} from '../partner/partner-record.queries.ts';
import { holdOffImport, holdsOffImportSql } from '../writing/import-turns.queries.ts';
import { refreshDashboardRows } from './dashboard-row.queries.ts';
import { concernedCustomersSql, settleRounds } from './settling.queries.ts';

// Days of a partner pass in pieces: each is one transaction that settles some customers and derives their rows. The partner's row notes
// how far they are, so another process, or a later one, goes on from there. Customers do not depend on each other.

/** About so many open changes are handled in one transaction, so that no lock is held longer than a second. */
const pieceWeight = 800;

/** More days than this pass in several turns: a contract then renews at most once or twice in a transaction. */
const daysAtOnce = 31;

/** Statements for more open changes than this are planned for their number: a generic plan of theirs may take the square of it. */
const fewChanges = 40;

/** The customers that one passing concerns, in the order of their ids, each with its number of open changes. */
type Concerned = { readonly of: string; readonly customers: readonly { id: string; weight: number }[]; readonly repeats: number };

/** One partner's days on their way to a business date. */
export type Passing = {
  readonly partnerId: string;
  readonly businessDate: CalendarDate;
  /** More days than this need to be told. */
  readonly mostDays: number;
  /** Days that have passed so far. */
  daysPassed: number;
  concerned?: Concerned | undefined;
};

/** through: the date is reached; partly: pieces remain; importing, locked: another process holds the partner; nothing was done. */
export type PassingState = 'through' | 'partly' | 'importing' | 'locked';

/** Too many days at once for a partner with contracts: the clock is probably wrong. */
export class TooManyDays extends Error {
  constructor(
    readonly from: CalendarDate,
    readonly to: CalendarDate,
  ) {
    super(`${daysBetween(from, to)} days (${from} to ${to}) would pass at once.`);
    this.name = 'TooManyDays';
  }
}

/** Passes all days up to the business date for one partner, after its running import. Idempotent, also across processes. */
export async function passDays(pool: Pool, partnerId: string, businessDate: CalendarDate, mostDays = Infinity): Promise<void> {
  const passing: Passing = { partnerId, businessDate, mostDays, daysPassed: 0 };
  while ((await passPiece(pool, passing, { isWaiting: true })) !== 'through');
}

/**
 * Passes the next piece of a partner's days in one transaction. With `isWaiting` it waits for a running import and for another process;
 * otherwise it skips them, and waits a second at most for an edit.
 */
export async function passPiece(pool: Pool, passing: Passing, { isWaiting }: { isWaiting: boolean }): Promise<PassingState> {
  return await inPartnerTransaction(
    pool,
    passing.partnerId,
    async (tx) => {
      if (isWaiting) await holdOffImport(tx);
      else if (!(await beginWithoutWaiting(tx))) return 'importing';
      const days = await lockPartnerDays(tx, { skipLocked: !isWaiting });
      if (days === undefined) return isWaiting ? 'through' : 'locked';
      return await passPieceWithin(tx, passing, days);
    },
    { isRoutine: true },
  );
}

/** Bounds the wait for edits, so that a process can stop. Returns false if an import is running. */
async function beginWithoutWaiting(tx: PartnerTransaction): Promise<boolean> {
  const { rows } = await tx.query<{ held: boolean }>(
    `/* beginWithoutWaiting */ select ${holdsOffImportSql('$1')} as held, set_config('lock_timeout', '1s', true)`,
    [tx.partnerId],
  );
  return rows[0]!.held;
}

/** Passes all days in a transaction of the partner. */
export async function passDaysWithin(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const passing: Passing = { partnerId: tx.partnerId, businessDate, mostDays: Infinity, daysPassed: 0 };
  for (let state: PassingState = 'partly'; state !== 'through';) {
    const days = await lockPartnerDays(tx, { skipLocked: false });
    state = days === undefined ? 'through' : await passPieceWithin(tx, passing, days);
  }
}

async function passPieceWithin(tx: PartnerTransaction, passing: Passing, days: PartnerDays): Promise<PassingState> {
  const { businessDate } = passing;
  // A passing that another process began is finished first, also one to a later date: part of the customers have reached it.
  const isBegun = days.passingThrough !== null;
  if (days.passedThrough !== null && days.passedThrough >= businessDate) return 'through';
  if (!isBegun) await refuseTooManyDays(tx, passing, days);
  const through = days.passingThrough ?? nextTarget(days.passedThrough, businessDate);
  const concerned = await concernedBy(tx, passing, days.passedThrough, through);
  const rest = concerned.customers.slice(firstAfter(concerned.customers, days.passingAfter));
  const piece = cut(rest);
  const isLast = piece.length === rest.length;
  if (isLast && !isBegun) await setPassedThrough(tx, through);
  else await setPassing(tx, { through, after: piece.at(-1)?.id ?? days.passingAfter });
  await passCustomers(weightOf(piece) > fewChanges ? await planningEach(tx) : tx, through, piece);
  if (!isLast) return 'partly';
  if (isBegun) {
    // Customers that became due behind the place that was reached: an import between two pieces brought their changes.
    const late = await readCustomers(tx, lateSql, [tx.partnerId, through]);
    if (late.length > 0 && concerned.repeats < 3) {
      passing.concerned = { ...concerned, customers: late, repeats: concerned.repeats + 1 };
      await setPassing(tx, { through, after: null });
      return 'partly';
    }
    await setPassedThrough(tx, through);
  }
  passing.concerned = undefined;
  if (days.passedThrough !== null) passing.daysPassed += daysBetween(days.passedThrough, through);
  return through >= businessDate ? 'through' : 'partly';
}

const weightOf = (customers: Concerned['customers']) => customers.reduce((sum, { weight }) => sum + weight, 0);

/**
 * The transaction with statements that are planned for their values (force_custom_plan would also replan every foreign key check). A piece
 * must not read all rows of a big partner, so indexes are preferred: otherwise the time grows with the square of the customers.
 */
async function planningEach(tx: PartnerTransaction): Promise<PartnerTransaction> {
  const settings = { plan_cache_mode: 'auto', enable_seqscan: 'off', random_page_cost: '1' };
  const set = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  await tx.query(`/* planningEach */ select ${set.join(', ')}`);
  // Without names, so that no plan of an earlier piece is taken.
  const query = (text: string, values: unknown[]) => tx.query({ text, values });
  return { partnerId: tx.partnerId, query: query as PartnerTransaction['query'] };
}

/** Settles what is due of some customers, and derives their rows. */
async function passCustomers(tx: PartnerTransaction, through: CalendarDate, customers: Concerned['customers']): Promise<void> {
  if (customers.length === 0) return;
  const customerIds = customers.map(({ id }) => id);
  await lockAssociations(tx, { sql: 'select unnest($2::uuid[])', values: [customerIds] });
  await settleRounds(tx, through, customerIds);
  await refreshDashboardRows(tx, { customerIds });
}

function nextTarget(from: CalendarDate | null, businessDate: CalendarDate): CalendarDate {
  if (from === null) return businessDate;
  const latest = addDays(from, daysAtOnce);
  return latest < businessDate ? latest : businessDate;
}

async function refuseTooManyDays(
  tx: PartnerTransaction,
  { businessDate, mostDays }: Passing,
  { passedThrough }: PartnerDays,
): Promise<void> {
  if (passedThrough === null || daysBetween(passedThrough, businessDate) <= mostDays) return;
  if (await hasContracts(tx)) throw new TooManyDays(passedThrough, businessDate);
}

async function hasContracts(tx: PartnerTransaction): Promise<boolean> {
  return (await tx.query('/* hasContracts */ select from contract where partner_id = $1 limit 1', [tx.partnerId])).rows.length > 0;
}

/** Unscoped: visits each partner in turn, in that partner's context, until one has a contract. */
export async function anyHasContractsUnscoped(pool: Pool, partnerIds: readonly string[]): Promise<boolean> {
  for (const id of partnerIds) if (await inPartnerTransaction(pool, id, hasContracts)) return true;
  return false;
}

/** Reads the customers once for all pieces of a passing; they are many, and each reading takes all of them. */
async function concernedBy(tx: PartnerTransaction, passing: Passing, from: CalendarDate | null, through: CalendarDate): Promise<Concerned> {
  const of = `${from ?? ''} ${through}`;
  if (passing.concerned?.of !== of) {
    const customers = await readCustomers(tx, customersSql, [tx.partnerId, through, from]);
    passing.concerned = { of, customers, repeats: 0 };
  }
  return passing.concerned!;
}

async function readCustomers(tx: PartnerTransaction, sql: string, values: unknown[]): Promise<Concerned['customers']> {
  const { rows } = await tx.query<{ id: string; weight: number }>(sql, values);
  return rows;
}

/** The place of the first customer after an id. Ids sort as texts in the order of the database. */
function firstAfter(customers: Concerned['customers'], after: string | null): number {
  if (after === null) return 0;
  const index = customers.findIndex(({ id }) => id > after);
  return index === -1 ? customers.length : index;
}

/** As many of the first customers as one transaction takes, at least one. */
function cut(customers: Concerned['customers']): Concerned['customers'] {
  let weight = 0;
  const end = customers.findIndex((customer, index) => (weight += customer.weight) > pieceWeight && index > 0);
  return end === -1 ? customers : customers.slice(0, end);
}

/**
 * SQL: customers of whom dates after one and through another tell something new. A decision with a future date counts from that date on,
 * so rows derived earlier do not include it. Rows after a contract's end leave the day after it.
 */
const customersOfDatesSql = (partnerId: string, after: string, through: string) => `
  select change.customer_id
  from contract_change_decision decision
  cross join lateral (
    select customer_id from contract_change where partner_id = ${partnerId} and id = decision.contract_change_id offset 0) change
  where decision.partner_id = ${partnerId} and decision.decided_on + 0 > ${after} and decision.decided_on + 0 <= ${through}
  union
  select customer_id from contract where partner_id = ${partnerId} and stated_end >= ${after} and stated_end < ${through}`;

const weighedSql = (name: string, customers: string) => `/* ${name} */
  select concerned.customer_id as id, 1 + (
    -- a filter, since a predicate would let the planner take the index of all open changes
    select (count(*) filter (where change.settled_on is null))::integer from contract_change change
    where change.partner_id = $1 and change.customer_id = concerned.customer_id) as weight
  from (${customers}) concerned order by concerned.customer_id`;

/** $2: through; $3: after, null for all customers: a migration that changes what rows hold forgets the day. */
const customersSql = weighedSql(
  'concernedCustomers',
  `${concernedCustomersSql()} union ${customersOfDatesSql('$1', '$3::date', '$2')}
   union select customer.id from customer where customer.partner_id = $1 and $3::date is null`,
);
const lateSql = weighedSql('lateCustomers', concernedCustomersSql());

/**
 * Passes the days of all partners with nothing to do, in one statement. Unscoped: it visits each partner in that partner's context. It
 * skips partners with a running import, and those that another process holds. It commits now and then, so it holds no lock for long.
 */
export async function passIdlePartnersUnscoped(pool: Pool, businessDate: CalendarDate, mostDays = Infinity): Promise<void> {
  const through = `date ${pg.escapeLiteral(businessDate)}`;
  const isFarBehind = mostDays === Infinity ? 'false' : `passed < ${through} - ${Math.trunc(mostDays)}`;
  await pool.query(`/* passIdlePartnersUnscoped */ do $idle$
    declare
      visited uuid;
      passed date;
      visits integer := 0;
    begin
      for visited, passed in select id, passed_through from list_partners() where passed_through < ${through} loop
        perform set_config('app.partner_id', visited::text, true);
        perform from partner where id = visited and passed_through = passed and passing_through is null for no key update skip locked;
        if found
          and ${holdsOffImportSql('visited')}
          and not exists (${concernedCustomersSql({ partnerId: 'visited', businessDate: through })})
          and not exists (${customersOfDatesSql('visited', 'passed', through)})
          and not (${isFarBehind} and exists (select from contract where partner_id = visited))
        then
          ${setPassedThroughSql('visited', through)};
        end if;
        visits := visits + 1;
        if visits % 100 = 0 then commit; end if;
      end loop;
    end $idle$`);
}

/** Settles changes that took effect before the business date, or before a later date that has passed. The caller refreshes the rows. */
export async function settleDueChanges(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  // Days can pass after the import's own passing and before its turn. After that, its turn holds them off.
  const passed = await readPassedThrough(tx);
  const through = passed !== null && passed > businessDate ? passed : businessDate;
  const concerned = await tx.query<{ customer_id: string }>(`/* settleDueChanges */ ${concernedCustomersSql()}`, [tx.partnerId, through]);
  const customerIds = concerned.rows.map((row) => row.customer_id);
  if (customerIds.length === 0) return;
  await lockAssociations(tx, { sql: 'select unnest($2::uuid[])', values: [customerIds] });
  await settleRounds(tx, through);
}
