import { expect, test } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { createBodyPace } from './body.pace.ts';

const large = { 'content-length': '1000000' };

test('each owner has a pace of its own, which a pause refills; small bodies do not count', () => {
  let now = 0;
  const pace = createBodyPace({ now: () => now });
  const waits = (owner: string | null, ...all: IncomingHttpHeaders[]) => all.map((headers) => pace.waitFor(owner, headers));
  expect(waits('A', large, { 'content-length': '19999' }, {}, large, { 'transfer-encoding': 'chunked' }, large)).toEqual([
    0, 0, 0, 50, 100, 110,
  ]);
  expect(waits('B', large, large)).toEqual([0, 50]);
  expect(waits(null, large, large)).toEqual([0, 50]);
  now = 130;
  expect(waits('A', large)).toEqual([30]);
  now = 1_000;
  expect(waits('A', large, large)).toEqual([0, 50]);
});

test('a wait that would be too long is none, and holds up nobody', () => {
  let now = 0;
  const pace = createBodyPace({ mostMs: 50, now: () => now });
  expect([1, 2, 3, 4].map(() => pace.waitFor('A', large))).toEqual([0, 50, null, null]);
  now = 60;
  expect(pace.waitFor('A', large)).toBe(40);
});

test('owners without waiting bodies are forgotten', () => {
  let now = 0;
  const pace = createBodyPace({ now: () => now });
  for (let owner = 0; owner < 1_000; owner += 1) pace.waitFor(String(owner), large);
  now = 50;
  pace.waitFor('A', large);
  now = 0;
  expect([pace.waitFor('1', large), pace.waitFor('A', large)]).toEqual([0, 100]);
});
