import { afterAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { currentTestCluster, urlOf } from '../../testing/test-cluster.ts';
import { openDatabase } from './database.ts';
import { openOwner } from './owner-access.ts';
import { rolesSql } from './roles.sql.ts';
import { isSchemaClosed } from './schema-access.queries.ts';

const cluster = currentTestCluster();
const suffix = randomBytes(4).toString('hex');
const names = {
  database: `${cluster.prefix}_roles-${suffix}`,
  owner: `own"er-${suffix}`,
  login: `login-${suffix}`,
  other: `other-${suffix}`,
};
const environment: Record<string, string> = { OWNER_PASSWORD: "o'wn", SERVER_PASSWORD: 'serve' };
const clients: pg.Client[] = [];
const warnings: string[] = [];

async function connect(database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(cluster, encodeURIComponent(database)) });
  await client.connect();
  clients.push(client);
  return client;
}

afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  const superuser = await connect('postgres');
  await superuser.query(`drop database if exists "${names.database}" with (force)`);
  for (const role of [names.owner, names.login, names.other]) await superuser.query(`drop role if exists ${pg.escapeIdentifier(role)}`);
  await superuser.end();
});

/** Runs the few commands of psql that the SQL has: \getenv, \if, \gexec, \connect and variables. */
async function psql(sql: string): Promise<void> {
  let client = await connect('postgres');
  const variables: Record<string, string | undefined> = {};
  for (const [, name, variable] of sql.matchAll(/^\\getenv (\w+) (\w+)$/gm)) variables[name!] = environment[variable!];
  const set = sql
    .replaceAll(/^(--.*|\\(?:set|getenv) .*)\n/gm, '')
    .replaceAll(/^\\if :\{\?(\w+)\}\n(.*?)^\\else\n *\\warn '(.*?)'\n\\endif$/gms, (_, name: string, text: string, warning: string) => {
      if (variables[name] !== undefined) return text;
      warnings.push(warning);
      return '';
    })
    .replaceAll(/:'(\w+)'/g, (_, name: string) => pg.escapeLiteral(variables[name]!));
  for (const statement of set.split(/;\n|(?<=\\gexec\n)|(?<=^\\connect .*\n)/m).map((text) => text.trim())) {
    const [, select] = /^(.*) \\gexec$/s.exec(statement) ?? [];
    const [, database] = /^\\connect "(.*)"$/.exec(statement) ?? [];
    if (database !== undefined) client = await connect(database);
    else if (select === undefined) await client.query(statement);
    else for (const row of (await client.query<Record<string, string>>(select)).rows) await client.query(Object.values(row)[0]!);
  }
}

test('the SQL of all roles makes a database that migrates and serves as in production, and can run again', async () => {
  await psql(rolesSql(names));
  const beside = await connect('postgres');
  await beside.query(`create role ${pg.escapeIdentifier(names.other)} login password 'other' in role renewals_serving`);
  delete environment['SERVER_PASSWORD'];
  await psql(rolesSql(names));
  expect(warnings).toEqual([expect.stringMatching(/^The password of login-\w+ stays as it is: SERVER_PASSWORD is not in the environment/)]);
  const url = (name: string, password: string) =>
    urlOf(cluster, encodeURIComponent(names.database), { name: encodeURIComponent(name), password: encodeURIComponent(password) });
  const config = {
    ...{ databaseUrl: url(names.login, 'serve'), migrationDatabaseUrl: url(names.owner, "o'wn"), dataDir: '' },
    ...({ environment: 'production', poolSize: 1, statementTimeoutMs: 30_000 } as const),
  };
  const database = await openDatabase(config, { migrate: true });
  expect(database.warnings).toEqual([]);
  const { rows } = await database.pool.query(
    `select current_user as login, (select tableowner from pg_tables where tablename = 'contract') as owner`,
  );
  expect(rows).toEqual([{ login: names.login, owner: names.owner }]);
  await database.close();
  // The server of another database has the same role, and is kept out.
  const other = new pg.Client(url(names.other, 'other'));
  await expect(other.connect()).rejects.toThrow('permission denied for database');
  // Once there are tables, a restore may have closed the schema to servers.
  const owner = await connect(names.database);
  await owner.query('revoke usage on schema public from public, renewals_serving');
  await psql(rolesSql(names));
  expect(await isSchemaClosed(owner)).toBe(true);
  const access = await openOwner(config);
  await access.whileNobodyMigrates((migrate) => migrate({ opens: true }));
  await access.release();
  // Whoever may not create tables learns what to run: nothing is missing but a grant.
  await owner.query(`alter database ${pg.escapeIdentifier(names.database)} owner to current_user`);
  await owner.query(`grant connect on database ${pg.escapeIdentifier(names.database)} to ${pg.escapeIdentifier(names.owner)}`);
  await owner.query(`revoke create on schema public from ${pg.escapeIdentifier(names.owner)}`);
  await expect(openOwner(config)).rejects.toThrow(
    `may not create tables in the database "${names.database}". \`npm run renewals -- roles\` prints`,
  );
  await owner.query('drop table migrations');
  await expect(openDatabase(config, { migrate: true })).rejects.toThrow(
    /^The login that migrates may not: permission denied for schema public\. /,
  );
  // The owner would bypass row-level security; the refusal says what to run.
  const swapped = { ...config, databaseUrl: config.migrationDatabaseUrl };
  await expect(openDatabase(swapped, { migrate: false })).rejects.toThrow('`npm run renewals -- roles` prints the SQL');
});
