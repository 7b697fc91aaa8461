import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUnreadAnswers } from './unread-answers.ts';

// Several times what the buffers of the network hold.
const answerBytes = 30_000_000;
// A busy machine may stop this process, which is the client too, for a second.
const stallMs = 2_000;

// Unlike `once`, it takes the end by an error, too.
const closing = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

let close = async () => {};
afterEach(() => close());

/** A server whose only owner may have one unread answer; `ask` opens a connection that reads nothing yet. */
async function answering() {
  const unread = createUnreadAnswers({ mostBytes: answerBytes, stallMs });
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    responses.push(response);
    unread.hold('A', response, answerBytes);
    response.end(Buffer.alloc(answerBytes));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    unread,
    responses,
    async ask(requests = 1) {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(requests));
      const wanted = responses.length + requests;
      while (responses.length < wanted) await sleep(5);
      return socket;
    },
  };
}

test('an answer counts until the client has read it, and the connection can be used on', async () => {
  const { unread, ask } = await answering();
  expect(unread.isFull('A')).toBe(false);
  const socket = await ask();
  expect([unread.isFull('A'), unread.isFull('B')]).toEqual([true, false]);
  let read = 0;
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    read += (part as Buffer).byteLength;
    if (read >= answerBytes) break;
  }
  while (unread.isFull('A')) await sleep(5);
  await sleep(1.5 * stallMs);
  expect(socket.destroyed).toBe(false);
});

test('a client that reads nothing loses its connection; one that reads slowly keeps it', async () => {
  const { responses, ask } = await answering();
  const [stalled, slow] = [await ask(), await ask()];
  const isStalledClosed = closing(responses[0]!.req.socket);
  // The whole answer takes three time limits.
  let read = 0;
  for (let part = 1; part <= 24 && !slow.destroyed; part += 1) {
    while (read < (part * answerBytes) / 24 && !slow.destroyed) read += (slow.read() as Buffer | null)?.byteLength ?? (await sleep(5), 0);
    await sleep(stallMs / 8);
  }
  expect(read).toBeGreaterThanOrEqual(answerBytes);
  await isStalledClosed;
  expect(responses[1]!.req.socket.destroyed).toBe(false);
  stalled.destroy();
});

test('answers that wait behind another one on a connection are given up with it', async () => {
  const { unread, responses, ask } = await answering();
  const socket = await ask(2);
  socket.destroy();
  await closing(responses[0]!.req.socket);
  expect(unread.isFull('A')).toBe(false);
});
