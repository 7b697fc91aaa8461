import { createHash } from 'node:crypto';
import pg, { type Pool, type PoolClient, type QueryResult } from 'pg';
import { retryOnLostConnection } from './retry.ts';
import { queryShared } from './shared-connections.ts';

/** Anything that runs a statement: the pool, or one connection inside a transaction. */
export type Db = Pick<PoolClient, 'query'>;

/** One connection inside a transaction of one partner; only {@link inPartnerTransaction} makes it. */
export type PartnerTransaction = Db & { readonly partnerId: string };

export type PartnerQuery = {
  /** Names the function in the database's log. */
  name: string;
  /** A select in which `s.partner_id` is the partner and `p` has the partner's settings; its own parameters begin at $2. */
  select: string;
  /** What leaves the statement; all columns of `select` (as `x`) unless told. */
  output?: string;
  /** Order of the rows that leave, over the columns of `x`: the order inside `select` is not promised to survive. */
  orderBy?: string;
  /** One boolean about the list as a whole, over `s` and `p`. It leads every row, then a marker that is null when there is no row. */
  fact?: string;
  values: readonly unknown[];
  /** Whether it is over in a moment whatever the data is: a few rows by an index. */
  isShort?: boolean;
};

/**
 * Reads as one partner in one statement: the same statement tells row-level security who asks (transaction-local) and
 * reads with a predicate of its own, so isolation costs no round trip. Outside of a transaction it asks again when the connection is lost.
 *
 * The select must take the partner from `s`, never from `$1`: with `$1` the planner may run it before the setting is made.
 */
export async function queryAsPartner<Row extends unknown[]>(db: Db, partnerId: string, query: PartnerQuery): Promise<Row[]> {
  const text = partnerStatement(query);
  const statement = { name: statementName(text), text, values: [partnerId, ...query.values], rowMode: 'array' };
  if (!(db instanceof pg.Pool)) return (await db.query<Row>(statement as never)).rows;
  const ask = (): Promise<QueryResult<Row>> =>
    query.isShort ? queryShared<Row>(db, statement as never) : db.query<Row>(statement as never);
  return (await retryOnLostConnection(ask)).rows;
}

/** The setting is read with the query, beside the rows and not once a row; only where a field follows from it. */
const settingsSql = 'p.owns_all_transactional_conversations';

/**
 * `offset 0` keeps the planner from merging the select into the outer query: merged, a table could be scanned, and its policy
 * evaluated, before the setting is made, and no row would be found.
 */
function partnerStatement({ name, select, output = 'x.*', orderBy, fact }: Omit<PartnerQuery, 'values'>): string {
  const settings = `${select}${fact ?? ''}`.includes(settingsSql)
    ? `cross join lateral (select ${settingsSql} from partner p where p.id = s.partner_id offset 0) p `
    : '';
  const rows = fact === undefined ? `cross join lateral (${select} offset 0) x` : `left join lateral (${select} offset 0) x on true`;
  return (
    `/* ${name} */ with s as materialized (select set_config('app.partner_id', $1, true)::uuid as partner_id) ` +
    `select ${fact === undefined ? '' : `${fact}, x.id, `}${output} from s ${settings}${rows}${orderBy ? ` order by ${orderBy}` : ''}`
  );
}

// A backend keeps every named statement in memory (about 50 KB each), and texts are as many as column choices:
// the first ones get a name, what comes later is planned each time. The few of writes are not crowded out by the many of reads.
const maxNamedStatements = 100;
const namesOfReads = new Map<string, string>();
const namesOfWrites = new Map<string, string>();

function statementName(text: string, names = namesOfReads): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNamedStatements) return known;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  names.set(text, name);
  return name;
}

/** Queries of a connection, those given as text with values under a name. */
function named(client: PoolClient): Db['query'] {
  const query = client.query.bind(client) as (statement: unknown, values?: unknown) => unknown;
  return ((statement: unknown, values?: unknown[]) =>
    typeof statement === 'string' && values !== undefined
      ? query({ name: statementName(statement, namesOfWrites), text: statement, values })
      : query(statement, values)) as Db['query'];
}

const retryable = new Set(['40001', '40P01']);

/**
 * Runs a unit of work as one partner in one transaction; serialization failures and deadlocks are tried again. With `isRoutine`, its
 * statements are planned once a connection: deriving a customer's rows again takes longer to plan than to do. An import is none: its
 * statements are best planned for what they find.
 */
export async function inPartnerTransaction<T>(
  pool: Pool,
  partnerId: string,
  work: (tx: PartnerTransaction) => Promise<T>,
  { isRoutine = false, attempts = 3 } = {},
): Promise<T> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await tryInPartnerTransaction(pool, partnerId, work, isRoutine);
    } catch (error) {
      if (left <= 1 || !retryable.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

async function tryInPartnerTransaction<T>(
  pool: Pool,
  partnerId: string,
  work: (tx: PartnerTransaction) => Promise<T>,
  isRoutine: boolean,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies while checked out must not take the process with it; the running statement rejects.
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    // In one round trip: to a mutation, each costs as much as a small statement does.
    await client.query(`/* inPartnerTransaction */ begin; select set_config('app.partner_id', ${pg.escapeLiteral(partnerId)}, true)`);
    const result = await work({ partnerId, query: isRoutine ? named(client) : client.query.bind(client) });
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => (broken = rollbackError));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
