import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: '2026-11-22' })));
afterAll(() => server.close());

/** Sends requests in one packet, without a wait for answers; returns the number of answers when the server closes the connection. */
async function answersTo(count: number, localAddress: string): Promise<number> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ port: Number(port), host: hostname, localAddress });
  let text = '';
  socket.on('data', (part) => (text += part.toString('latin1')));
  socket.on('error', () => undefined);
  const request = (connection: string) => `GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`;
  socket.write(request('keep-alive').repeat(count - 1) + request('close'));
  await once(socket, 'close');
  return text.split('HTTP/1.1 404 ').length - 1;
}

test('a few requests that come before the answers to earlier ones are answered', async () => {
  expect(await answersTo(16, '127.0.0.2')).toBe(16);
});

test('a connection with many unanswered requests is closed, and its address gets no other for a while', async () => {
  expect(await answersTo(1_000, '127.0.0.3')).toBeLessThan(17);
  expect(await answersTo(1, '127.0.0.3')).toBe(0);
  expect(await answersTo(1, '127.0.0.4')).toBe(1);
});
