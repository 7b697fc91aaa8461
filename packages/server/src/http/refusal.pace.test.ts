import { expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { Socket } from 'node:net';
import { createRefusalPace, senderAt } from './refusal.pace.ts';

test('a hundred refusals at once are answered at once, further ones at a hundred a second, none later than a second', () => {
  let now = 0;
  const pace = createRefusalPace(undefined, () => now);
  for (let count = 0; count < 100; count += 1) expect(pace.delayOf('a', 0)).toBe(0);
  expect(pace.delayOf('a', 0)).toBe(10);
  expect(pace.delayOf('a', 0)).toBe(20);
  expect(pace.delayOf('b', 0)).toBe(0);
  for (let count = 0; count < 1_000; count += 1) pace.delayOf('a', 0);
  expect(pace.delayOf('a', 0)).toBe(1_000);
  now = 3_000;
  expect(pace.delayOf('a', 0)).toBe(0);
});

test('a large body counts as many refusals', () => {
  const pace = createRefusalPace(undefined, () => 0);
  expect([1, 2].map(() => pace.delayOf('a', 250_000) > 0)).toEqual([false, true]);
});

test('beyond 10,000 senders, the one that was refused longest ago is forgotten', () => {
  const pace = createRefusalPace(undefined, () => 0);
  for (let count = 0; count < 101; count += 1) pace.delayOf('first', 0);
  for (let sender = 1; sender < 10_000; sender += 1) pace.delayOf(String(sender), 0);
  expect(pace.delayOf('first', 0)).toBeGreaterThan(0);
  // The first one was just refused again.
  pace.delayOf('one more', 0);
  expect(pace.delayOf('first', 0)).toBeGreaterThan(0);
  for (let sender = 0; sender < 10_000; sender += 1) pace.delayOf(`other ${sender}`, 0);
  expect(pace.delayOf('first', 0)).toBe(0);
});

test('the addresses of one IPv6 network count as one sender', () => {
  expect(senderAt('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(senderAt('2001:db8:1:2::9')).toBe('2001:db8:1:2');
  expect(senderAt('2001:db8::9')).toBe('2001:db8:0:0');
  expect(senderAt('::1')).toBe('0:0:0:0');
  expect(senderAt('::ffff:10.0.0.1')).toBe('10.0.0.1');
  expect(senderAt('10.0.0.1')).toBe('10.0.0.1');
});

test('of one sender 300 wait; further ones lose their connection, but for those of a proxy', async () => {
  const pace = createRefusalPace({ perSecond: 1_000, burst: 1 }, () => 0);
  const requestOf = (ip: string) => {
    const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: '10.0.0.1' });
    return { ip, raw: { socket } } as unknown as FastifyRequest;
  };
  const waiting = Array.from({ length: 301 }, () => pace.wait(requestOf('10.0.0.1'), 'sender', 0));
  const [direct, proxied] = [requestOf('10.0.0.1'), requestOf('192.0.2.1')];
  expect([await pace.wait(direct, 'sender', 0), direct.raw.socket.destroyed]).toEqual([false, true]);
  expect([await pace.wait(proxied, 'sender', 0), proxied.raw.socket.destroyed]).toEqual([true, false]);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]));
});
