import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { createApiKey } from '../api-key/api-key.queries.ts';
import { readConfig } from '../config.ts';
import { openDatabase, type Database } from '../database/database.ts';
import { startServer, type RunningServer } from '../http/server.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { createPartner } from '../partner/partner-record.queries.ts';
import { findPostmaster } from './pid-file.ts';
import type { RevivalEvent } from './revival.ts';

const today = '2026-11-22';
const partnerId = '00000000-0000-4000-8000-000000000001';
const folder = mkdtempSync('/tmp/renewals-revival-');
chmodSync(folder, 0o755);
// Too long for a socket, which is in a folder of its own then.
const dataDir = join(folder, 'a-long-name-'.repeat(9));
const data = join(dataDir, 'postgres/data');
const events: RevivalEvent[] = [];
let database: Database;
let server: RunningServer;
let key: string;

beforeAll(async () => {
  const config = readConfig({ NODE_ENV: 'test', PORT: '0', EXPLORERS: 'off', DATA_DIR: dataDir, BUSINESS_DATE: today, POOL_SIZE: '2' });
  database = await openDatabase(config, { migrate: true, onRevival: (event) => void events.push(event) });
  await inPartnerTransaction(database.pool, partnerId, (tx) => createPartner(tx, 'Acme', today));
  ({ key } = await createApiKey(database.pool, partnerId, { role: 'ADMIN', partnerUserId: null, expiresAt: null, actor: 'test' }));
  server = await startServer({ config, database, now: Date.now, lingerMs: 0, log: pino({ level: 'silent' }) });
  await ask();
}, 60_000);
afterAll(async () => {
  await server.close();
  await database.close();
  expect(findPostmaster(data)).toBeUndefined();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => void events.splice(0));

async function ask(): Promise<{ status: number; retryAfter: string | null; text: string }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: '{ viewer { partner { name } } }' }),
  });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
}
const readiness = async () => (await fetch(`${server.url}/readyz`)).status;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('That did not come true within 15 seconds.');
    await sleep(20);
  }
}

async function killPostmaster(): Promise<void> {
  const { pid } = findPostmaster(data)!;
  process.kill(pid, 'SIGKILL');
  await until(() => findPostmaster(data)?.pid !== pid);
}

async function emptyPool(): Promise<void> {
  while (database.pool.totalCount > 0) (await database.pool.connect()).release(true);
}

const kinds = () => events.map(({ kind }) => kind);
/** The database answers a moment before its start is told. */
const startsTold = (count: number) => until(() => kinds().filter((kind) => kind === 'started').length >= count);

describe('the embedded database, killed while it is used, is started again', () => {
  test('when no connection is open that could be lost: who fails to connect asks for it', async () => {
    await emptyPool();
    await killPostmaster();
    expect(kinds()).toEqual([]);
    // A recovery on a busy disk may take longer than a request waits.
    await until(async () => (await ask()).status === 200);
    await startsTold(1);
    expect(kinds()).toEqual(['starting', 'started']);
  }, 60_000);

  test('when all connections are in use, and their processes outlive the killed one', async () => {
    const clients = await Promise.all([database.pool.connect(), database.pool.connect()]);
    const running = clients.map((client) => client.query('select pg_sleep(1)').catch((error: Error) => error));
    process.kill(findPostmaster(data)!.pid, 'SIGKILL');
    await Promise.all(running);
    for (const client of clients) client.release(true);
    await until(async () => (await ask()).status === 200);
    await startsTold(1);
    expect(kinds().at(-1)).toBe('started');
  }, 60_000);

  test('twice in a row, with its lock file emptied once', async () => {
    for (let round = 0; round < 2; round += 1) {
      await emptyPool();
      await killPostmaster();
      if (round === 1) truncateSync(join(data, 'postmaster.pid'));
      await until(async () => (await ask()).status === 200);
    }
    await startsTold(2);
    expect(kinds().filter((kind) => kind === 'started')).toHaveLength(2);
  }, 60_000);

  test('after failed attempts too, each told with a growing pause; until then 503 with Retry-After, and not ready', async () => {
    const { pid } = findPostmaster(data)!;
    // The processes of open connections may outlive the killed one for a moment, and answer.
    await emptyPool();
    renameSync(data, `${data}.away`);
    process.kill(pid, 'SIGKILL');
    const refused = await ask();
    expect([refused.status, refused.retryAfter, JSON.parse(refused.text)]).toEqual([
      503,
      '1',
      expect.objectContaining({ errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAVAILABLE' }) })] }),
    ]);
    await until(async () => (await readiness()) === 503);
    await until(() => events.filter(({ kind }) => kind === 'failed').length >= 3);
    const pauses = events.flatMap((event) => (event.kind === 'failed' ? [event.retryInMs] : []));
    expect(pauses.slice(0, 3)).toEqual([250, 500, 1000]);
    expect(events.find((event) => event.kind === 'failed')).toMatchObject({
      error: { message: `The folder ${data} of the database is missing.` },
    });
    renameSync(`${data}.away`, data);
    await until(async () => (await ask()).status === 200);
    await until(async () => (await readiness()) === 200);
    await startsTold(1);
    expect(kinds().at(-1)).toBe('started');
  }, 60_000);

  test('when a cleaned /tmp has taken its socket, through which open connections still work', async () => {
    const { pid, socketFolder } = findPostmaster(data)!;
    const [open, more] = await Promise.all([database.pool.connect(), database.pool.connect()]);
    rmSync(socketFolder, { recursive: true });
    await open.query('select');
    expect(findPostmaster(data)!.pid).toBe(pid);
    for (const client of [open, more]) client.release(true);
    await until(async () => (await ask()).status === 200);
    await startsTold(1);
    expect(kinds()).toEqual(['starting', 'started']);
    expect(findPostmaster(data)).toMatchObject({ socketFolder });
    expect(findPostmaster(data)!.pid).not.toBe(pid);
  }, 60_000);

  test('but not after the process has closed it', async () => {
    await server.close();
    const { pid } = findPostmaster(data)!;
    // Its connection is lost.
    const running = database.pool.query('select pg_sleep(10)').catch((error: Error) => error);
    await until(() => database.pool.idleCount < database.pool.totalCount);
    const closed = database.close();
    process.kill(pid, 'SIGKILL');
    expect(await running).toBeInstanceOf(Error);
    await closed;
    expect([findPostmaster(data), kinds()]).toEqual([undefined, []]);
  }, 60_000);
});
