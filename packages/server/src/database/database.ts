import { relative } from 'node:path';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { Config } from '../config.ts';
import { useEmbeddedServer } from '../embedded-postgres/embedded-postgres.ts';
import { bringUpToDate, readMigrationState, refusePending, refuseUnknown } from './migration-run.ts';
import { ensureRoles, ownerConfig, readLoginFacts, requireVersion } from './server-access.ts';
import { createServingPool, requireBoundRole, withOptions } from './serving-pool.ts';
import { DatabaseSetupError } from './database-setup-error.ts';
import { ownerRole, servingRole } from './roles.ts';

export type Database = {
  /** Connections as the serving role: row-level security binds them. */
  pool: pg.Pool;
  /** For people: which PostgreSQL, and where. */
  description: string;
  /** What whoever runs the server should know, in sentences. */
  warnings: readonly string[];
  close(): Promise<void>;
};

export type DatabaseConfig = Pick<
  Config,
  'databaseUrl' | 'migrationDatabaseUrl' | 'dataDir' | 'environment' | 'poolSize' | 'statementTimeoutMs'
> &
  Partial<Pick<Config, 'preparedStatements'>>;

/** A way in that has been prepared: roles made and migrations run, if that was asked for. */
type Access = {
  serving: pg.ClientConfig;
  stepsDown: boolean;
  place: string;
  restart(): Promise<void>;
  release(): Promise<void>;
};

/** The database to serve from. With `migrate` it is brought up to date first; without, one that is behind or ahead is refused. */
export async function openDatabase(config: DatabaseConfig, { migrate }: { migrate: boolean }): Promise<Database> {
  const access = config.databaseUrl ? await openServer(config, config.databaseUrl, migrate) : await openEmbedded(config.dataDir, migrate);
  let closing: Promise<void> | undefined;
  const pool = createServingPool(access.serving, config, () => {
    // Whoever killed the embedded server left nobody to start it again but us.
    if (!closing) access.restart().catch((error: unknown) => process.emitWarning(error as Error));
  });
  const close = () => (closing ??= pool.end().then(access.release));
  try {
    const { version } = await check(pool, access);
    const warnings = access.stepsDown
      ? [
          `DATABASE_URL names the owner of the tables; serving connections step down to the role ${servingRole}. In production, give the server a login of its own.`,
        ]
      : [];
    return { pool, description: `${config.databaseUrl ? '' : 'embedded '}PostgreSQL ${version} ${access.place}`, warnings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether the database lacks migrations, or has some that this program does not know. */
export async function migrationsArePending(pool: pg.Pool): Promise<boolean> {
  const { pending, unknown } = await readMigrationState(pool);
  return pending.length + unknown.length > 0;
}

/** The embedded server, run for DATA_DIR by whichever process needs it first. */
async function openEmbedded(dataDir: string, migrate: boolean): Promise<Access> {
  const server = await useEmbeddedServer(dataDir, { owner: ownerRole, serving: servingRole });
  try {
    if (migrate) await bringUpToDate(server.owner, async () => server.owner);
    const path = server.isInDataDir ? dataDir : server.path;
    const near = relative(process.cwd(), path);
    return {
      serving: server.serving,
      stepsDown: false,
      place: `in ${near.startsWith('..') ? path : near}`,
      restart: server.restart,
      release: server.release,
    };
  } catch (error) {
    await server.release();
    throw error;
  }
}

async function openServer(config: DatabaseConfig, databaseUrl: string, migrate: boolean): Promise<Access> {
  const serving = parseIntoClientConfig(databaseUrl);
  const place = `at ${serving.host || 'localhost'}${serving.port ? `:${serving.port}` : ''}/${serving.database ?? ''}`;
  const access = { place, restart: async () => {}, release: async () => {} };
  if (config.migrationDatabaseUrl) {
    if (migrate) await migrateServer(parseIntoClientConfig(config.migrationDatabaseUrl), { stepsDown: false });
    return { ...access, serving, stepsDown: false };
  }
  // In production the serving login itself must be bound: what can step down can step up again.
  const stepsDown = config.environment !== 'production' && (await ownsOrMayOwnTables(serving));
  if (migrate && stepsDown) await migrateServer(serving, { stepsDown });
  return { ...access, serving: stepsDown ? withOptions(serving, { role: servingRole }) : serving, stepsDown };
}

async function migrateServer(login: pg.ClientConfig, { stepsDown }: { stepsDown: boolean }): Promise<void> {
  await bringUpToDate(login, async (client) => {
    const facts = await readLoginFacts(client);
    await ensureRoles(client, facts, { stepsDown });
    return ownerConfig(login, facts);
  });
}

async function ownsOrMayOwnTables(login: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(login);
  client.on('error', () => {});
  await client.connect().catch(explainConnection);
  try {
    const facts = await readLoginFacts(client);
    return facts.bypasses || facts.may_create;
  } finally {
    await client.end();
  }
}

async function check(pool: pg.Pool, { stepsDown }: Access): Promise<{ version: string }> {
  const { rows } = await pool
    .query<{ version: string; number: number }>(
      `/* openDatabase */ select split_part(current_setting('server_version'), ' ', 1) as version,
         current_setting('server_version_num')::int as number`,
    )
    .catch(explainConnection);
  const { version, number } = rows[0]!;
  requireVersion(number);
  await requireBoundRole(pool, { stepsDown });
  const state = await readMigrationState(pool);
  refuseUnknown(state);
  refusePending(state);
  return { version };
}

function explainConnection(error: Error & { code?: string }): never {
  // A connection that steps down to a role that is not there yet, or that the login has not been given.
  if (error.code === '22023' || error.code === '42501') {
    throw new DatabaseSetupError('The database has not been set up: run `npm run renewals -- migrate` first.', { cause: error });
  }
  throw new DatabaseSetupError(`The database can't be reached: ${error.message}`, { cause: error });
}
