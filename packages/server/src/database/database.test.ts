import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import pg from 'pg';
import { currentTestRun, urlOf } from '../../testing/test-run.ts';
import { startThrowawayCluster } from '../../testing/throwaway-cluster.ts';
import { migrationsArePending, openDatabase, type Database, type DatabaseConfig } from './database.ts';
import { migrationNames } from './migrations.ts';
import { readAs } from './reader.ts';
import { inPartnerTransaction } from './transaction.ts';

const run = currentTestRun();
const suffix = randomBytes(4).toString('hex');
const superuser = new pg.Client({ connectionString: run.superuserUrl });
const databases: string[] = [];
const logins: string[] = [];
const opened: Database[] = [];

beforeAll(async () => {
  await superuser.connect();
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});
afterAll(async () => {
  for (const each of databases) await superuser.query(`drop database "${each}" with (force)`);
  for (const each of logins) await superuser.query(`drop role "${each}"`);
  await superuser.end();
});

type Login = { name: string; password: string };

async function createLogin(attributes = ''): Promise<Login> {
  const name = `renewals_login_${suffix}_${logins.length}`;
  await superuser.query(`create role "${name}" login password '${name}' ${attributes}`);
  logins.push(name);
  return { name, password: name };
}

async function createDatabase(owner?: Login): Promise<string> {
  const name = `${run.prefix}_open_${databases.length}`;
  await superuser.query(`create database "${name}" ${owner ? `owner "${owner.name}"` : ''}`);
  databases.push(name);
  return name;
}

const urlTo = (database: string, login?: Login) => urlOf(run, database, login);

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function open(config: Partial<DatabaseConfig>, migrate = true): Promise<Database> {
  const database = await openDatabase(
    { dataDir: '/nowhere', environment: 'development', poolSize: 3, statementTimeoutMs: 10_000, ...config },
    { migrate },
  );
  opened.push(database);
  return database;
}

const whoAsks = async ({ pool }: Database) =>
  (await pool.query('select current_user::text as effective, session_user::text as login')).rows[0];

test('no statement is prepared where that is turned off', async () => {
  const databaseUrl = urlTo(await createDatabase());
  const preparedIn = async ({ pool }: Database) => {
    await readAs(pool, randomUUID()).select({
      name: 'test',
      select: 'select partner.id from partner where partner.id = scope.partner_id',
      values: [],
    });
    return (await pool.query('select name from pg_prepared_statements')).rows.length;
  };
  expect(await preparedIn(await open({ databaseUrl, poolSize: 1 }))).toBe(1);
  expect(await preparedIn(await open({ databaseUrl, poolSize: 1, preparedStatements: false }))).toBe(0);
});

