// Long: each login and each state of a database is another way to start.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import pg from 'pg';
import { currentTestCluster, urlOf } from '../../testing/test-cluster.ts';
import { startThrowawayCluster } from '../../testing/throwaway-cluster.ts';
import { openDatabase, type Database, type DatabaseConfig } from './database.ts';
import { migrationNames } from './migrations.ts';

const cluster = currentTestCluster();
const suffix = randomBytes(4).toString('hex');
const superuser = new pg.Client({ connectionString: cluster.superuserUrl });
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
  const name = `${cluster.prefix}_open_${databases.length}`;
  await superuser.query(`create database "${name}" ${owner ? `owner "${owner.name}"` : ''}`);
  databases.push(name);
  return name;
}

const urlTo = (database: string, login?: Login) => urlOf(cluster, database, login);

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

const rolesOf = async ({ pool }: Database) =>
  (await pool.query('select current_user::text as effective, session_user::text as login')).rows[0];

describe('DATABASE_URL alone', () => {
  test('with a superuser: migrations run as a separate owner, the server switches its role, and a warning says so', async () => {
    const name = await createDatabase();
    const database = await open({ databaseUrl: urlTo(name) });
    expect(await rolesOf(database)).toMatchObject({ effective: 'renewals_serving' });
    expect(database.warnings.join()).toContain('switches to the role');
    expect(database.description).toMatch(new RegExp(`^PostgreSQL \\d+\\.\\d+ at .*/${name}$`));
    const tables = await database.pool.query(`select distinct tableowner from pg_tables where schemaname = 'public'`);
    expect(tables.rows).toEqual([{ tableowner: 'renewals_owner' }]);
    expect((await database.pool.query('select * from list_partners()')).rows).toEqual([]);
  });

  test('with a plain owner: the error lists the statements for an administrator, and afterwards it works', async () => {
    const owner = await createLogin();
    const url = urlTo(await createDatabase(owner), owner);
    const error = await open({ databaseUrl: url }).catch((caught: Error) => caught);
    const sql = (error as Error).message.match(/^ {2}.*;$/gm) ?? [];
    expect(sql).toContain(`  grant renewals_serving to "${owner.name}";`);
    await superuser.query(sql.join('\n'));
    expect(await rolesOf(await open({ databaseUrl: url }))).toEqual({ effective: 'renewals_serving', login: owner.name });
  });

  test('with a login that can create roles: a new server needs no administrator', async () => {
    const own = await startThrowawayCluster(mkdtempSync('/tmp/renewals-server-'));
    try {
      const client = new pg.Client(own.superuser);
      await client.connect();
      await client.query('create role boss login createrole');
      await client.query('create database bosses owner boss');
      await client.end();
      const database = await open({ databaseUrl: `postgres:///bosses?user=boss&host=${encodeURIComponent(own.socketFolder)}` });
      expect(await rolesOf(database)).toEqual({ effective: 'renewals_serving', login: 'boss' });
      await opened.pop()?.close();
    } finally {
      await own.stop();
    }
  });

  test('with a login that bypasses row-level security: its migrations run as renewals_owner', async () => {
    const login = await createLogin('bypassrls');
    const name = await createDatabase(login);
    const error = await open({ databaseUrl: urlTo(name, login) }).catch((caught: Error) => caught);
    await execute(urlTo(name), ((error as Error).message.match(/^ {2}.*;$/gm) ?? []).join('\n'));
    const database = await open({ databaseUrl: urlTo(name, login) });
    const tables = await database.pool.query(`select distinct tableowner from pg_tables where schemaname = 'public'`);
    expect(tables.rows).toEqual([{ tableowner: 'renewals_owner' }]);
  });

  test('is refused in production if row-level security does not apply to the login', async () => {
    const production = { environment: 'production' } as const;
    const superusers = urlTo(await createDatabase());
    await expect(open({ databaseUrl: superusers, ...production })).rejects.toThrow('it is a superuser, has BYPASSRLS');
    const owner = await createLogin();
    await superuser.query(`grant renewals_serving to "${owner.name}"`);
    const owners = urlTo(await createDatabase(owner), owner);
    await open({ databaseUrl: owners });
    await expect(open({ databaseUrl: owners, ...production })).rejects.toThrow('it owns tables');
  });
});

