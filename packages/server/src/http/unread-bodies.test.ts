import { expect, test } from '@jest/globals';
import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { createUnreadBodies } from './unread-bodies.ts';

const requestWith = (headers: IncomingHttpHeaders) => Object.assign(new IncomingMessage(new Socket()), { headers });
const isRead = (request: IncomingMessage) => request.readableFlowing === true;

test('large bodies are read in order at 20 MB/s, at most 500 of them wait, and small ones do not', async () => {
  const bodies = createUnreadBodies();
  const small = requestWith({ 'content-length': '19999' });
  const large = Array.from({ length: 501 }, (_, index) =>
    requestWith(index === 0 ? { 'transfer-encoding': 'chunked' } : { 'content-length': '20000' }),
  );
  for (const request of [small, ...large]) bodies.readLater(request);
  expect([small, ...large].some(isRead)).toBe(false);
  while (!isRead(large[0]!)) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(large.filter(isRead).length).toBeLessThan(400);
  while (!isRead(large[499]!)) await new Promise((resolve) => setTimeout(resolve, 1));
  expect([small, large[500]!].some(isRead)).toBe(false);
  expect(large.filter(isRead)).toHaveLength(500);
});
