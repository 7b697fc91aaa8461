import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config.ts';
import { useEmbeddedServer, type EmbeddedOptions } from '../embedded-postgres/embedded-postgres.ts';
import { readMigrationState, refusePending, refuseUnknown, whileNobodyMigrates, type Migrate, type Prepare } from './migration-run.ts';
import { ensureRoles, ownerConfig, mayCreate, readLogin, readOwnDefaults, requireVersion, type LoginInfo } from './server-access.ts';
import { endConnections } from './end-connections.ts';
import { hostsOf, type Hosts } from './hosts.ts';
import { openReplica, type Replica } from './replica.ts';
import { createServingPool, requireRowSecurity, type ServingLogin } from './serving-pool.ts';
import { DatabaseSetupError } from './database-setup-error.ts';
import { ownerRole, servingRole, rolesAdvice } from './roles.ts';
import { databaseFault, faultSentences } from './unavailable.ts';

export type Database = {
  /** Connections with the serving role, to which row-level security applies. */
  pool: pg.Pool;
  /** The PostgreSQL version and its address, for display. */
  description: string;
  /** Warnings for the operator of the server, one sentence or more each. */
  warnings: readonly string[];
  /** Waits for work in progress, then stops the embedded server if no other process uses it. */
  close(): Promise<void>;
  /** The same, but ends work in progress: PostgreSQL rolls it back. */
  abort(): Promise<void>;
};

export type DatabaseConfig = Pick<
  Config,
  'databaseUrl' | 'migrationDatabaseUrl' | 'dataDir' | 'environment' | 'poolSize' | 'statementTimeoutMs'
> &
  Partial<Pick<Config, 'preparedStatements' | 'genericPlans' | 'readDatabaseUrl'>>;

// After its connections have ended, work needs a moment to notice.
const abortGraceMs = 500;

/** Access to a prepared database: its roles exist, and its migrations have run if that was requested. */
type Access = {
  serving: ServingLogin;
  address: string;
  /** Asks for a restart of a server that only this program starts. */
  revive(): void;
  release(): Promise<void>;
};

/** opens: with `migrate`, a database that a restore left closed is served again. */
export type OpenOptions = EmbeddedOptions & { migrate: boolean; opens?: boolean };

/** Opens the database. With `migrate`, pending migrations run first. Without it, a database with pending or unknown migrations is refused. */
export async function openDatabase(config: DatabaseConfig, options: OpenOptions): Promise<Database> {
  const access = config.databaseUrl ? await openServer(config, config.databaseUrl, options) : await openEmbedded(config.dataDir, options);
  let closing: Promise<void> | undefined;
  // If the embedded server was killed, this process must restart it: no other process does.
  const pool = createServingPool(access.serving, config, () => void (closing ?? access.revive()));
  const switchesRole = access.serving.role !== undefined;
  let replica: Replica | undefined;
  const endPools = async () => {
    await Promise.all([pool.end(), replica?.close()]);
  };
  const close = () => (closing ??= endPools().then(access.release));
  const abort = async () => {
    closing ??= endPools();
    await Promise.race([closing.catch(() => {}), endConnections(pool).then(() => sleep(abortGraceMs))]);
    await access.release();
  };
  try {
    const { version } = await check(pool, switchesRole);
    const warnings = switchesRole
      ? [
          `DATABASE_URL is the login of the tables' owner, so the server switches to the role ${servingRole}. In production, use a separate login for the server.`,
        ]
      : [];
    const ownDefaults = await readOwnDefaults(pool);
    if (ownDefaults.length > 0) warnings.push(ownDefaultsWarning(ownDefaults));
    if (await mayCreate(pool)) warnings.push(creatingWarning);
    if (config.readDatabaseUrl !== undefined) {
      const opened = await openReplica(pool, config.readDatabaseUrl, { ...config, ...(switchesRole && { role: servingRole }) });
      replica = opened.replica;
      if (!opened.isThere) warnings.push(standbyWarning);
    }
    return { pool, description: `${config.databaseUrl ? '' : 'embedded '}PostgreSQL ${version} ${access.address}`, warnings, close, abort };
  } catch (error) {
    await close();
    throw error;
  }
}

const standbyWarning = 'The standby of READ_DATABASE_URL does not respond. Until it does, lists are read from the primary.';

const creatingWarning =
  'The login of the server may create objects in the schema "public", where functions of the tables\' owner look for operators. If nothing else ' +
  'needs it, run `revoke create on schema public from public` as the owner of the schema: databases made by PostgreSQL 14 or earlier keep that right.';

