import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { Config } from '../config.ts';
import { useEmbeddedServer, type EmbeddedOptions } from '../embedded-postgres/embedded-postgres.ts';
import { runPendingMigrations, readMigrationState, refusePending, refuseUnknown } from './migration-run.ts';
import { ensureRoles, ownerConfig, readLogin, readOwnDefaults, requireVersion } from './server-access.ts';
import { endConnections } from './end-connections.ts';
import { createServingPool, requireRowSecurity, withOptions } from './serving-pool.ts';
import { DatabaseSetupError } from './database-setup-error.ts';
import { ownerRole, servingRole, rolesAdvice } from './roles.ts';

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
  Partial<Pick<Config, 'preparedStatements'>>;

// After its connections have ended, work needs a moment to notice.
const abortGraceMs = 500;

/** Access to a prepared database: its roles exist, and its migrations have run if that was requested. */
type Access = {
  serving: pg.ClientConfig;
  switchesRole: boolean;
  address: string;
  /** Asks for a restart of a server that only this program starts. */
  revive(): void;
  release(): Promise<void>;
};

export type OpenOptions = EmbeddedOptions & { migrate: boolean };

/** Opens the database. With `migrate`, pending migrations run first. Without it, a database with pending or unknown migrations is refused. */
export async function openDatabase(config: DatabaseConfig, options: OpenOptions): Promise<Database> {
  const access = config.databaseUrl
    ? await openServer(config, config.databaseUrl, options.migrate)
    : await openEmbedded(config.dataDir, options);
  let closing: Promise<void> | undefined;
  // If the embedded server was killed, this process must restart it: no other process does.
  const pool = createServingPool(access.serving, config, () => void (closing ?? access.revive()));
  const close = () => (closing ??= pool.end().then(access.release));
  const abort = async () => {
    closing ??= pool.end();
    await Promise.race([closing.catch(() => {}), endConnections(pool, access.serving).then(() => sleep(abortGraceMs))]);
    await access.release();
  };
  try {
    const { version } = await check(pool, access);
    const warnings = access.switchesRole
      ? [
          `DATABASE_URL is the login of the tables' owner, so the server switches to the role ${servingRole}. In production, use a separate login for the server.`,
        ]
      : [];
    const ownDefaults = await readOwnDefaults(pool);
    if (ownDefaults.length > 0) warnings.push(ownDefaultsWarning(ownDefaults));
    return { pool, description: `${config.databaseUrl ? '' : 'embedded '}PostgreSQL ${version} ${access.address}`, warnings, close, abort };
  } catch (error) {
    await close();
    throw error;
  }
}

const ownDefaultsWarning = (names: readonly string[]) =>
  `The database login of the server has session defaults of its own (${names.join(', ')}). It may have set them itself: if no administrator did, ` +
  'run `alter role … reset all`, change its password, and look for how it came to that.';

/** Whether migrations are pending, or the database has migrations that this program does not know. */
export async function migrationsArePending(pool: pg.Pool): Promise<boolean> {
  const { pending, unknown } = await readMigrationState(pool);
  return pending.length + unknown.length > 0;
}

/** Uses the embedded server for DATA_DIR; the first process that needs it starts it. */
async function openEmbedded(dataDir: string, { migrate, ...options }: OpenOptions): Promise<Access> {
  const server = await useEmbeddedServer(dataDir, { owner: ownerRole, serving: servingRole }, options);
  try {
    if (migrate) await runPendingMigrations(server.owner, async () => server.owner);
    const path = server.isInDataDir ? dataDir : server.path;
    const relativePath = relative(process.cwd(), path);
    return {
      serving: server.serving,
      switchesRole: false,
      address: `in ${relativePath.startsWith('..') ? path : relativePath}`,
      revive: server.revive,
      release: server.release,
    };
  } catch (error) {
    await server.release();
    throw error;
  }
}

async function openServer(config: DatabaseConfig, databaseUrl: string, migrate: boolean): Promise<Access> {
  const serving = parseIntoClientConfig(databaseUrl);
  const address = `at ${serving.host || 'localhost'}${serving.port ? `:${serving.port}` : ''}/${serving.database ?? ''}`;
  const access = { address, revive: () => {}, release: async () => {} };
  if (config.migrationDatabaseUrl) {
    if (migrate) await migrateServer(parseIntoClientConfig(config.migrationDatabaseUrl), { switchesRole: false });
    return { ...access, serving, switchesRole: false };
  }
  // In production, row-level security must apply to the login itself: a login that can switch its role can also switch back.
  const switchesRole = config.environment !== 'production' && (await canOwnTables(serving));
  if (migrate && switchesRole) await migrateServer(serving, { switchesRole });
  return { ...access, serving: switchesRole ? withOptions(serving, { role: servingRole }) : serving, switchesRole };
}

export async function migrateServer(
  login: pg.ClientConfig,
  { switchesRole, only }: { switchesRole: boolean; only?: readonly string[] | undefined },
): Promise<void> {
  const prepare = async (client: pg.Client) => {
    const info = await readLogin(client);
    await ensureRoles(client, info, { switchesRole });
    return ownerConfig(login, info);
  };
  await runPendingMigrations(login, prepare, only);
}

async function canOwnTables(login: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(login);
  client.on('error', () => {});
  await client.connect().catch(throwConnectionError);
  try {
    const info = await readLogin(client);
    return info.bypasses_rls || info.may_create;
  } finally {
    await client.end();
  }
}

async function check(pool: pg.Pool, { switchesRole }: Access): Promise<{ version: string }> {
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
  if (error.code === '22023' || error.code === '42501') {
    throw new DatabaseSetupError(`The database is not set up: run \`npm run renewals -- migrate\` first. ${rolesAdvice}`, { cause: error });
  }
  throw new DatabaseSetupError(`The database can't be reached: ${error.message}`, { cause: error });
}
