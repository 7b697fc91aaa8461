import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { longLocksIn } from '../../testing/long-locks.ts';
import { asSuperuser, currentTestCluster, ownerLogin, urlOf } from '../../testing/test-cluster.ts';
import { migrationNames, migrations } from './migrations.ts';
import { openOwner, type OwnerAccess } from './owner-access.ts';

// An upgrade runs while processes of the version before serve. Nobody may wait long for it.

const cluster = currentTestCluster();
const name = `${cluster.prefix}_${randomBytes(4).toString('hex')}`;
let owner: OwnerAccess;
let pool: pg.Pool;
beforeAll(async () => {
  await asSuperuser(cluster, (superuser) => superuser.query(`create database "${name}" owner ${ownerLogin.name}`));
  owner = await openOwner({
    databaseUrl: urlOf(cluster, name, ownerLogin),
    dataDir: '',
    environment: 'test',
    poolSize: 1,
    statementTimeoutMs: 30_000,
  });
  pool = new pg.Pool({ connectionString: urlOf(cluster, name), max: 3 });
});
afterAll(async () => {
  await owner.release();
  await pool.end();
});

const waiting = `select locks.virtualtransaction as id from pg_locks locks join pg_database base on base.oid = locks.database
  where base.datname = $1 and not locks.granted and locks.mode = 'AccessExclusiveLock'`;

describe('a migration', () => {
  test('that does not get the lock of a table holds up nobody for long, and runs when it can', async () => {
    const last = migrationNames.indexOf('Backup1790870000000');
    await owner.whileNobodyMigrates((migrate) => migrate({ only: migrationNames.slice(0, last) }));
    // As an import, a backup or a forgotten session does.
    const reading = await pool.connect();
    await reading.query('begin; select from dashboard_row limit 1');

    let isOver = false;
    const migrating = owner.whileNobodyMigrates((migrate) => migrate()).finally(() => (isOver = true));
    const attempts = new Set<string>();
    let longest = 0;
    const asking = (async () => {
      while (attempts.size < 3) {
        const start = performance.now();
        await pool.query('select from dashboard_row limit 1');
        longest = Math.max(longest, performance.now() - start);
      }
    })();
    while (attempts.size < 3) {
      for (const { id } of (await pool.query<{ id: string }>(waiting, [name])).rows) attempts.add(id);
      await sleep(20);
    }
    await asking;
    expect([longest > 200, longest < 2_000]).toEqual([true, true]);
    expect(isOver).toBe(false);
    await reading.query('commit');
    reading.release();
    await migrating;
    expect((await pool.query<{ name: string }>('select name from migrations order by id')).rows.map((row) => row.name)).toEqual(
      migrationNames,
    );
  });

  const first = migrations.findIndex((each) => each.name === 'Backup1790870000000');
  test.each(migrations.slice(first).map((each) => [each.name, each] as const))(
    '%s, after the first version, holds no lock on filled tables for long',
    async (_, Migration) => {
      expect(await longLocksIn(new Migration())).toEqual([]);
    },
  );

  test.each([
    ['create index a_idx on contract_change (partner_id)', 'create index without concurrently'],
    ['drop index contract_change_open_idx; create unique index concurrently b_key on customer (id)', 'concurrently in a transaction'],
    ['alter table customer add constraint c foreign key (partner_id) references partner (id)', 'constraint without not valid'],
    ['alter table customer add constraint c check (hub_id > 1)', 'constraint without not valid'],
    ['alter table customer add constraint c unique (partner_id, name)', 'constraint without not valid'],
    ['alter table contract alter column mrr type numeric(12, 2)', 'rewrites or reads the table'],
    ['alter table contract alter mrr set not null', 'rewrites or reads the table'],
    ['alter table contract add column rank integer generated always as (term_start_months + 1) stored', 'rewrites or reads the table'],
    ['alter table contract add seen_at timestamptz not null default clock_timestamp()', 'rewrites or reads the table'],
    ['update customer set name = name', 'changes all rows at once'],
    ['with gone as (delete from dashboard_row) select 1', 'changes all rows at once'],
    ['vacuum full customer', 'rewrites or reads the table'],
  ])('would be refused for %s', async (sql, problem) => {
    const found = await longLocksIn({ up: (runner) => runner.query(sql), down: async () => {} });
    expect(found).toEqual([expect.stringContaining(problem)]);
  });

  test('may fill and index a table that it creates, and take locks for a moment', async () => {
    const sql = `create table note (partner_id uuid not null, id uuid not null, text text);
      create index note_idx on note (partner_id); alter table note add constraint note_fkey foreign key (partner_id) references partner (id);
      insert into note select id, id, name from partner; update note set text = 'x'; alter table note alter text set not null;
      alter table customer add colour text, add size integer not null default 0, drop constraint customer_hub_id_is_positive;
      alter table customer add constraint customer_size check (size >= 0) not valid; update partner set passed_through = null;
      create policy customer_backup on customer for select using (true)`;
    expect(await longLocksIn({ up: (runner) => runner.query(sql), down: async () => {} })).toEqual([]);
    const alone = 'create index concurrently if not exists customer_colour_idx on customer (partner_id, colour)';
    expect(await longLocksIn({ transaction: false, up: (runner) => runner.query(alone), down: async () => {} })).toEqual([]);
    const valid = 'alter table customer validate constraint customer_size';
    expect(await longLocksIn({ up: (runner) => runner.query(valid), down: async () => {} })).toEqual([]);
  });
});