describe('MIGRATION_DATABASE_URL with DATABASE_URL', () => {
  let [name, owner, serving]: [string, Login, Login] = ['', { name: '', password: '' }, { name: '', password: '' }];
  beforeAll(async () => {
    owner = await createLogin();
    serving = await createLogin('in role renewals_serving');
    name = await createDatabase(owner);
    await (await openDatabaseAs(serving)).close();
  });
  const openDatabaseAs = (login: Login, more: Partial<DatabaseConfig> = {}) =>
    open({ migrationDatabaseUrl: urlTo(name, owner), databaseUrl: urlTo(name, login), environment: 'production', ...more });

  test('uses the owner only for migrations, without a warning', async () => {
    const database = await openDatabaseAs(serving);
    expect(await rolesOf(database)).toEqual({ effective: serving.name, login: serving.name });
    expect(database.warnings).toEqual([]);
  });

  test('pins what isolation relies on, whatever session defaults the login gives itself, and warns of them', async () => {
    const login = await createLogin('in role renewals_serving');
    const { pool } = await openDatabaseAs(login);
    for (const setting of [
      'search_path to pg_temp, public',
      'row_security to off',
      `default_transaction_isolation to 'serializable'`,
      'standard_conforming_strings to off',
      'statement_timeout to 0',
      'lock_timeout to 0',
      'idle_in_transaction_session_timeout to 0',
    ]) {
      await pool.query(`alter role "${login.name}" set ${setting}`);
    }
    // Without a pin, PostgreSQL itself refuses this one.
    const partner = `alter role "${login.name}" set app.partner_id to 'f0000000-0000-4000-8000-000000000000'`;
    await expect(pool.query(partner)).rejects.toThrow('permission denied to set parameter');
    const database = await openDatabaseAs(login);
    const { rows } = await database.pool.query(
      `select current_setting('search_path') as path, current_setting('row_security') as security,
         current_setting('transaction_isolation') as isolation,
         current_setting('standard_conforming_strings') as strings, current_setting('statement_timeout') as statement,
         current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    expect(rows).toEqual([
      {
        ...{ path: 'public', security: 'on', isolation: 'read committed', strings: 'on' },
        ...{ statement: '10s', lock: '5s', idle: '1min' },
      },
    ]);
    expect(database.warnings).toEqual([expect.stringContaining('(default_transaction_isolation, idle_in_transaction_session_timeout, ')]);
  });

  test('cannot date, change or delete an event of the audit trail', async () => {
    const { pool } = await openDatabaseAs(serving);
    const partnerId = 'f0000000-0000-4000-8000-000000000001';
    const client = await pool.connect();
    try {
      await client.query(
        `begin; select set_config('app.partner_id', '${partnerId}', true); insert into partner (id, name) values ('${partnerId}', 'Acme')`,
      );
      const insert = (columns: string, values: string) =>
        client.query(
          `insert into audit_event (partner_id, id, actor, action${columns}) values ('${partnerId}', gen_random_uuid(), 'a', 'b'${values})`,
        );
      await insert('', '');
      await client.query('savepoint before');
      const refused = async (work: Promise<unknown>) => {
        await expect(work).rejects.toThrow('permission denied for table audit_event');
        await client.query('rollback to before');
      };
      await refused(insert(', occurred_at', `, '2020-01-01'`));
      await refused(client.query(`update audit_event set occurred_at = '2020-01-01'`));
      await refused(client.query('delete from audit_event'));
      await refused(client.query('truncate audit_event'));
      // Nor by a transaction that was opened long before.
      await insert('', '');
      const { rows } = await client.query('select max(occurred_at) > now() as later from audit_event');
      expect(rows).toEqual([{ later: true }]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('is optional once migrations have run, in development too', async () => {
    for (const environment of ['production', 'development'] as const) {
      const database = await open({ databaseUrl: urlTo(name, serving), environment });
      expect(await rolesOf(database)).toEqual({ effective: serving.name, login: serving.name });
    }
  });

  test('may delete only what the server deletes', async () => {
    const { pool } = await openDatabaseAs(serving);
    const { rows } = await pool.query<{ name: string }>(
      `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and has_table_privilege(oid, 'delete, truncate') order by 1`,
    );
    expect(rows.map(({ name: table }) => table)).toEqual([
      ...['dashboard_column_choice', 'dashboard_row', 'default_view', 'idempotency_key', 'imported_terms', 'saved_view', 'user_session'],
    ]);
  });

  test('is warned of a serving login that may create functions', async () => {
    const login = await createLogin('in role renewals_serving');
    await execute(urlTo(name), `grant create on schema public to "${login.name}"`);
    expect((await openDatabaseAs(login)).warnings).toEqual([expect.stringContaining('run `revoke create on schema public from public`')]);
  });

  test.each([
    ['is the owner', async () => owner, 'it owns tables'],
    ['is a member of the owner', () => createLogin(`in role "${owner.name}", renewals_serving`), 'is a member of the role that owns them'],
    ['has BYPASSRLS', () => createLogin('bypassrls in role renewals_serving'), 'has BYPASSRLS'],
    ['is a member of a superuser', () => createLogin(`in role renewals_serving, "${superuser.user}"`), 'or is a member of such a role'],
    ['has no rights', () => createLogin(), 'grant renewals_serving to'],
  ])('refuses a serving login that %s', async (_, login, reason) => {
    await expect(openDatabaseAs(await login())).rejects.toThrow(reason);
  });
});

describe('migrations', () => {
  test('run once when eight processes start at once on an empty database, and none fails', async () => {
    const url = urlTo(await createDatabase());
    const all = await Promise.all(Array.from({ length: 8 }, () => open({ databaseUrl: url })));
    expect((await all[0]!.pool.query('select count(*) from migrations')).rows).toEqual([{ count: String(migrationNames.length) }]);
  });

  test('that are pending or unknown prevent a start', async () => {
    const url = urlTo(await createDatabase());
    await expect(open({ databaseUrl: url }, false)).rejects.toThrow(`migrations are pending (${migrationNames.join(', ')})`);
    await open({ databaseUrl: url });
    await execute(url, `insert into migrations (timestamp, name) values (1999999999999, 'FromTheFuture1999999999999')`);
    await expect(open({ databaseUrl: url }, false)).rejects.toThrow('does not know (FromTheFuture1999999999999)');
    await expect(open({ databaseUrl: url })).rejects.toThrow('The database is newer than this program');
  });
});

test('a server that does not respond gives a readable error', async () => {
  await expect(open({ databaseUrl: 'postgres://renewals:secret@127.0.0.1:1/renewals' })).rejects.toThrow("The database can't be reached");
});