describe('one DATABASE_URL', () => {
  test('of a superuser: migrations run as an owner that is none, serving steps down, and a warning says so', async () => {
    const name = await createDatabase();
    const database = await open({ databaseUrl: urlTo(name) });
    expect(await whoAsks(database)).toMatchObject({ effective: 'renewals_serving' });
    expect(database.warnings.join()).toContain('step down');
    expect(database.description).toMatch(new RegExp(`^PostgreSQL \\d+\\.\\d+ at .*/${name}$`));
    const tables = await database.pool.query(`select distinct tableowner from pg_tables where schemaname = 'public'`);
    expect(tables.rows).toEqual([{ tableowner: 'renewals_owner' }]);
    expect((await database.pool.query('select * from list_partners()')).rows).toEqual([]);
  });

  test('of a plain owner: it is told what an administrator must run, and after that it works', async () => {
    const owner = await createLogin();
    const url = urlTo(await createDatabase(owner), owner);
    const error = await open({ databaseUrl: url }).catch((caught: Error) => caught);
    const sql = (error as Error).message.match(/^ {2}.*;$/gm) ?? [];
    expect(sql).toContain(`  grant renewals_serving to "${owner.name}";`);
    await superuser.query(sql.join('\n'));
    expect(await whoAsks(await open({ databaseUrl: url }))).toEqual({ effective: 'renewals_serving', login: owner.name });
  });

  test('of a login that may create roles: needs no administrator, on a server that has never seen us', async () => {
    const cluster = await startThrowawayCluster(mkdtempSync('/tmp/renewals-server-'));
    try {
      const client = new pg.Client(cluster.superuser);
      await client.connect();
      await client.query('create role boss login createrole');
      await client.query('create database bosses owner boss');
      await client.end();
      const database = await open({ databaseUrl: `postgres:///bosses?user=boss&host=${encodeURIComponent(cluster.socketFolder)}` });
      expect(await whoAsks(database)).toEqual({ effective: 'renewals_serving', login: 'boss' });
      await opened.pop()?.close();
    } finally {
      await cluster.stop();
    }
  });

  test('of a login that bypasses row-level security: its migrations run as renewals_owner', async () => {
    const login = await createLogin('bypassrls');
    const name = await createDatabase(login);
    const error = await open({ databaseUrl: urlTo(name, login) }).catch((caught: Error) => caught);
    await execute(urlTo(name), ((error as Error).message.match(/^ {2}.*;$/gm) ?? []).join('\n'));
    const database = await open({ databaseUrl: urlTo(name, login) });
    const tables = await database.pool.query(`select distinct tableowner from pg_tables where schemaname = 'public'`);
    expect(tables.rows).toEqual([{ tableowner: 'renewals_owner' }]);
  });

  test('is refused in production where policies do not bind its login', async () => {
    const production = { environment: 'production' } as const;
    const superusers = urlTo(await createDatabase());
    await expect(open({ databaseUrl: superusers, ...production })).rejects.toThrow('it is a superuser or has BYPASSRLS');
    const owner = await createLogin();
    await superuser.query(`grant renewals_serving to "${owner.name}"`);
    const owners = urlTo(await createDatabase(owner), owner);
    await open({ databaseUrl: owners });
    await expect(open({ databaseUrl: owners, ...production })).rejects.toThrow('it owns tables');
  });
});

describe('MIGRATION_DATABASE_URL beside DATABASE_URL', () => {
  let [name, owner, serving]: [string, Login, Login] = ['', { name: '', password: '' }, { name: '', password: '' }];
  beforeAll(async () => {
    owner = await createLogin();
    serving = await createLogin('in role renewals_serving');
    name = await createDatabase(owner);
    await (await openDatabaseAs(serving)).close();
  });
  const openDatabaseAs = (login: Login, more: Partial<DatabaseConfig> = {}) =>
    open({ migrationDatabaseUrl: urlTo(name, owner), databaseUrl: urlTo(name, login), environment: 'production', ...more });

  test('keeps the owner away from serving, without a warning', async () => {
    const database = await openDatabaseAs(serving);
    expect(await whoAsks(database)).toEqual({ effective: serving.name, login: serving.name });
    expect(database.warnings).toEqual([]);
  });

  test('lets the serving login start alone once migrations have run, in development too', async () => {
    for (const environment of ['production', 'development'] as const) {
      const database = await open({ databaseUrl: urlTo(name, serving), environment });
      expect(await whoAsks(database)).toEqual({ effective: serving.name, login: serving.name });
    }
  });

  test.each([
    ['is the owner', async () => owner, 'it owns tables'],
    ['is a member of the owner', () => createLogin(`in role "${owner.name}", renewals_serving`), 'may act as the role that owns them'],
    ['has BYPASSRLS', () => createLogin('bypassrls in role renewals_serving'), 'has BYPASSRLS'],
    ['may act as a superuser', () => createLogin(`in role renewals_serving, "${superuser.user}"`), 'or may act as such a role'],
    ['was given no rights', () => createLogin(), 'grant renewals_serving to'],
  ])('refuses a serving login that %s', async (_, login, reason) => {
    await expect(openDatabaseAs(await login())).rejects.toThrow(reason);
  });
});

