import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { startTestServer } from '../../testing/test-server.ts';

test('a server that stops completes requests in flight, is not ready meanwhile, and closes idle connections', async () => {
  const server = await startTestServer({ businessDate: '2026-01-01', lingerMs: 300 });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const agent = new Agent({ keepAlive: true });
  await (await askHealth(server.url, agent)).toArray();

  const locker = await server.database.superuserPool.connect();
  await locker.query('begin');
  await locker.query('lock table partner in access exclusive mode');
  const inFlight = server.query('{ viewer { partner { name } } }', {}, { token });
  await untilLocksAreAwaited(server.database.superuserPool);

  let isClosed = false;
  const closing = server.close().then(() => (isClosed = true));
  const ready = await fetch(`${server.url}/readyz`);
  // A proxy whose connections were closed now would open new ones.
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'keep-alive']);
  await new Promise((resolve) => setTimeout(resolve, 900));
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
});

test('a server that stops lets nobody wait for days that pass no more', async () => {
  const server = await startTestServer({ businessDate: '2026-01-01', lingerMs: 300 });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  server.setBusinessDate('2026-01-02');
  const begun = performance.now();
  const closing = server.close();
  const { status, headers } = await server.query('{ viewer { role } }', {}, { token });
  expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  await closing;
  expect(performance.now() - begun).toBeLessThan(4_000);
});

test('under load, a server that stops fails no request, and its responses close the connections', async () => {
  const server = await startTestServer({ businessDate: '2026-01-01', lingerMs: 300 });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const outcomes: number[] = [];
  const clients = Array.from({ length: 16 }, async () => {
    for (let isClosing = false; !isClosing;) {
      const { status, connection } = await post(server.url, token, agent);
      outcomes.push(status);
      isClosing = connection === 'close';
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

test('a server that is blocked while it stops reads requests that arrived meanwhile before it closes', async () => {
  const server = await startTestServer({ businessDate: '2026-01-01', lingerMs: 300 });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const [, host = '', port = ''] = /\/\/(.*):(\d+)$/.exec(server.url) ?? [];
  const connections = 20;
  const closing = server.close();
  // Another process sends requests on new connections. Meanwhile this process, the server's, is blocked until its timers are overdue.
  const folder = mkdtempSync(join(tmpdir(), 'renewals-drain-'));
  const sent = join(folder, 'sent');
  const program = `
    let waiting = ${connections};
    const isSent = () => (waiting -= 1) === 0 && require('node:fs').writeFileSync(${JSON.stringify(sent)}, '');
    for (let number = 0; number < ${connections}; number += 1) {
      const socket = require('node:net').connect(${port}, '${host}', () => socket.write(${JSON.stringify(requestText(token))}, isSent));
      socket.on('data', (answer) => { console.log(String(answer).split('\\r\\n')[0]); socket.destroy(); }).on('error', (error) => console.log(error.code));
    }`;
  const client = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(client, 'close');
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let left = 100; left > 0 && !existsSync(sent); left -= 1) Atomics.wait(cell, 0, 0, 100);
  Atomics.wait(cell, 0, 0, 500);
  await Promise.all([closing, ended]);
  rmSync(folder, { recursive: true });
  expect(output).toBe('HTTP/1.1 200 OK\n'.repeat(connections));
});

function requestText(token: string): string {
  const body = '{"query":"{ viewer { partner { name } } }"}';
  return `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
