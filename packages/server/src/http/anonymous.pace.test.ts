import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import { once } from 'node:events';
import { connect } from 'node:net';
import { paceAnonymous } from './anonymous.pace.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: '2026-11-22' })));
afterAll(() => server.close());

test.each([
  ['unknown addresses', 404, '/nothing'],
  ['malformed addresses', 400, '/%'],
  ['files of the page', 200, '/page.json'],
  ['how to sign in', 200, '/sign-in/methods'],
  ['whether it is ready', 200, '/readyz'],
])('without a key, many requests of one sender are answered at a steady rate (%s)', async (_, status, path) => {
  // The pace does not refill while a slow machine sends.
  const own = await startTestServer({ businessDate: '2026-11-22', monotonic: () => 0 });
  const ask = async () => {
    const begun = performance.now();
    const answer = await fetch(`${own.url}${path}`);
    await answer.arrayBuffer();
    return { status: answer.status, ms: performance.now() - begun };
  };
  const together = async (count: number) => await Promise.all(Array.from({ length: count }, ask));
  const answers = [...(await together(200)), ...(await together(100))];
  expect(new Set(answers.map((each) => each.status))).toEqual(new Set([status]));
  // The hundredth beyond 200 waits for half a second.
  expect(answers.slice(200).filter(({ ms }) => ms > 250).length).toBeGreaterThanOrEqual(50);
  await own.close();
});

test('links that are none are answered at the rate of refusals', async () => {
  const begun = performance.now();
  await Promise.all(Array.from({ length: 250 }, async () => await (await fetch(`${server.url}/unsubscribe/nothing`)).arrayBuffer()));
  expect(performance.now() - begun).toBeGreaterThan(900);
});

test('an unknown address is answered before its body is read', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n[');
  const [part] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(part.toString()).toMatch(/^HTTP\/1\.1 404 /);
});

test('monitors do not wait behind others of their address', async () => {
  const app = fastify();
  paceAnonymous(app, () => 0);
  for (const path of ['/page.json', '/readyz']) app.get(path, () => path);
  const ask = async (path: string) => (await app.inject(path)).body;
  await Promise.all(Array.from({ length: 600 }, () => ask('/page.json')));
  expect(await Promise.race([ask('/page.json'), ask('/readyz')])).toBe('/readyz');
  await app.close();
});
