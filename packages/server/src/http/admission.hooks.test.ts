import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';
import type { Viewer } from '../access/viewer.ts';
import { admitRequests } from './admission.hooks.ts';
import { createAdmission } from './admission.ts';

let app: FastifyInstance;
let url: string;
let executed: string[];
let finish: (() => void)[];
let failures: number;

// One request runs, and one more may wait. Each has another owner.
beforeEach(async () => {
  [executed, finish, failures] = [[], [], 0];
  app = fastify({ forceCloseConnections: true });
  app.decorateRequest('viewer', null);
  app.addHook('onRequest', async (request) => {
    request.viewer = { role: 'VIEWER', partnerId: request.url } as Viewer;
  });
  const waitSeconds = new Histogram({ name: 'wait_seconds', help: 'As the server counts them.', registers: [] });
  admitRequests(app, { admission: createAdmission({ maxRunning: 1, maxWaiting: 1 }), bodyLimitBytes: 1_000, waitSeconds });
  app.addHook('onSend', async () => {
    if (failures === 0) return;
    failures -= 1;
    throw new Error('A response that cannot be sent.');
  });
  app.setErrorHandler(async (_error, _request, reply) => await reply.code(500).send({}));
  app.get('/:name', async ({ params }) => {
    executed.push((params as { name: string }).name);
    await new Promise<void>((resolve) => finish.push(resolve));
    return {};
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('a request gives its slot back once, even if sending its response fails', async () => {
  failures = 1;
  const failing = fetch(`${url}/failing`);
  await until(() => finish.length === 1);
  finish[0]!();
  expect((await failing).status).toBe(500);
  const later = ['one', 'two'].map(async (name) => (await fetch(`${url}/${name}`)).status);
  await until(() => finish.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(executed).toHaveLength(2);
  finish[1]!();
  await until(() => finish.length === 3);
  finish[2]!();
  expect(await Promise.all(later)).toEqual([200, 200]);
});

test('a request whose client leaves while it waits is not executed', async () => {
  const running = fetch(`${url}/running`);
  await until(() => finish.length === 1);
  let arrived = 0;
  app.server.prependListener('request', (_request, response) => {
    arrived += 1;
    response.once('close', () => (arrived += 1));
  });
  const client = new AbortController();
  const waiting = fetch(`${url}/left`, { signal: client.signal });
  await until(() => arrived === 1);
  client.abort();
  await expect(waiting).rejects.toThrow();
  await until(() => arrived === 2);
  finish[0]!();
  await running;
  const next = fetch(`${url}/next`);
  await until(() => finish.length === 2);
  finish[1]!();
  expect((await next).status).toBe(200);
  expect(executed).toEqual(['running', 'next']);
});
