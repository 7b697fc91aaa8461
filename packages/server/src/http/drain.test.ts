import { expect, test } from '@jest/globals';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { startTestServer } from '../testing/test-server.ts';

test('a server that stops finishes what is in flight, is not ready meanwhile, and closes idle connections', async () => {
  const server = await startTestServer({ businessDate: '2026-01-01' });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const agent = new Agent({ keepAlive: true });
  await (await askHealth(server.url, agent)).toArray();

  const locker = await server.database.superuserPool.connect();
  await locker.query('begin');
  await locker.query('lock table partner in access exclusive mode');
  const inFlight = server.query('{ viewer { partner { name } } }', {}, { token });
  await waitForLockedStatement();

  let isClosed = false;
  const closing = server.close().then(() => (isClosed = true));
  const ready = await fetch(`${server.url}/readyz`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  await new Promise((resolve) => setTimeout(resolve, 600));
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  await expect(askHealth(server.url, agent)).rejects.toThrow();
  expect(isClosed).toBe(false);

  await locker.query('commit');
  locker.release();
  const answer = await inFlight;
  expect([answer.status, answer.headers.get('connection'), answer.body]).toEqual([
    200,
    'close',
    { data: { viewer: { partner: { name: 'Acme' } } } },
  ]);
  await closing;

  async function waitForLockedStatement(): Promise<void> {
    for (;;) {
      const { rows } = await server.database.superuserPool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (rows.length > 0) return;
    }
  }
});

test('under load, a server that stops fails no request, and its answers send the callers elsewhere', async () => {
  const server = await startTestServer({ businessDate: '2026-01-01' });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const outcomes: number[] = [];
  const clients = Array.from({ length: 16 }, async () => {
    for (let isTold = false; !isTold;) {
      const { status, connection } = await post(server.url, token, agent);
      outcomes.push(status);
      isTold = connection === 'close';
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await server.close();
  await Promise.all(clients);
  expect(outcomes.length).toBeGreaterThan(16);
  expect([...new Set(outcomes)]).toEqual([200]);
});

function askHealth(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(`${url}/healthz`, { agent }, resolve).on('error', reject));
}

function post(url: string, token: string, agent: Agent): Promise<{ status: number; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/graphql`,
      { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } },
      (response) => response.resume().on('end', () => resolve({ status: response.statusCode!, connection: response.headers.connection })),
    );
    sent.on('error', reject);
    sent.end('{"query":"{ viewer { partner { name } } }"}');
  });
}
