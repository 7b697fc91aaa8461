import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: '2026-11-22' })));
afterAll(() => server.close());

test.each([
  ['unknown addresses', 250, '/nothing', 404],
  ['files of the page', 700, '/page.json', 200],
  ['links that are none', 250, '/unsubscribe/nothing', null],
])('without a key, many requests of one sender are answered at a steady rate (%s)', async (_, count, path, status) => {
  const begun = performance.now();
  const statuses = await Promise.all(
    Array.from({ length: count }, async () => {
      const answer = await fetch(`${server.url}${path}`);
      await answer.arrayBuffer();
      return answer.status;
    }),
  );
  expect(performance.now() - begun).toBeGreaterThan(900);
  expect(status === null || statuses.every((each) => each === status)).toBe(true);
});

test('an unknown address is answered before its body is read', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n[');
  const [part] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(part.toString()).toMatch(/^HTTP\/1\.1 404 /);
});
