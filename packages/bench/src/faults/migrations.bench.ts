import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrationNames } from '../../../server/src/database/migrations.ts';
import { openOwner } from '../../../server/src/database/owner-access.ts';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import { startBenchCluster, type BenchCluster, type BenchDatabase } from '../speed/bench-database.ts';
import { loadDataset } from '../speed/dataset.ts';
import { databaseOption, today, Verdict } from './fault-target.ts';

// Upgrades a filled database from 0.1.0, migration by migration, while clients read pages and write. Then it does so again while a
// transaction of 5 seconds has read every table, as an import or a backup has. Nobody may wait longer than 1.5 seconds, and no migration may
// lock a table against writers for longer than a second.
//   cd packages/bench && npm run migrations -- [--server] [--changes 100000]

const { values: options } = parseArgs({ options: { ...databaseOption, changes: { type: 'string', default: '100000' } } });
const published = 'DefaultViews1790840000000';
const mostMs = 1_500;
const mostLockedMs = 1_000;
const heldMs = 5_000;
const later = migrationNames.slice(migrationNames.indexOf(published) + 1);

const page = `select * from dashboard_row where partner_id = $1 and effective_date >= $2 order by effective_date, id limit 50`;
const customer = 'select customer_id from contract where partner_id = $1 order by id limit 1';
const write = `with edited as (
    update customer_association set version = version + 1 where partner_id = $1 and customer_id = (${customer}) returning version)
  update dashboard_row set association_version = edited.version from edited where partner_id = $1 and customer_id = (${customer})`;

const verdict = new Verdict();
await verdict.concludeAfter(async () => {
  for (const isHeld of [false, true]) {
    const cluster = await startBenchCluster({ isServer: options.server });
    try {
      await upgrade(cluster, isHeld);
    } finally {
      await cluster.stop();
    }
  }
});

async function upgrade(cluster: BenchCluster, isHeld: boolean): Promise<void> {
  console.log(`PostgreSQL ${cluster.version}, ${options.changes} changes; after 0.1.0 come: ${later.join(', ')}`);
  const database = await cluster.createEmptyDatabase(isHeld ? 'held' : 'quiet');
  const owner = await openOwner({
    ...{ databaseUrl: database.variables.DATABASE_URL, migrationDatabaseUrl: database.variables.MIGRATION_DATABASE_URL },
    ...{ dataDir: '', environment: 'production', poolSize: 1, statementTimeoutMs: 60_000 },
  });
  const before = migrationNames.slice(0, migrationNames.indexOf(published) + 1);
  await owner.whileNobodyMigrates((migrate) => migrate({ only: before }));
  await loadDataset(database, today, Number(options.changes));
  for (const name of later) {
    const waits = watchWaits(database);
    const locks = await watchLocks(database);
    const holding = isHeld ? await holdTables(database) : null;
    const start = performance.now();
    // An error waits until nothing watches any more: the cluster stops next.
    const migrated = await owner
      .whileNobodyMigrates((migrate) => migrate({ only: [name] }))
      .then(
        () => null,
        (error: unknown) => ({ error }),
      );
    const seconds = (performance.now() - start) / 1_000;
    await holding?.over;
    const [{ read, written, count, deadlocks }, { lock, ms: lockedMs }] = await Promise.all([waits.stop(), locks.stop()]);
    if (migrated) {
      await owner.release();
      throw migrated.error;
    }
    const when = isHeld ? `while a transaction of ${heldMs / 1_000} s has read all tables` : 'alone';
    console.log(
      `${name} ${when}: ${seconds.toFixed(1)} s; of ${count} reads and writes, the longest read ${Math.round(read)} ms, write ${Math.round(written)} ms; ${deadlocks} deadlocks; longest lock ${Math.round(lockedMs)} ms (${lock})`,
    );
    verdict.check(`${name} ${when}: nobody waits longer than ${mostMs} ms`, Math.max(read, written) <= mostMs);
    verdict.check(`${name} ${when}: holds no lock against writers longer than ${mostLockedMs} ms`, lockedMs <= mostLockedMs);
    verdict.check(`${name} ${when}: ends no request by a deadlock`, deadlocks === 0);
  }
  await owner.release();
}

/** Reads all tables, and keeps their locks for a while after it returns. */
async function holdTables({ superuser }: BenchDatabase): Promise<{ over: Promise<void> }> {
  const client = await superuser.connect();
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  await client.query('begin');
  for (const { name } of rows) await client.query(`select from ${name} limit 1`);
  const end = async () => {
    await sleep(heldMs);
    await client.query('commit');
    client.release();
  };
  return { over: end() };
}

/** Reads a page and edits a customer all the time, each on a connection of its own, as the serving role. */
function watchWaits({ variables }: BenchDatabase): {
  stop(): Promise<{ read: number; written: number; count: number; deadlocks: number }>;
} {
  const seen = { read: 0, written: 0, count: 0, deadlocks: 0 };
  const state = { isOver: false };
  const repeat = async (kind: 'read' | 'written', text: string, values: unknown[]) => {
    const client = new pg.Client({ connectionString: variables.DATABASE_URL });
    await client.connect();
    await client.query(`select set_config('app.partner_id', $1, false)`, [bigPartnerId]);
    while (!state.isOver) {
      const start = performance.now();
      await client.query(text, values).catch((error: Error & { code?: string }) => {
        // The product tries again what a deadlock ended.
        if (error.code !== '40P01') throw error;
        seen.deadlocks += 1;
      });
      seen[kind] = Math.max(seen[kind], performance.now() - start);
      seen.count += 1;
      await sleep(2);
    }
    await client.end();
  };
  const watching = [repeat('read', page, [bigPartnerId, today]), repeat('written', write, [bigPartnerId])];
  return {
    async stop() {
      state.isOver = true;
      await Promise.all(watching);
      return seen;
    },
  };
}

/** Looks for held locks of whole tables that keep others from writing, on a connection of its own. */
async function watchLocks({ superuserUrl }: BenchDatabase): Promise<{ stop(): Promise<{ lock: string; ms: number }> }> {
  const longest = { lock: 'none seen', ms: 0 };
  const state = { isOver: false };
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const watch = async () => {
    let held = new Map<string, number>();
    while (!state.isOver) {
      const asked = performance.now();
      // A table of an uncommitted migration is not in pg_class for others, and hinders nobody.
      const { rows } = await client.query<{ id: string; lock: string }>(
        `select virtualtransaction || ' ' || relname || ' ' || mode as id, relname || ' ' || mode as lock
         from pg_locks join pg_class on pg_class.oid = relation
         where granted and database = (select oid from pg_database where datname = current_database()) and relkind = 'r'
           and relnamespace = 'public'::regnamespace and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
      );
      const seen = new Map<string, number>();
      for (const { id, lock } of rows) {
        const since = held.get(id) ?? asked;
        seen.set(id, since);
        if (performance.now() - since > longest.ms) Object.assign(longest, { lock, ms: performance.now() - since });
      }
      held = seen;
      await sleep(5);
    }
    await client.end();
  };
  const watching = watch();
  return {
    async stop() {
      state.isOver = true;
      await watching;
      return longest;
    },
  };
}
