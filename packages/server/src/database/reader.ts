import pg, { type Pool, type QueryResult } from 'pg';
import type { Viewer } from '../access/viewer.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { withPartnerConstant } from './one-shard.sql.ts';
import { replicaOf } from './replica.ts';
import { retryRead } from './retry.ts';
import { unparsedOf, unparsedRows } from './row-parser.ts';
import { maxSharedOf, queryShared } from './shared-connections.ts';
import { statementName } from './statement-names.ts';
import type { Db } from './transaction.ts';
import { isConnectionLost, isSerializationFailure } from './unavailable.ts';
import type { UnparsedRows } from './unparsed-rows.ts';
import { usageOf } from './usage.ts';

export type ReadStatement = {
  /** Names the function in the database's log. */
  name: string;
  /** A select in which `scope.partner_id` is the partner and `settings` has the partner's settings; its own parameters begin at $2. */
  select: string;
  /** What leaves the statement; all columns of `select` (as `found`) unless given. */
  output?: string;
  /** Order of the rows that leave, over the columns of `found`: the order inside `select` is not promised to survive. */
  orderBy?: string;
  /** One boolean about the list as a whole, over `scope` and `settings`. It leads every row, then a marker that is null when there is no row. */
  fact?: string;
  values: readonly unknown[];
  /** Whether it is over in a moment whatever the data is: a few rows by an index. */
  isShort?: boolean;
};

/** Reads as one partner. */
export type PartnerReader = {
  readonly partnerId: string;
  select<Row extends unknown[]>(statement: ReadStatement): Promise<Row[]>;
  /** The same, but the rows stay as PostgreSQL sent them. */
  selectUnparsed(statement: ReadStatement): Promise<UnparsedRows>;
};

/** Reads for one viewer on one business date: what every function that reads is given. */
export type Reader = PartnerReader & {
  readonly viewer: Viewer;
  /** Today, by the business's time zone. */
  readonly today: CalendarDate;
};

/** `standby` is a view of the pool of the standby, if there is one. */
export const createReader = (db: Db, viewer: Viewer, today: CalendarDate, standby?: Pool): Reader => ({
  ...readAs(db, viewer.partnerId, standby),
  viewer,
  today,
});

/** The same reader on one connection. `onLost` is told when a read failed because the connection is lost. */
export function readerOn(db: Db, reader: Reader, onLost: () => void): Reader {
  const there = readAs(db, reader.partnerId);
  const telling = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      if (isConnectionLost(error)) onLost();
      throw error;
    }
  };
  return {
    ...reader,
    select: async (statement) => await telling(there.select(statement)),
    selectUnparsed: async (statement) => await telling(there.selectUnparsed(statement)),
  };
}

/**
 * Reads as one partner in one statement. The same statement tells row-level security which partner it is (transaction-local) and
 * reads with a predicate of its own, so isolation costs no round trip. Outside a transaction it retries on a lost connection or a conflict.
 *
 * The select must take the partner from `scope`, never from `$1` alone: with `$1` the planner may run it before the setting is made.
 */
export function readAs(db: Db, partnerId: string, standby?: Pool): PartnerReader {
  const query = async <Row extends unknown[]>(statement: ReadStatement, form: object): Promise<QueryResult<Row>> => {
    const text = partnerStatement(statement, partnerId);
    const config = { name: statementName(text, 'read', partnerId), text, values: [partnerId, ...statement.values], ...form };
    if (!(db instanceof pg.Pool)) return await db.query<Row>(config as never);
    const ask = (pool: Pool): Promise<QueryResult<Row>> =>
      statement.isShort && maxSharedOf(pool) > 0
        ? usageOf(pool).count(() => queryShared<Row>(pool, config as never), text)
        : pool.query<Row>(config as never);
    const replica = standby && replicaOf(db);
    if (replica && (await replica.isCurrent(partnerId))) {
      try {
        return await ask(standby);
      } catch (error) {
        // The primary is asked instead.
        if (!isConnectionLost(error) && !isSerializationFailure(error)) throw error;
        replica.rest();
      }
    }
    return await retryRead(() => ask(db));
  };
  return {
    partnerId,
    select: async <Row extends unknown[]>(statement: ReadStatement) => (await query<Row>(statement, { rowMode: 'array' })).rows,
    selectUnparsed: async (statement) => unparsedOf(await query(statement, unparsedRows)),
  };
}

/** The setting is read with the query, beside the rows and not once a row; only where a field follows from it. */
const settingsSql = 'settings.owns_all_transactional_conversations';

/**
 * `offset 0` keeps the planner from merging the select into the outer query: merged, a table could be scanned, and its policy
 * evaluated, before the setting is made, and no row would be found.
 */
function partnerStatement({ name, select, output = 'found.*', orderBy, fact }: Omit<ReadStatement, 'values'>, partnerId: string): string {
  const settings = `${select}${fact ?? ''}`.includes(settingsSql)
    ? `cross join lateral (select ${settingsSql} from partner settings where settings.id = scope.partner_id offset 0) settings `
    : '';
  const rows =
    fact === undefined ? `cross join lateral (${select} offset 0) found` : `left join lateral (${select} offset 0) found on true`;
  // The constant is for engines with shards; isolation follows from the scope.
  return withPartnerConstant(
    `/* ${name} */ with scope as materialized (select set_config('app.partner_id', $1::uuid::text, true)::uuid as partner_id) ` +
      `select ${fact === undefined ? '' : `${fact}, found.id, `}${output} from scope ${settings}${rows}${orderBy ? ` order by ${orderBy}` : ''}`,
    partnerId,
  );
}
