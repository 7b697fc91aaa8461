import type { Socket } from 'node:net';
import pg from 'pg';
import { DatabaseSetupError } from './database-setup-error.ts';
import { shareConnections } from './shared-connections.ts';

export type PoolSettings = {
  poolSize: number;
  /** 0 = none */
  statementTimeoutMs: number;
  /** on unless told */
  preparedStatements?: boolean;
};

const poolWaitMs = 5_000;
const longestLockWaitMs = 5_000;
const idleInTransactionMs = 60_000;
// The server's own timeout comes first; ours is for a server that does not answer at all.
const graceMs = 2_000;

/** Connections that requests use. `onLost` hears of each connection that was lost. */
export function createServingPool(serving: pg.ClientConfig, settings: PoolSettings, onLost: () => void): pg.Pool {
  const { poolSize, statementTimeoutMs, preparedStatements = true } = settings;
  const pool = new pg.Pool({
    ...withOptions(serving, {
      // Texts are as many as column choices, most never reach the sixth execution, at which a generic plan would come; and it is the better one.
      plan_cache_mode: 'force_generic_plan',
      search_path: 'public',
      // Whatever the server prefers: dates leave as YYYY-MM-DD.
      datestyle: 'ISO',
      timezone: 'UTC',
      statement_timeout: String(statementTimeoutMs),
      lock_timeout: String(Math.min(statementTimeoutMs, longestLockWaitMs)),
      idle_in_transaction_session_timeout: String(idleInTransactionMs),
    }),
    application_name: 'partner-renewals',
    max: poolSize,
    connectionTimeoutMillis: poolWaitMs,
    keepAlive: true,
    types: textTypes,
    ...(!preparedStatements && { Client: ClientWithoutNames }),
  });
  // The pool has dropped the connection when it tells; the next query gets a new one.
  pool.on('error', () => {});
  // Also for a connection that dies between two statements of a transaction: the next statement fails.
  pool.on('connect', (client) => client.on('error', onLost));
  // Not behind a pooler, which may have its own mind about statements that come before answers have gone.
  if (preparedStatements) shareConnections(pool);
  if (statementTimeoutMs > 0) cutWhenSilent(pool, statementTimeoutMs + graceMs);
  return pool;
}

/**
 * Gives up a connection on which who was asked says nothing at all. By one timer a connection, which whatever arrives winds up again: pg's own
 * query_timeout is one a query, which keeps what the query found until the old generation of memory is collected.
 */
function cutWhenSilent(pool: pg.Pool, withinMs: number): void {
  const inUse = new WeakSet<pg.PoolClient>();
  pool.on('acquire', (client) => void inUse.add(client));
  pool.on('release', (_error, client) => void inUse.delete(client));
  pool.on('connect', (client) => {
    const { stream } = (client as pg.PoolClient & { connection: { stream: Socket } }).connection;
    stream.setTimeout(withinMs, () => {
      const error = Object.assign(new Error('The database has not said anything for too long.'), { code: 'ETIMEDOUT' });
      if (inUse.has(client)) stream.destroy(error);
    });
  });
}

/** Forgets the names of statements: behind a pooler the next transaction may find itself on a connection that does not know them. */
class ClientWithoutNames extends pg.Client {
  override query = ((statement: unknown, ...others: unknown[]) => {
    const isNamed = typeof statement === 'object' && statement !== null && 'name' in statement && !('submit' in statement);
    return (super.query as (...given: unknown[]) => unknown)(isNamed ? { ...statement, name: undefined } : statement, ...others);
  }) as pg.Client['query'];
}

/** Run-time settings of a connection, made with it, so that no reset undoes them. */
export function withOptions(config: pg.ClientConfig, settings: Record<string, string>): pg.ClientConfig {
  const added = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return { ...config, options: [config.options, ...added].filter(Boolean).join(' ') };
}

const textArrayOid = 1009;
const { DATE, INT8, NUMERIC } = pg.types.builtins;
// Contract dates, 64-bit ids and money, and arrays of them, reach JavaScript as the text that PostgreSQL wrote.
const asText = new Set<number>([DATE, INT8, NUMERIC]);
const asTextArray = new Set<number>([1182, 1016, 1231]);

const textTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (asText.has(oid)) return (text: string) => text;
    return pg.types.getTypeParser(asTextArray.has(oid) ? textArrayOid : oid, 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

type Binding = {
  has_icu: boolean;
  bypassing: string[];
  owning: string[];
};

/**
 * Refuses to serve as a role that row-level security does not bind. Where the login steps down to the serving role, that role is what counts;
 * else the login too, because it could `set role` back.
 */
export async function requireBoundRole(pool: pg.Pool, { stepsDown }: { stepsDown: boolean }): Promise<void> {
  const { rows } = await pool.query<Binding>(
    `/* requireBoundRole */ with
       role as (select r.* from pg_roles r where r.rolname = current_user or (r.rolname = session_user and not $1))
     select exists (select from pg_collation where collname = 'und-x-icu') as has_icu,
       array(select r.rolname::text from role r
         where exists (select from pg_roles x where (x.rolsuper or x.rolbypassrls) and pg_has_role(r.oid, x.oid, 'MEMBER'))) as bypassing,
       array(select distinct r.rolname::text from role r
         where exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(r.oid, c.relowner, 'MEMBER'))) as owning`,
    [stepsDown],
  );
  const binding = rows[0]!;
  if (!binding.has_icu)
    throw new DatabaseSetupError('This PostgreSQL was built without ICU: it has no collation "und-x-icu" to sort names by.');
  if (binding.bypassing.length > 0) {
    throw new DatabaseSetupError(refusal(binding.bypassing[0]!, 'it is a superuser or has BYPASSRLS, or may act as such a role'));
  }
  if (binding.owning.length > 0)
    throw new DatabaseSetupError(refusal(binding.owning[0]!, 'it owns tables, or may act as the role that owns them'));
}

function refusal(role: string, why: string): string {
  return (
    `Refusing to serve as "${role}": ${why}, so row-level security would not keep partners apart. ` +
    'Let DATABASE_URL name a login that is only a member of renewals_serving, and MIGRATION_DATABASE_URL the owner of the tables.'
  );
}
