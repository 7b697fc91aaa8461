import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverTarget, startServer, targetOn, Verdict, type ServedProcess } from './fault-target.ts';
import type { PostgresServer } from './postgres-server.ts';
import { WriteLoad } from './write-load.ts';

// Kills a primary under load, and promotes its synchronous standby. One server knows both hosts; another also reads lists from the standby.
// No acknowledged write may be lost, 99.9 % of the reads must be answered, and writes must work again within 5 s.
// Needs PostgreSQL's server programs (apt-get install postgresql).
//   cd packages/bench && npm run promotion

const verdict = new Verdict();
// Before the kill and after the healing, so much is done that one lost read is less than the bar, on a slow machine too.
const enough = { writes: 100, reads: 1_000 };
const enoughMs = 60_000;
// A cluster manager needs a moment to see that the primary is gone. Meanwhile the servers read from the standby.
const detectMs = 500;
const healMs = 5_000;
const clients = 3;
const readers = 3;
const ownReads = 50;
/** What came instead of a list. */
const lost = new Set<string>();
const list = '{ upcomingContractChanges(first: 10) { totalCount nodes { communicationOwner customer { id } } } }';

const primary = await serverTarget();
try {
  await run(primary.postgres!);
} finally {
  await primary.remove();
}
verdict.conclude();

async function run(first: PostgresServer): Promise<void> {
  const database = await primary.open();
  const load = await WriteLoad.create(database, clients);
  const own = await WriteLoad.create(database, 1);
  await database.close();
  const second = await first.createStandby();
  const standby = targetOn(second, 'standby');
  try {
    await first.query(`alter system set synchronous_standby_names = '*'`);
    await first.query('select pg_reload_conf()');
    while ((await first.query(`select 1 from pg_stat_replication where sync_state = 'sync'`)).length === 0) await sleep(20);
    const both = primary.variables['DATABASE_URL']!.replace(/@[^/]*/, `@127.0.0.1:${first.port},127.0.0.1:${second.port}`);
    const variables = { ...primary.variables, DATABASE_URL: both };
    const writer = await startServer({ ...primary, variables });
    const reader = await startServer({
      ...primary,
      variables: { ...variables, READ_DATABASE_URL: `${both}?target_session_attrs=prefer-standby` },
    });

    await readOwnWrites(own, reader, second);
    await failOver(load, [writer, reader], first, second);
    const after = await standby.open();
    const faults = await load.faults(after);
    await after.close();
    verdict.check(
      `${load.acknowledged} acknowledged writes, ${faults.length} faults in the tables ${faults[0] ?? ''}`,
      faults.length === 0,
    );
    for (const { url } of [writer, reader]) {
      const { status } = await fetch(`${url}/readyz?for=writing`);
      verdict.check(`/readyz?for=writing: ${status}`, status === 200);
    }
    for (const each of [writer, reader]) {
      each.child.kill('SIGTERM');
      verdict.check('the server ended with exit code 0', (await each.ended) === 0);
    }
  } finally {
    await standby.remove();
  }
}

/** A list that follows a write shows it, also when the standby gets it late. */
async function readOwnWrites(own: WriteLoad, server: ServedProcess, standby: PostgresServer): Promise<void> {
  const [account] = own.accounts;
  let stale = 0;
  for (let time = 0; time < ownReads; time += 1) {
    if (time === ownReads - 10) await pause(standby);
    await own.write(server.url, account!);
    const { nodes } = (await read(server, own.token))!;
    const owner = nodes.find(({ customer }) => customer.id === `cus_${account!.customerId}`)?.communicationOwner;
    if (owner !== (account!.edits % 2 === 1 ? 'PARTNER' : 'VENDOR')) stale += 1;
  }
  await standby.query('select pg_wal_replay_resume()');
  verdict.check(`${ownReads} lists after writes, the last 10 with a standby that has stopped to follow: ${stale} stale`, stale === 0);
  const scans = await scansOf(standby);
  verdict.check(`lists are read from the standby: ${scans} scans of the dashboard's table`, scans > 0);
}

async function pause(standby: PostgresServer): Promise<void> {
  await standby.query('select pg_wal_replay_pause()');
  while ((await standby.query(`select 1 where pg_get_wal_replay_pause_state() = 'paused'`)).length === 0) await sleep(5);
}

/** PostgreSQL counts what a connection reads when the connection is idle for a while. */
async function scansOf(standby: PostgresServer): Promise<number> {
  const count = `select (seq_scan + coalesce(idx_scan, 0))::int as n from pg_stat_user_tables where relname = 'dashboard_row'`;
  for (let left = 150; ; left -= 1) {
    const [row] = await standby.query<{ n: number }>(count, [], 'renewals');
    if (left === 0 || (row?.n ?? 0) > 0) return row?.n ?? 0;
    await sleep(100);
  }
}

type Page = { nodes: { communicationOwner: string; customer: { id: string } }[] };

async function read({ url }: ServedProcess, token: string): Promise<Page | null> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: list }),
    signal: AbortSignal.timeout(15_000),
  }).catch((error: unknown) => String((error as Error).cause ?? error));
  const body = typeof response === 'string' ? response : await response.text();
  const page = typeof response !== 'string' && response.ok ? pageOf(body) : null;
  if (!page) lost.add(body.slice(0, 300));
  return page;
}

function pageOf(body: string): Page | null {
  const { data, errors } = JSON.parse(body) as { data?: { upcomingContractChanges: Page }; errors?: unknown[] };
  return errors ? null : (data?.upcomingContractChanges ?? null);
}

async function failOver(load: WriteLoad, servers: readonly ServedProcess[], first: PostgresServer, second: PostgresServer): Promise<void> {
  let isOver = false;
  const isRunning = () => !isOver;
  let reads = 0;
  let unanswered = 0;
  const until = async (writes: number, asked: number) => {
    const begun = performance.now();
    const isEnough = () => load.acknowledged >= writes && reads >= asked;
    while (!isEnough() && performance.now() - begun < enoughMs) await sleep(5);
    verdict.check(`${load.acknowledged} writes acknowledged and ${reads} lists asked for`, isEnough());
  };
  const writing = Promise.all(servers.slice(0, 1).map(({ url }) => load.run(url, isRunning)));
  const reading = servers.flatMap((server) =>
    Array.from({ length: readers }, async () => {
      while (isRunning()) {
        reads += 1;
        if ((await read(server, load.token)) === null) unanswered += 1;
        // People's pages, so that the writes get their share of the processors.
        await sleep(5);
      }
    }),
  );
  await until(enough.writes, enough.reads);
  const killedAt = performance.now();
  await first.stop('SIGQUIT');
  await sleep(detectMs);
  const promotedAt = performance.now();
  await second.promote();
  const before = load.acknowledged;
  while (load.acknowledged === before && performance.now() - promotedAt < 4 * healMs) await sleep(5);
  const healedAt = performance.now();
  await until(load.acknowledged + enough.writes, reads + enough.reads);
  isOver = true;
  await Promise.all([writing, ...reading]);
  await load.finish(servers[0]!.url);
  const healed = Math.round(healedAt - promotedAt);
  verdict.check(`writes work ${healed} ms after the promotion, ${Math.round(healedAt - killedAt)} ms after the kill`, healed <= healMs);
  verdict.check(`${reads} reads meanwhile, ${unanswered} not answered ${[...lost].join('; ')}`, unanswered <= reads / 1_000);
  verdict.check(`answers that are neither done nor "try again": ${load.unexpected[0] ?? 'none'}`, load.unexpected.length === 0);
}
