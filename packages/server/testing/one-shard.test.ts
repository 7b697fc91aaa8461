import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { addDays } from '../src/calendar-date.ts';
import { loadSampleData } from '../src/import/sample-data.ts';
import { readsIn, readsOfAllShards, type Statement } from './one-shard.ts';
import { passAllDays } from './pass-all-days.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

// What an engine with shards needs, of which each keeps whole partners. The requests of the API are in wrong-tenant.test.ts.

const today = '2026-11-22';
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const rowsOf = async <Row extends object>(sql: string) => (await database.superuserPool.query<Row>(sql)).rows;

describe('an engine with shards', () => {
  test('gets policies without subqueries', async () => {
    const policies = await rowsOf<{ policyname: string; sql: string }>(
      `select policyname, concat_ws(' ', qual, with_check) as sql from pg_policies where schemaname = 'public'`,
    );
    expect(policies.length).toBeGreaterThan(40);
    expect(policies.filter(({ sql }) => /\bselect\b/i.test(sql))).toEqual([]);
  });

  test('gets unique keys that have the partner, but for those that OPERATING.md drops', async () => {
    const keys = await rowsOf<{ key: string }>(
      `select key.indexrelid::regclass::text as key from pg_index key join pg_class relation on relation.oid = key.indrelid
       where relation.relnamespace = 'public'::regnamespace and key.indisunique and relation.relname not in ('migrations', 'restoration')
         and not exists (select from pg_attribute attribute where attribute.attrelid = key.indrelid
           and attribute.attnum = any (key.indkey::int2[]) and attribute.attname = case relation.relname when 'partner' then 'id' else 'partner_id' end)
       order by 1`,
    );
    expect(keys.map(({ key }) => key)).toEqual(['api_key_id_key', 'partner_name_key', 'user_session_id_key']);
  });

  test('gets foreign keys that stay within a partner', async () => {
    const keys = await rowsOf<{ name: string; sql: string }>(
      `select conname as name, pg_get_constraintdef(oid) as sql from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    );
    const within =
      /^FOREIGN KEY \(partner_id\b.*REFERENCES (partner\(id\)|\w+\(partner_id\b)|^FOREIGN KEY \(id, .*REFERENCES \w+\(partner_id\b/;
    expect(keys.filter(({ sql }) => !within.test(sql))).toEqual([]);
  });

  // The real functions check more, but these are what stopped them.
  test('can be given the tables by the statements of OPERATING.md', async () => {
    const { superuserPool } = database;
    const [, sql = ''] =
      /## Past one PostgreSQL\n.*?```sql\n(.*?)```/s.exec(readFileSync(new URL('../OPERATING.md', import.meta.url), 'utf8')) ?? [];
    const client = await superuserPool.connect();
    try {
      await client.query('begin');
      await client.query(shardingSql);
      await client.query(sql.replace('alter database renewals ', `alter database "${database.name}" `));
      const { rows } = await client.query(
        `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'migrations'
         except select name from sharded`,
      );
      expect(rows).toEqual([]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('gets no triggers and no sequences of rows', async () => {
    expect(await rowsOf(`select tgname from pg_trigger where not tgisinternal`)).toEqual([]);
    expect(await rowsOf(`select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`)).toEqual([
      { relname: 'migrations_id_seq' },
    ]);
  });

  test('is asked for one shard by each statement of imports and of passing days', async () => {
    const found: string[] = [];
    const seen = new Set<string>();
    const pool = explaining(database.pool, async (client, statement) => {
      if (seen.has(statement.text)) return;
      seen.add(statement.text);
      for (const each of readsIn(statement)) found.push(...(await readsOfAllShards(client, each)));
    });
    await loadSampleData({ pool, businessDate: today });
    await passAllDays(pool, addDays(today, 200));
    expect(found).toEqual([]);
    for (const name of ['applyImportedTerms', 'settleDueChanges', 'openRenewals', 'refreshDashboardRows'])
      expect([...seen].some((text) => text.includes(`/* ${name} */`))).toBe(true);
  }, 240_000);
});

/** Stand in for the functions of Citus: they refuse unique keys without the partner, and references to tables that are not there yet. */
const shardingSql = `
  create temporary table sharded (name text);
  create function create_reference_table(given text) returns void language sql as $$ insert into sharded values (given) $$;
  create function create_distributed_table(given text, key text, colocate_with text default 'default') returns void language plpgsql as $$
    begin
      if exists (select from pg_index where indrelid = given::regclass and indisunique and not exists (
          select from pg_attribute where attrelid = indrelid and attnum = any (indkey::int2[]) and attname = key)) then
        raise '% has a unique key without %', given, key;
      end if;
      if exists (select from pg_constraint where contype = 'f' and conrelid = given::regclass and confrelid <> conrelid
          and confrelid::regclass::text not in (select name from sharded)) then
        raise '% refers to a table that is not distributed yet', given;
      end if;
      insert into sharded values (given);
    end $$`;

type Client = Pick<pg.PoolClient, 'query'>;
type Query = (...parameters: unknown[]) => Promise<unknown>;

/** A pool that shows each statement, with a connection of the same transaction, before it sends it. */
function explaining(pool: pg.Pool, show: (client: Client, statement: Statement) => Promise<void>): pg.Pool {
  const shown = (client: Client): Query => {
    const send = client.query.bind(client) as unknown as Query;
    let last: Promise<unknown> = Promise.resolve();
    return (first, ...rest) => {
      // A COPY is a stream, which is sent at once.
      if (typeof first !== 'string' && typeof (first as { submit?: unknown }).submit === 'function') return send(first, ...rest);
      const statement =
        typeof first === 'string' ? { text: first, values: (rest[0] as unknown[] | undefined) ?? [] } : (first as Statement);
      // In the order in which they were asked for.
      const sent = last.then(async () => {
        await show({ query: send } as Client, statement);
        return await send(first, ...rest);
      });
      last = sent.catch(() => undefined);
      return sent;
    };
  };
  const replace = <T extends object>(target: T, replaced: Record<string, unknown>): T =>
    new Proxy(target, { get: (_, name) => replaced[name as string] ?? Reflect.get(target, name, target) });
  return replace(pool, {
    query: shown(pool),
    connect: async () => {
      const client = await pool.connect();
      return replace(client, { query: shown(client) });
    },
  });
}
