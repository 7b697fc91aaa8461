import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseSetupError } from './database-setup-error.ts';
import { migrationNames } from './migrations.ts';
import type { Db } from './transaction.ts';
import { servingRole } from './roles.ts';

export type MigrationState = { pending: string[]; unknown: string[] };

/** What the database has, against what this program knows. */
export async function readMigrationState(db: Db): Promise<MigrationState> {
  const { rows } = await db.query<{ exists: boolean; readable: boolean; login: string }>(
    `/* readMigrationState */ select t is not null as exists, has_table_privilege(t, 'select') as readable, session_user as login
     from to_regclass('public.migrations') t`,
  );
  const table = rows[0]!;
  if (!table.exists) return { pending: [...migrationNames], unknown: [] };
  if (!table.readable) {
    throw new DatabaseSetupError(
      `The login "${table.login}" may not read the tables. An administrator can let it: grant ${servingRole} to "${table.login}";`,
    );
  }
  const applied = await db.query<{ name: string }>('/* readMigrationState */ select name from public.migrations order by id');
  const names = new Set(applied.rows.map((row) => row.name));
  return {
    pending: migrationNames.filter((name) => !names.has(name)),
    unknown: [...names].filter((name) => !migrationNames.includes(name)),
  };
}

export function refuseUnknown({ unknown }: MigrationState): void {
  if (unknown.length === 0) return;
  throw new DatabaseSetupError(
    `The database is newer than this program: it has had migrations that this program does not know (${unknown.join(', ')}). ` +
      'Start the version of the program that made them, or a later one.',
  );
}

export function refusePending({ pending }: MigrationState): void {
  if (pending.length === 0) return;
  throw new DatabaseSetupError(
    `The database is behind this program: migrations are pending (${pending.join(', ')}). ` +
      'Run `npm run renewals -- migrate` first, with MIGRATION_DATABASE_URL where DATABASE_URL is not the owner of the tables.',
  );
}

// Any number that no other program is likely to use.
const lockKey = 7_305_520_177;
const lockLimitMs = 120_000;

/**
 * Brings the database up to date. Any number of processes may do so at once: one does it under an advisory lock, the others wait for it.
 * `prepare` runs under that lock too, on a connection of the login, and tells as whom to migrate.
 */
export async function bringUpToDate(login: pg.ClientConfig, prepare: (client: pg.Client) => Promise<pg.ClientConfig>): Promise<void> {
  const client = new pg.Client(login);
  client.on('error', () => {});
  await client.connect();
  try {
    await waitForLock(client);
    await migrate(await prepare(client));
  } finally {
    await client.end();
  }
}

async function waitForLock(client: pg.Client): Promise<void> {
  const deadline = Date.now() + lockLimitMs;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('/* waitForLock */ select pg_try_advisory_lock($1) as locked', [lockKey]);
    if (rows[0]?.locked) return;
    if (Date.now() > deadline) {
      throw new DatabaseSetupError(`Another process has been migrating this database for ${lockLimitMs / 1000} seconds.`);
    }
    await sleep(100);
  }
}

async function migrate(owner: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(owner);
  client.on('error', () => {});
  await client.connect();
  try {
    const state = await readMigrationState(client);
    refuseUnknown(state);
    if (state.pending.length > 0) {
      // Loaded when needed: TypeORM takes longer to load than a start with nothing to migrate takes in all.
      const { createDataSource } = await import('./data-source.ts');
      const dataSource = await createDataSource(owner).initialize();
      try {
        await dataSource.runMigrations({ transaction: 'each' });
      } finally {
        await dataSource.destroy();
      }
    }
    await letServingRoleRead(client);
  } finally {
    await client.end();
  }
}

/** The server tells by the migrations table whether it is ready. */
async function letServingRoleRead(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ granted: boolean }>(
    `/* letServingRoleRead */ select has_table_privilege($1, 'public.migrations', 'select') as granted`,
    [servingRole],
  );
  if (!rows[0]?.granted) await owner.query(`grant select on public.migrations to ${servingRole}`);
}
