import { expect, test } from '@jest/globals';
import { IncomingMessage, ServerResponse, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { createBodyPace } from './body.pace.ts';
import { createUnreadBodies } from './unread-bodies.ts';

const requestWith = (headers: IncomingHttpHeaders) => Object.assign(new IncomingMessage(new Socket()), { headers });
const isRead = (request: IncomingMessage) => request.readableFlowing === true;

test('large bodies of an owner are read at 20 MB/s, small ones are left to Node; beyond a limit, connections are closed', async () => {
  const bodies = createUnreadBodies(createBodyPace({ mostMs: 400 }));
  const answered = (headers: IncomingHttpHeaders, owner: string | null) => {
    const request = requestWith(headers);
    const response = new ServerResponse(request);
    bodies.readLater(request, response, owner);
    return { request, response };
  };
  const begun = performance.now();
  const small = answered({ 'content-length': '19999' }, 'A');
  const chunked = answered({ 'transfer-encoding': 'chunked' }, 'A');
  const large = Array.from({ length: 5 }, () => answered({ 'content-length': '2000000' }, 'A'));
  const others = ['B', null].map((owner) => answered({ 'content-length': '2000000' }, owner));
  expect(large.map(({ response }) => response.getHeader('connection'))).toEqual([undefined, undefined, undefined, undefined, 'close']);
  const untilRead = async (requests: readonly IncomingMessage[]) => {
    while (!requests.every(isRead)) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await untilRead([chunked, ...others].map(({ request }) => request));
  expect(large.slice(1).some(({ request }) => isRead(request))).toBe(false);
  await untilRead(large.slice(0, 4).map(({ request }) => request));
  // A timer may be a millisecond early.
  expect(performance.now() - begun).toBeGreaterThan(305);
  expect([small.request, large[4]!.request].some(isRead)).toBe(false);
  large[4]!.response.emit('finish');
  expect(large[4]!.request.destroyed).toBe(true);
});
