import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseSetupError } from './database-setup-error.ts';
import { migrationNames } from './migrations.ts';
import type { Db } from './transaction.ts';
import { servingRole, rolesAdvice } from './roles.ts';
import { openSchema } from './schema-access.queries.ts';
import type { OwnerConfig } from './server-access.ts';
import { isLockTimeout, isSerializationFailure } from './unavailable.ts';

/** isClosed: a restore has not ended, so the server may not see the schema. */
export type MigrationState = { pending: string[]; unknown: string[]; isClosed: boolean };

/** Compares the migrations in the database with those of this program. */
export async function readMigrationState(db: Db): Promise<MigrationState> {
  const { rows } = await db.query<{ exists: boolean; readable: boolean; login: string; isUsable: boolean; isClosed: boolean }>(
    `/* readMigrationState */ select t is not null as exists, coalesce(has_table_privilege(t, 'select'), "isUsable") as readable,
       session_user as login, "isUsable", "isClosed"
     from (select has_schema_privilege('public', 'usage') as "isUsable",
         coalesce((select not has_schema_privilege(oid, 'public', 'usage') from pg_roles where rolname = $1), false) as "isClosed") schema
       cross join lateral (select case when "isUsable" then to_regclass('public.migrations') end as t) migrations`,
    [servingRole],
  );
  const { isUsable, ...table } = rows[0]!;
  const isClosed = table.isClosed && !isUsable;
  if (isClosed) return { pending: [], unknown: [], isClosed };
  if (!table.exists && isUsable) return { pending: [...migrationNames], unknown: [], isClosed };
  if (!table.readable) {
    throw new DatabaseSetupError(
      `The login "${table.login}" has no permission to read the tables. An administrator can run: grant ${servingRole} to "${table.login}"; ${rolesAdvice}`,
    );
  }
  const applied = await db.query<{ name: string }>('/* readMigrationState */ select name from public.migrations order by id');
  const names = new Set(applied.rows.map((row) => row.name));
  return {
    pending: migrationNames.filter((name) => !names.has(name)),
    unknown: [...names].filter((name) => !migrationNames.includes(name)),
    isClosed,
  };
}

export function refuseUnknown({ unknown }: Pick<MigrationState, 'unknown'>): void {
  if (unknown.length === 0) return;
  throw new DatabaseSetupError(
    `The database is newer than this program: it has migrations that this program does not know (${unknown.join(', ')}). ` +
      'Start the version of the program that ran them, or a later one.',
  );
}

export function refusePending({ pending, isClosed }: MigrationState): void {
  if (isClosed) {
    throw new DatabaseSetupError(
      'A restore of this database has not ended, so no server may read it. Start the server when it has. If it failed, restore again; ' +
        'or run `npm run renewals -- migrate` to serve what is there: all rows, or none.',
    );
  }
  if (pending.length === 0) return;
  throw new DatabaseSetupError(
    `The database is older than this program: migrations are pending (${pending.join(', ')}). ` +
      'Run `npm run renewals -- migrate` first, and set MIGRATION_DATABASE_URL if the login in DATABASE_URL does not own the tables. ' +
      'If the database was lost, restore a backup instead: an empty one refuses every key.',
  );
}

// An arbitrary number that other programs are unlikely to use.
const lockKey = 7_305_520_177;
const lockTimeoutMs = 120_000;

/** opens: afterwards, the server may see the schema, if a restore had closed it. staysClosed: it may not before the restore that runs has ended. */
export type MigrationOptions = { only?: readonly string[] | undefined; opens?: boolean | undefined; staysClosed?: boolean | undefined };

export type Prepare = (client: pg.Client, options: MigrationOptions) => Promise<OwnerConfig>;

/** Runs pending migrations, or those of them that `only` names. */
export type Migrate = (options?: MigrationOptions) => Promise<void>;

/**
 * Several processes may call it at once: the work of one runs under an advisory lock, and the others wait. `prepare` runs before each
 * migration, on a connection of the login, and returns the connection settings for it.
 */
export async function whileNobodyMigrates<T>(login: pg.ClientConfig, prepare: Prepare, work: (migrate: Migrate) => Promise<T>): Promise<T> {
  return await withClient(login, async (holder) => {
    // The lock belongs to a transaction: through a pooler, a lock of a session would outlive this process.
    await holder.query('begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    await waitForLock(holder);
    return await work(async (options = {}) => await migrate(await withClient(login, (client) => prepare(client, options)), options));
  });
}

async function withClient<T>(login: OwnerConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new (login.Client ?? pg.Client)(login);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function waitForLock(client: pg.Client): Promise<void> {
  const deadline = Date.now() + lockTimeoutMs;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('/* waitForLock */ select pg_try_advisory_xact_lock($1) as locked', [lockKey]);
    if (rows[0]?.locked) return;
    if (Date.now() > deadline) {
      throw new DatabaseSetupError(`Another process has been migrating or restoring this database for ${lockTimeoutMs / 1000} seconds.`);
    }
    await sleep(100);
  }
}

async function migrate(owner: OwnerConfig, { only = migrationNames, opens = false }: MigrationOptions): Promise<void> {
  await withClient(owner, async (client) => {
    const state = await readMigrationState(client);
    refuseUnknown(state);
    if (state.pending.some((name) => only.includes(name))) {
      // Imported on demand: loading TypeORM takes longer than a whole start with no pending migrations.
      const { createDataSource } = await import('./data-source.ts');
      const dataSource = await createDataSource(owner, only).initialize();
      try {
        await untilLocked(() => dataSource.runMigrations({ transaction: 'each' }));
      } finally {
        await dataSource.destroy();
      }
    }
    await grantMigrationsRead(client);
    if (opens) await openSchema(client);
  });
}

const triesMs = 10 * 60_000;
const pauseMs = 500;

/** Repeats migrations that did not get their locks in time, or that a deadlock ended; those that are done stay done. */
async function untilLocked(run: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + triesMs;
  for (;;) {
    try {
      await run();
      return;
    } catch (error) {
      // Row-level security has the same code, and its refusal would be a fault of the migration.
      if (/^(permission denied|must be owner)/.test((error as Error).message))
        throw new DatabaseSetupError(`The login that migrates may not: ${(error as Error).message}. ${rolesAdvice}`, { cause: error });
      if (!isLockTimeout(error) && !isSerializationFailure(error)) throw error;
      if (Date.now() > deadline) {
        const message = `A migration got no lock of its tables for ${triesMs / 60_000} minutes: other transactions hold them. End those, or try again later.`;
        throw new DatabaseSetupError(message, { cause: error });
      }
      await sleep(pauseMs);
    }
  }
}

/** The server reads the migrations table to check that it is ready. */
async function grantMigrationsRead(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ granted: boolean }>(
    `/* grantMigrationsRead */ select t is null or has_table_privilege($1, t, 'select') as granted from to_regclass('public.migrations') t`,
    [servingRole],
  );
  if (!rows[0]?.granted) await owner.query(`grant select on public.migrations to ${servingRole}`);
}
