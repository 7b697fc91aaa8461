import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import pg from 'pg';
import { DatabaseSetupError } from './database-setup-error.ts';
import { rememberConnections } from './end-connections.ts';
import { choosingHost, leaveOtherHosts, type Hosts } from './hosts.ts';
import { settingEachTransaction } from './pooled-client.ts';
import { pinnedSettings, rolesAdvice } from './roles.ts';
import { shareConnections } from './shared-connections.ts';
import { closeLostConnections } from './lost-connections.ts';
import { databaseFault, isConnectionLost, type DatabaseFault } from './unavailable.ts';
import { closeGivenUpStatements } from './statement-names.ts';
import { keepingRows } from './row-parser.ts';
import { textTypes } from './value-types.ts';

export type PoolSettings = {
  poolSize: number;
  /** 0 = no timeout */
  statementTimeoutMs: number;
  /** Unless given, statements have names when no pooler is in front: PgBouncer before 1.21 loses them. */
  preparedStatements?: boolean | undefined;
  /** Unless given, plans are generic. */
  genericPlans?: boolean | undefined;
};

/** How the connections log in. */
export type ServingLogin = {
  config: pg.ClientConfig;
  /** Where the address names several hosts. */
  hosts?: Hosts;
  /** A pooler is in front of the database. */
  isPooled: boolean;
  /** The role to which the login switches. */
  role?: string;
};

const connectTimeoutMs = 5_000;
// A new connection reads the catalogs and plans its statements anew: a page on it took 50 ms, on one that had waited 13 ms. Proxies close silent
// connections after 50 seconds or more; each that others end looks like a lost database.
const idleTimeoutMs = 45_000;
const maxLockTimeoutMs = 5_000;
const idleInTransactionTimeoutMs = 60_000;
// The timeout of the database fires first. The socket timeout is for a database that does not respond at all.
const graceMs = 2_000;
const endTimeoutMs = 1_000;

/** Creates the pool for requests. It calls `onLost` for every connection that is lost or can't be made. */
export function createServingPool({ config, hosts, isPooled, role }: ServingLogin, settings: PoolSettings, onLost: () => void): pg.Pool {
  const { poolSize, statementTimeoutMs, preparedStatements = !isPooled, genericPlans = true } = settings;
  const session = {
    ...(role !== undefined && { role }),
    // Every choice of columns is another statement. Most never reach their sixth execution, when PostgreSQL would consider the generic
    // plan, which is the better one.
    plan_cache_mode: genericPlans ? 'force_generic_plan' : 'force_custom_plan',
    ...pinnedSettings,
    // Dates are YYYY-MM-DD on every database.
    datestyle: 'ISO',
    timezone: 'UTC',
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: String(Math.min(statementTimeoutMs, maxLockTimeoutMs)),
    idle_in_transaction_session_timeout: String(idleInTransactionTimeoutMs),
    idle_session_timeout: '0',
  };
  const Plain = endingInTime(keepingRows(preparedStatements ? pg.Client : ClientWithoutNames));
  const Client = hosts ? choosingHost(Plain, hosts) : Plain;
  const pool: pg.Pool = new pg.Pool({
    ...(isPooled ? config : withOptions(config, session)),
    application_name: 'partner-renewals',
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    types: textTypes,
    Client: reporting(isPooled ? settingEachTransaction(Client, session) : Client, (error) => {
      // Too many connections is no refusal: as many as there may be work.
      if (error && refusals.has(databaseFault(error))) refused.add(pool);
      else refused.delete(pool);
      if (isConnectionLost(error)) onLost();
    }),
  });
  // The pool has already removed the connection; the next query gets a new one.
  pool.on('error', () => {});
  // Also for a connection that is lost between two statements of a transaction: the next statement fails.
  pool.on('connect', (client) => client.on('error', onLost));
  rememberConnections(pool);
  if (hosts) leaveOtherHosts(pool, hosts);
  pool.on('connect', closeGivenUpStatements);
  // Not behind a pooler: its connections are not those of the database.
  if (!isPooled && preparedStatements) shareConnections(pool);
  if (!isPooled && !config.host?.startsWith('/')) closeLostConnections(pool, config, hosts);
  if (statementTimeoutMs > 0) closeSilentConnections(pool, statementTimeoutMs + graceMs);
  return pool;
}

/**
 * Closes a connection whose server has gone silent. There is one timer per connection, and all incoming data resets it. pg's own
 * query_timeout has one timer per query: it keeps the result in memory until the old generation is collected.
 */
function closeSilentConnections(pool: pg.Pool, timeoutMs: number): void {
  const inUse = new WeakSet<pg.PoolClient>();
  pool.on('acquire', (client) => void inUse.add(client));
  pool.on('release', (_error, client) => void inUse.delete(client));
  pool.on('connect', (client) => {
    const { stream } = (client as pg.PoolClient & { connection: { stream: Socket } }).connection;
    stream.setTimeout(timeoutMs, () => {
      const error = Object.assign(new Error('The database has not responded for too long.'), { code: 'ETIMEDOUT' });
      if (inUse.has(client)) stream.destroy(error);
    });
  });
}