const ownDefaultsWarning = (names: readonly string[]) =>
  `The database login of the server has session defaults of its own (${names.join(', ')}). It may have set them itself: if no administrator did, ` +
  'run `alter role … reset all`, change its password, and look for how it came to that.';

/** Uses the embedded server for DATA_DIR; the first process that needs it starts it. */
async function openEmbedded(dataDir: string, { migrate, opens, ...options }: OpenOptions): Promise<Access> {
  const server = await useEmbeddedServer(dataDir, { owner: ownerRole, serving: servingRole }, options);
  try {
    if (migrate)
      await whileNobodyMigrates(
        server.owner,
        async () => server.owner,
        (run) => run({ opens }),
      );
    const path = server.isInDataDir ? dataDir : server.path;
    const relativePath = relative(process.cwd(), path);
    return {
      serving: { config: server.serving, isPooled: false },
      address: `in ${relativePath.startsWith('..') ? path : relativePath}`,
      revive: server.revive,
      release: server.release,
    };
  } catch (error) {
    await server.release();
    throw error;
  }
}

async function openServer(config: DatabaseConfig, databaseUrl: string, { migrate, opens }: OpenOptions): Promise<Access> {
  const hosts = hostsOf(databaseUrl);
  const login = hosts.config;
  const address = `at ${login.host || 'localhost'}${login.port ? `:${login.port}` : ''}/${login.database ?? ''}`;
  const access = { address, revive: () => {}, release: async () => {} };
  if (migrate && config.migrationDatabaseUrl)
    await asMigrator(config.migrationDatabaseUrl, { switchesRole: false }, (run) => run({ opens }));
  const { isPooled, bypasses_rls, may_create } = await inspect(hosts);
  const serving = { config: login, ...(!hosts.isOne && { hosts }), isPooled };
  // In production, row-level security must apply to the login itself: a login that can switch its role can also switch back.
  const isOwner = bypasses_rls || may_create;
  if (config.migrationDatabaseUrl || config.environment === 'production' || !isOwner) return { ...access, serving };
  if (migrate) await asMigrator(databaseUrl, { switchesRole: true }, (run) => run({ opens }));
  return { ...access, serving: { ...serving, role: servingRole } };
}

/** `url` is the address of the tables' owner, or of a login that switches its role. */
export async function asMigrator<T>(url: string, options: { switchesRole: boolean }, work: (migrate: Migrate) => Promise<T>): Promise<T> {
  const hosts = hostsOf(url, 'primary');
  const login = { ...hosts.config, ...(await hosts.find().catch(throwConnectionError)) };
  const prepare: Prepare = async (client, { staysClosed = false }) => {
    const info = await readLogin(client);
    await ensureRoles(client, info, { ...options, staysClosed });
    return ownerConfig(login, info);
  };
  return await whileNobodyMigrates(login, prepare, work);
}

/** What the database says of the login, on the host that fits now. */
export async function inspect(hosts: Hosts): Promise<LoginInfo> {
  const client = new pg.Client({ ...hosts.config, ...(await hosts.find().catch(throwConnectionError)) });
  client.on('error', () => {});
  await client.connect().catch(throwConnectionError);
  try {
    return await readLogin(client);
  } finally {
    await client.end();
  }
}

async function check(pool: pg.Pool, switchesRole: boolean): Promise<{ version: string }> {
  const { rows } = await pool
    .query<{ version: string; number: number }>(
      `/* openDatabase */ select split_part(current_setting('server_version'), ' ', 1) as version,
         current_setting('server_version_num')::int as number`,
    )
    .catch(throwConnectionError);
  const { version, number } = rows[0]!;
  requireVersion(number);
  await requireRowSecurity(pool, { switchesRole });
  const state = await readMigrationState(pool);
  refuseUnknown(state);
  refusePending(state);
  return { version };
}

function throwConnectionError(error: Error & { code?: string }): never {
  // The connection switches to a role that does not exist yet, or that was not granted to the login.
  if (error.code === '22023' || (error.code === '42501' && databaseFault(error) === null)) {
    throw new DatabaseSetupError(`The database is not set up: run \`npm run renewals -- migrate\` first. ${rolesAdvice}`, { cause: error });
  }
  const advice = databaseFault(error) === 'TLS_FAILED' ? `. ${faultSentences.TLS_FAILED}` : '';
  throw new DatabaseSetupError(`The database can't be reached: ${error.message}${advice}`, { cause: error });
}
