import { setTimeout as sleep } from 'node:timers/promises';
import { addDays } from '../../../server/src/calendar-date.ts';
import { startProduct } from '../node-process.ts';
import { quantile } from '../server-process.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { DuePartner } from './due-partners.dataset.ts';
import { LightClient } from './light-client.ts';
import { watchTransactions } from './transactions.watch.ts';

// Days that pass while clients ask. The server starts on the day after: its clock cannot be moved while it runs.

const page = JSON.stringify({
  query:
    '{ upcomingContractChanges(first: 50) { totalCount nodes { id customer { name website } communicationOwner type status renewalDeadline currentTerms { mrr { amount currencyCode } } } } }',
});
export type BigDay = {
  seconds: number;
  longestTransactionMs: number;
  /** of the partner itself: its first request */
  own: { status: number; ms: number };
  /** milliseconds of another partner's requests meanwhile, in order */
  others: number[];
};

/** Starts the server on the day after, and waits until the big partner's days have passed. Another partner asks meanwhile. */
export async function passBigPartner(
  database: BenchDatabase,
  { big, other }: Record<'big' | 'other', DuePartner>,
  through: string,
): Promise<BigDay> {
  const watch = watchTransactions(database);
  const server = await startOn(database, through);
  const start = performance.now();
  const client = clientOf(server.url, other.key);
  const first = await timed(() => askOnce(server.url, other.key));
  const asking = timed(() => askOnce(server.url, big.key));
  await client.connect(1);
  const others: number[] = [first.ms];
  while (!(await isThrough(database, big.id, through))) {
    others.push((await client.send()).ms);
    await sleep(10);
  }
  const seconds = (performance.now() - start) / 1_000;
  const own = await asking;
  const longestTransactionMs = await watch.stop();
  client.close();
  await server.stop();
  return { seconds, longestTransactionMs, own: { status: own.value, ms: own.ms }, others };
}

export type DayOfAll = { seconds: number; quiet: Pages; passing: Pages };

/** Lets a day pass for all partners under a load of pages, beside the same load on a quiet day. */
export async function passAllPartners(
  database: BenchDatabase,
  all: readonly { key: string }[],
  day: string,
  quietMs: number,
): Promise<DayOfAll> {
  const chosen = Array.from({ length: 60 }, (_, index) => all[Math.floor((index * all.length) / 60)]!);
  const quiet = await pagesWhile(database, { day, date: day }, chosen, async () => await sleep(quietMs));
  let seconds = NaN;
  const passing = await pagesWhile(database, { day, date: addDays(day, 1) }, chosen, async () => {
    const start = performance.now();
    while ((await behind(database, addDays(day, 1))) > 0) await sleep(50);
    seconds = (performance.now() - start) / 1_000;
  });
  return { seconds, quiet, passing };
}

export type Pages = { p50: number; p99: number; count: number; failures: number };

/** Sends pages at a steady rate, a quarter of what the server can serve, as long as the work lasts. */
async function pagesWhile(
  database: BenchDatabase,
  { day, date }: { day: string; date: string },
  chosen: readonly { key: string }[],
  work: () => Promise<void>,
): Promise<Pages> {
  const warm = await startOn(database, day);
  await warm.stop();
  const server = await startOn(database, date);
  const state = { isOver: false };
  const clients = chosen.map(({ key }) => clientOf(server.url, key));
  for (const client of clients) await client.connect(1);
  const times: number[] = [];
  let failures = 0;
  const sendPage = async (client: LightClient) => {
    const { status, ms } = await client.send();
    times.push(ms);
    if (status !== 200) failures += 1;
  };
  const sending = (async () => {
    const pending: Promise<void>[] = [];
    for (let index = 0; !state.isOver; index += 1) {
      pending.push(sendPage(clients[index % clients.length]!));
      await sleep(8);
    }
    await Promise.all(pending);
  })();
  await work();
  state.isOver = true;
  await sending;
  for (const client of clients) client.close();
  await server.stop();
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), count: times.length, failures };
}

export async function startOn({ variables }: BenchDatabase, date: string) {
  return await startProduct(process.execPath, { ...variables, NODE_ENV: 'development', EXPLORERS: 'off', BUSINESS_DATE: date });
}

export function clientOf(url: string, key: string): LightClient {
  return new LightClient(url, [{ headers: headers(key), body: page }]);
}

async function askOnce(url: string, key: string): Promise<number> {
  return (await fetch(`${url}/graphql`, { method: 'POST', headers: headers(key), body: page })).status;
}

function headers(key: string) {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  return { value: await work(), ms: performance.now() - start };
}

async function isThrough({ superuser }: BenchDatabase, id: string, date: string): Promise<boolean> {
  const { rows } = await superuser.query('select from partner where id = $1 and passed_through = $2', [id, date]);
  return rows.length > 0;
}

export async function behind({ superuser }: BenchDatabase, date: string): Promise<number> {
  const { rows } = await superuser.query<{ count: number }>('select count(*)::int as count from partner where passed_through < $1', [date]);
  return rows[0]!.count;
}