describe('migrations', () => {
  test('are applied once when eight start at once on an empty database, and none fails', async () => {
    const url = urlTo(await createDatabase());
    const all = await Promise.all(Array.from({ length: 8 }, () => open({ databaseUrl: url })));
    expect((await all[0]!.pool.query('select count(*) from migrations')).rows).toEqual([{ count: String(migrationNames.length) }]);
    expect(await migrationsArePending(all[7]!.pool)).toBe(false);
  });

  test('that are pending, or that this program does not know, keep it from serving', async () => {
    const url = urlTo(await createDatabase());
    await expect(open({ databaseUrl: url }, false)).rejects.toThrow(`migrations are pending (${migrationNames.join(', ')})`);
    const { pool } = await open({ databaseUrl: url });
    await execute(url, `insert into migrations (timestamp, name) values (1999999999999, 'FromTheFuture1999999999999')`);
    expect(await migrationsArePending(pool)).toBe(true);
    await expect(open({ databaseUrl: url }, false)).rejects.toThrow('does not know (FromTheFuture1999999999999)');
    await expect(open({ databaseUrl: url })).rejects.toThrow('The database is newer than this program');
  });
});

describe('a serving connection', () => {
  let pool: pg.Pool;
  const [acme, globex] = [randomUUID(), randomUUID()];
  beforeAll(async () => {
    const name = await createDatabase();
    const url = urlTo(name);
    await superuser.query(`alter database "${name}" set datestyle to 'German'`);
    ({ pool } = await open({ databaseUrl: url }));
    opened.length = 0;
    await execute(url, `insert into partner (id, name) values ('${acme}', 'Acme'), ('${globex}', 'Globex')`);
  });
  afterAll(() => pool.end());

  const namesSeenBy = (partnerId: string) =>
    readAs(pool, partnerId).select({ name: 'namesSeenBy', select: 'select p.name from partner p', values: [] });

  test('sees no row without a partner, and only its own with one', async () => {
    expect((await pool.query('select * from partner')).rows).toEqual([]);
    expect(await namesSeenBy(acme)).toEqual([['Acme']]);
    expect(await namesSeenBy(globex)).toEqual([['Globex']]);
    expect((await pool.query('select * from partner')).rows).toEqual([]);
  });

  test('cannot write rows of another partner, nor change what it cannot see', async () => {
    const insertCustomer = (partnerId: string) =>
      inPartnerTransaction(pool, acme, (tx) =>
        tx.query(`insert into customer (partner_id, id, hub_id, name, search_text) values ($1, $2, 1, 'Initech', 'initech')`, [
          partnerId,
          randomUUID(),
        ]),
      );
    await expect(insertCustomer(globex)).rejects.toThrow('row-level security');
    expect((await insertCustomer(acme)).rowCount).toBe(1);
    const renamed = await inPartnerTransaction(pool, acme, (tx) => tx.query(`update partner set name = 'Taken' where id = $1`, [globex]));
    expect(renamed.rowCount).toBe(0);
    await expect(pool.query('alter table customer disable row level security')).rejects.toThrow('must be owner');
  });

  test('hands over dates, 64-bit integers and money as the text that PostgreSQL wrote', async () => {
    const { rows } = await pool.query(
      `select date '2028-02-29' as day, 9223372036854775807 as hub_id, 10.10::numeric as mrr,
         array[date '2028-02-29'] as days, array[9223372036854775807] as hub_ids, array[10.10::numeric, null] as mrrs`,
    );
    expect(rows).toEqual([
      {
        day: '2028-02-29',
        hub_id: '9223372036854775807',
        mrr: '10.10',
        days: ['2028-02-29'],
        hub_ids: ['9223372036854775807'],
        mrrs: ['10.10', null],
      },
    ]);
  });

  test('plans generically, and gives up on what takes too long', async () => {
    const settings = ['plan_cache_mode', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name'];
    const { rows } = await pool.query('select current_setting(s) as value from unnest($1::text[]) with ordinality as t (s, n) order by n', [
      settings,
    ]);
    expect(rows.map((row) => row.value)).toEqual(['force_generic_plan', '10s', '5s', '1min', 'partner-renewals']);
  });

  test('that is lost does not take the process with it; the next query gets another', async () => {
    await pool.query('select 1');
    await superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'partner-renewals'`,
      [databases.at(-1)],
    );
    await pool.query('select 1').catch(() => {});
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

test('a server that does not answer is told in a sentence', async () => {
  await expect(open({ databaseUrl: 'postgres://renewals:secret@127.0.0.1:1/renewals' })).rejects.toThrow("The database can't be reached");
});