type Connecting = (error?: Error) => void;

const refusals = new Set<DatabaseFault | null>(['LOGIN_REFUSED', 'UNREACHABLE', 'NOT_ACCEPTING', 'TLS_FAILED']);
/** Pools whose last attempt to connect was refused. */
const refused = new WeakSet<pg.Pool>();

/** Rejects while the database refuses new connections: those from before may go on, and a statement on one of them would learn nothing. */
export async function requireConnecting(pool: pg.Pool): Promise<void> {
  if (!refused.has(pool)) return;
  const client = new (pool.options as unknown as { Client: typeof pg.Client }).Client(pool.options);
  client.on('error', () => {});
  try {
    await promisify((done: Connecting) => client.connect(done))();
  } finally {
    // After an error, pg would leave the end to the server.
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  }
}

/** Reports attempts to connect: a pool without connections has none that could be lost. */
function reporting(Client: typeof pg.Client, onAttempt: (error?: Error) => void): typeof pg.Client {
  return class extends Client {
    // Not super.connect: the class above has a field of that name.
    readonly #connect = this.connect.bind(this) as (done: (error?: Error) => void) => void;

    override connect = ((done: Connecting) => {
      this.#connect((error: Error | undefined) => {
        onAttempt(error);
        done(error);
      });
    }) as pg.Client['connect'];
  };
}

/** Ends a connection although its server has gone silent: pg waits until the server closes its side, and a stop would wait with it. */
function endingInTime(Client: typeof pg.Client): typeof pg.Client {
  return class extends Client {
    override end = ((done?: (error?: Error) => void) => {
      const { stream } = (this as unknown as { connection: { stream: Socket } }).connection;
      const timer = setTimeout(() => stream.destroy(), endTimeoutMs);
      stream.once('close', () => clearTimeout(timer));
      return done ? super.end(done) : super.end();
    }) as pg.Client['end'];
  };
}

/** Removes statement names: behind a connection pooler, the next transaction may run on a connection that has not prepared them. */
class ClientWithoutNames extends pg.Client {
  override query = ((statement: unknown, ...others: unknown[]) => {
    const isNamed = typeof statement === 'object' && statement !== null && 'name' in statement && !('submit' in statement);
    return (super.query as (...given: unknown[]) => unknown)(isNamed ? { ...statement, name: undefined } : statement, ...others);
  }) as pg.Client['query'];
}

/** Adds run-time settings as start-up options of the connection, so that no reset undoes them. */
export function withOptions(config: pg.ClientConfig, settings: Record<string, string>): pg.ClientConfig {
  const added = Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`);
  return { ...config, options: [config.options, ...added].filter(Boolean).join(' ') };
}

type RoleRights = {
  has_icu: boolean;
  bypassing_roles: string[];
  owning_roles: string[];
};

/**
 * Throws if row-level security does not apply to the role of the connections. If the login switches to the serving role, only that role
 * is checked; else the login too, because it could `set role` back.
 */
export async function requireRowSecurity(pool: pg.Pool, { switchesRole }: { switchesRole: boolean }): Promise<void> {
  const { rows } = await pool.query<RoleRights>(
    `/* requireRowSecurity */ with
       checked as (select role.* from pg_roles role where role.rolname = current_user or (role.rolname = session_user and not $1))
     select exists (select from pg_collation where collname = 'und-x-icu') as has_icu,
       array(select checked.rolname::text from checked
         where exists (select from pg_roles other where (other.rolsuper or other.rolbypassrls)
           and pg_has_role(checked.oid, other.oid, 'MEMBER'))) as bypassing_roles,
       array(select distinct checked.rolname::text from checked
         where exists (select from pg_class relation join pg_namespace schema on schema.oid = relation.relnamespace
           where schema.nspname = 'public' and relation.relkind in ('r', 'p')
             and pg_has_role(checked.oid, relation.relowner, 'MEMBER'))) as owning_roles`,
    [switchesRole],
  );
  const rights = rows[0]!;
  if (!rights.has_icu)
    throw new DatabaseSetupError('This PostgreSQL was built without ICU: it lacks the collation "und-x-icu", which sorts names.');
  if (rights.bypassing_roles.length > 0) {
    throw new DatabaseSetupError(refusal(rights.bypassing_roles[0]!, 'it is a superuser, has BYPASSRLS, or is a member of such a role'));
  }
  if (rights.owning_roles.length > 0)
    throw new DatabaseSetupError(refusal(rights.owning_roles[0]!, 'it owns tables, or is a member of the role that owns them'));
}

function refusal(role: string, why: string): string {
  return (
    `The server refuses the role "${role}": ${why}, so row-level security would not isolate partners. ` +
    `Set DATABASE_URL to a login that is only a member of renewals_serving, and MIGRATION_DATABASE_URL to the owner of the tables. ${rolesAdvice}`
  );
}
