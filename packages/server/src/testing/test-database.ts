import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { readStatements, sizeOf } from './statement-log.ts';
import { currentTestRun, ownerOf, urlOf } from './test-run.ts';

export type TestDatabase = {
  name: string;
  /** The owner's address: what a user would put into DATABASE_URL. */
  url: string;
  /** As the server has it: the serving role, bound by row-level security. */
  pool: pg.Pool;
  /** The login that owns the tables; forced row-level security binds it too. */
  ownerPool: pg.Pool;
  /** Sees every partner's rows: for laying out and inspecting data. */
  superuserPool: pg.Pool;
  /** Statements are counted from here. */
  markStatements(): void;
  /** What this database ran since the mark, the superuser's statements left out, as PostgreSQL's own log tells it. */
  statements(): string[];
  close(): Promise<void>;
};

/** A database of its own, copied from the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const run = currentTestRun();
  const name = `${run.prefix}_${randomBytes(4).toString('hex')}`;
  await asSuperuser(`create database "${name}" template "${run.prefix}" owner ${ownerOf.name}`);
  const url = urlOf(run, name, ownerOf);
  pg.types.setTypeParser(1082, String);
  const pool = new pg.Pool({ connectionString: url, options: '-c role=renewals_serving -c plan_cache_mode=force_generic_plan' });
  const ownerPool = new pg.Pool({ connectionString: url, max: 2 });
  const superuserPool = new pg.Pool({ connectionString: urlOf(run, name), max: 4 });
  // Dropping the database ends what a test left open; that is no news.
  for (const each of [pool, ownerPool, superuserPool]) each.on('error', () => {});
  let mark = sizeOf(run.log);
  return {
    name,
    url,
    pool,
    ownerPool,
    superuserPool,
    markStatements: () => void (mark = sizeOf(run.log)),
    statements: () => readStatements(run.log, mark, name).filter((each) => each.user === ownerOf.name).map((each) => each.text),
    async close() {
      await Promise.all([pool.end(), ownerPool.end(), superuserPool.end()]);
      await asSuperuser(`drop database "${name}" with (force)`);
    },
  };

  async function asSuperuser(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: run.superuserUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }
}
