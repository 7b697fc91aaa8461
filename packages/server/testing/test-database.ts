import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../src/database/database.ts';
import { readStatements, sizeOf } from './statement-log.ts';
import { asSuperuser, currentTestCluster, ownerLogin, servedUrlOf, urlOf } from './test-cluster.ts';

export type TestDatabase = {
  name: string;
  /** The owner's address, as in DATABASE_URL; through the connection pooler if the run has one. */
  url: string;
  /** The same without a pooler. */
  directUrl: (reason: keyof typeof whyDirect) => string;
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

/** What a connection pooler does not have. Only tests that look at it reach the database itself where the run has a pooler. */
export const whyDirect = {
  'start-up options': 'PgBouncer refuses them, and so each transaction makes its settings; prepared statements have no names.',
  'shared connections': 'Several statements at a time on one connection would wait for its transactions.',
  'process ids':
    'A pooler has its own, so nobody can ask the database whether a silent connection is lost; the time limit of statements remains.',
  'one session': 'A test looks at what a session keeps; through a pooler it sees another one each time.',
};

/** Creates a database from the migrated template. */
export async function createTestDatabase({ direct }: { direct?: keyof typeof whyDirect } = {}): Promise<TestDatabase> {
  const cluster = currentTestCluster();
  const name = `${cluster.prefix}_${randomBytes(4).toString('hex')}`;
  await asSuperuser(cluster, (superuser) =>
    superuser.query(`create database "${name}" template "${cluster.prefix}" owner ${ownerLogin.name}`),
  );
  const directUrl = urlOf(cluster, name, ownerLogin);
  const url = direct ? directUrl : servedUrlOf(cluster, name, ownerLogin);
  const served = await openDatabase(
    { databaseUrl: url, dataDir: '', environment: 'test', poolSize: 10, statementTimeoutMs: 30_000 },
    { migrate: false },
  );
  const ownerPool = new pg.Pool({ connectionString: directUrl, max: 2, types });
  const superuserPool = new pg.Pool({ connectionString: urlOf(cluster, name), max: 4, types });
  // Dropping the database ends connections that a test left open; their errors do not matter.
  for (const each of [ownerPool, superuserPool]) each.on('error', () => {});
  let mark = sizeOf(cluster.log);
  return {
    name,
    url,
    directUrl: () => directUrl,
    pool: served.pool,
    ownerPool,
    superuserPool,
    markStatements: () => void (mark = sizeOf(cluster.log)),
    statements() {
      const texts = readStatements(cluster.log, mark, name)
        // The questions about silent connections belong to no request, and PgBouncer names its connections.
        .filter((each) => each.user === ownerLogin.name && !/^(\/\* idleBackends \*\/|SET application_name=)/.test(each.text))
        .map((each) => each.text);
      return cluster.poolerUrl === undefined ? texts : withoutSettings(texts);
    },
    async close() {
      await Promise.all([served.close(), ownerPool.end(), superuserPool.end()]);
      await asSuperuser(cluster, (superuser) => dropDatabase(superuser, name));
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
