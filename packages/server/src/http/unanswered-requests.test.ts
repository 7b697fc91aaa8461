import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { connect, Socket } from 'node:net';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { createUnansweredLimits } from './unanswered-requests.ts';

let server: TestServer;
beforeAll(
  async () =>
    void (server = await startTestServer({ businessDate: '2026-11-22', config: { maxRequestsInWork: 10, maxRequestsWaiting: 200 } })),
);
afterAll(() => server.close());

/** Sends requests in one packet, without a wait for answers; returns the number of answers when the server closes the connection. */
async function answersTo(count: number, localAddress: string): Promise<number> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ port: Number(port), host: hostname, localAddress });
  let text = '';
  socket.on('data', (part) => (text += part.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const request = (connection: string) => `GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`;
  socket.write(request('keep-alive').repeat(count - 1) + request('close'));
  await closed;
  return text.split('HTTP/1.1 404 ').length - 1;
}

test('a few requests that come before the answers to earlier ones are answered', async () => {
  expect(await answersTo(8, '127.0.0.2')).toBe(8);
});

test('a connection with many unanswered requests is closed, and its address gets no other for a while', async () => {
  expect(await answersTo(1_000, '127.0.0.3')).toBeLessThan(9);
  expect(await answersTo(1, '127.0.0.3')).toBe(0);
  expect(await answersTo(1, '127.0.0.4')).toBe(1);
});

test('a sender has at most 320 unanswered requests on all its connections, a proxy any number', () => {
  const banned: Socket[] = [];
  const mayAnswerOf = (sender: string | null, places = 210) => {
    const mayAnswer = createUnansweredLimits(
      () => sender,
      (socket) => void banned.push(socket),
      places,
    );
    return (socket: Socket) => {
      const response = new EventEmitter();
      return { response, isAnswered: mayAnswer({ socket, complete: true } as IncomingMessage, response as unknown as ServerResponse) };
    };
  };
  const [ask, askProxy] = [mayAnswerOf('sender'), mayAnswerOf(null)];
  const sockets = Array.from({ length: 320 }, () => new Socket());
  const asked = sockets.map(ask);
  expect(asked.every(({ isAnswered }) => isAnswered)).toBe(true);
  const [more, later] = [new Socket(), new Socket()];
  expect([ask(more).isAnswered, more.destroyed]).toEqual([false, true]);
  // One was answered, and one of another connection ends with it.
  asked[0]!.response.emit('close');
  sockets[1]!.emit('close');
  asked[1]!.response.emit('close');
  expect([ask(later).isAnswered, ask(later).isAnswered, ask(later).isAnswered]).toEqual([true, true, false]);
  const askWhereMoreMayWait = mayAnswerOf('sender', 400);
  const answered = Array.from({ length: 501 }, () => askWhereMoreMayWait(new Socket()).isAnswered);
  expect([answered.indexOf(false), answered.at(-1)]).toEqual([500, false]);
  expect([...sockets, ...sockets].map(askProxy).every(({ isAnswered }) => isAnswered)).toBe(true);
  expect(banned).toEqual([]);
  // Two on each connection: only a client that does not wait for answers sends so.
  const askInPairs = mayAnswerOf('sender');
  const pairs = Array.from({ length: 80 }, () => new Socket());
  const firstOfPairs = pairs.map(askInPairs);
  for (const socket of sockets.slice(0, 79)) askInPairs(socket).response.emit('close');
  expect([...firstOfPairs, ...pairs.map(askInPairs)].every(({ isAnswered }) => isAnswered)).toBe(true);
  const next = new Socket();
  expect([askInPairs(next).isAnswered, banned]).toEqual([false, [next]]);
});

test('an address that has many requests waiting on each of many connections gets no other for a while', async () => {
  await Promise.all(Array.from({ length: 120 }, () => answersTo(8, '127.0.0.8')));
  expect(await answersTo(1, '127.0.0.8')).toBe(0);
  expect(await answersTo(1, '127.0.0.4')).toBe(1);
});

test.each(['Content-Length: 1000', 'Transfer-Encoding: chunked'])(
  'slow bodies of a sender (%s) do not keep others at its address from being answered',
  async (length) => {
    const { hostname, port } = new URL(server.url);
    const localAddress = length.startsWith('C') ? '127.0.0.6' : '127.0.0.7';
    const key = await server.createToken(await server.createPartner(length), 'VIEWER');
    const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n${length}\r\nExpect: 100-continue\r\n\r\n`;
    const slow = Array.from({ length: 350 }, () => connect({ port: Number(port), host: hostname, localAddress }));
    // The server has read the head when it tells the client to go on. A body in chunks may be refused, for its memory.
    await Promise.all(slow.map(async (socket) => (socket.write(head), await once(socket, 'data'))));
    expect(await answersTo(1, localAddress)).toBe(1);
    for (const socket of slow) socket.destroy();
  },
);

async function rawAnswer(head: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ port: Number(port), host: hostname, localAddress: '127.0.0.5' });
  let text = '';
  socket.on('data', (part) => (text += part.toString('latin1')));
  socket.write(head);
  await once(socket, 'close');
  return text.split('\r\n')[0]!;
}

test.each([
  ['a request without Host', 'GET /healthz HTTP/1.1\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
  ['very many headers', `GET /healthz HTTP/1.1\r\nHost: x\r\n${'a:\r\n'.repeat(200)}\r\n`, 'HTTP/1.1 431 Request Header Fields Too Large'],
  ['an unknown expectation', 'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n', 'HTTP/1.1 417 Expectation Failed'],
])('%s is refused, and its connection closed', async (_, head, line) => {
  expect(await rawAnswer(head)).toBe(line);
});

test('HTTP/1.0 needs no Host, and a client may wait for 100 Continue', async () => {
  expect(await rawAnswer('GET /healthz HTTP/1.0\r\n\r\n')).toBe('HTTP/1.1 200 OK');
  const body = '{"query":"{ __typename }"}';
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  expect(await rawAnswer(head + body)).toBe('HTTP/1.1 100 Continue');
});
