import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../src/database/database.ts';
import { readStatements, sizeOf } from './statement-log.ts';
import { asSuperuser, currentTestRun, ownerLogin, servedUrlOf, urlOf } from './test-run.ts';

export type TestDatabase = {
  name: string;
  /** The owner's address, as in DATABASE_URL; through the connection pooler if the run has one. */
  url: string;
  /** The same without a pooler. */
  directUrl: string;
  /** The server's pool: the serving role, subject to row-level security. */
  pool: pg.Pool;
  /** The login that owns the tables; forced row-level security applies to it too. */
  ownerPool: pg.Pool;
  /** Sees every partner's rows, to create and inspect data. */
  superuserPool: pg.Pool;
  /** Starts the count of statements. */
  markStatements(): void;
  /** Statements since the mark, without the superuser's, from PostgreSQL's own log. */
  statements(): string[];
  close(): Promise<void>;
};

// Dates are texts, as on the serving connections.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.DATE ? String : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

/** Creates a database from the migrated template. `isDirect` is for tests of what a connection pooler does not have, such as sessions. */
export async function createTestDatabase({ isDirect = false } = {}): Promise<TestDatabase> {
  const run = currentTestRun();
  const name = `${run.prefix}_${randomBytes(4).toString('hex')}`;
  await asSuperuser(run, (superuser) => superuser.query(`create database "${name}" template "${run.prefix}" owner ${ownerLogin.name}`));
  const directUrl = urlOf(run, name, ownerLogin);
  const url = isDirect ? directUrl : servedUrlOf(run, name, ownerLogin);
  const served = await openDatabase(
    { databaseUrl: url, dataDir: '', environment: 'test', poolSize: 10, statementTimeoutMs: 30_000 },
    { migrate: false },
  );
  const ownerPool = new pg.Pool({ connectionString: directUrl, max: 2, types });
  const superuserPool = new pg.Pool({ connectionString: urlOf(run, name), max: 4, types });
  // Dropping the database ends connections that a test left open; their errors do not matter.
  for (const each of [ownerPool, superuserPool]) each.on('error', () => {});
  let mark = sizeOf(run.log);
  return {
    name,
    url,
    directUrl,
    pool: served.pool,
    ownerPool,
    superuserPool,
    markStatements: () => void (mark = sizeOf(run.log)),
    statements() {
      const texts = readStatements(run.log, mark, name)
        // The questions about silent connections belong to no request, and PgBouncer names its connections.
        .filter((each) => each.user === ownerLogin.name && !/^(\/\* idleBackends \*\/|SET application_name=)/.test(each.text))
        .map((each) => each.text);
      return run.poolerUrl === undefined ? texts : withoutSettings(texts);
    },
    async close() {
      await Promise.all([served.close(), ownerPool.end(), superuserPool.end()]);
      await asSuperuser(run, (superuser) => dropDatabase(superuser, name));
    },
  };
}

/** Behind a connection pooler, each transaction makes its settings, and a statement outside of one gets one for that. */
function withoutSettings(statements: readonly string[]): string[] {
  const texts = statements.map((text) => text.replace(/begin isolation level read committed(; set local [\w.]+ = '[^']*')+/, 'begin'));
  let transactions = texts.filter((text) => text !== 'begin' && /^(\/\*.*?\*\/ )?begin\b/.test(text)).length;
  return texts.filter((text) => text !== 'begin' && !(text === 'commit' && transactions-- <= 0));
}

/** PostgreSQL drops a database only after each backend of the server has replied, and one that writes to a stalled client replies late. The end of the run drops what is left. */
async function dropDatabase(superuser: pg.Client, name: string): Promise<void> {
  await superuser.query(`set statement_timeout = '5s'`);
  await superuser.query(`drop database "${name}" with (force)`).catch((error: unknown) => {
    if ((error as { code?: string }).code !== '57014') throw error;
  });
}
