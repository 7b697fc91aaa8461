import { expect, test } from '@jest/globals';
import { createBodyBudget } from './body.budget.ts';

// 64 bodies of the largest size.
const mostBytes = 1_000_000;
const known = { 'content-length': String(mostBytes) };
const chunked = { 'transfer-encoding': 'chunked' };

/** Reserves as many bodies as the owner gets, at most 100. */
function reserveAll(budget: ReturnType<typeof createBodyBudget>, owner: string, headers: Record<string, string>) {
  const releases = Array.from({ length: 100 }, () => budget.reserve(owner, headers)).filter((release) => release !== null);
  return releases;
}

test.each([
  ['a known length', known],
  ['chunks', chunked],
])('bodies of %s: one owner gets half of the memory, all together get the whole', (_, headers) => {
  const budget = createBodyBudget(mostBytes);
  expect(['a', 'b', 'c'].map((owner) => reserveAll(budget, owner, headers).length)).toEqual([32, 32, 0]);
});

test('a small body takes its own size, and a false length no more than the largest', () => {
  const budget = createBodyBudget(mostBytes);
  expect(reserveAll(budget, 'a', { 'content-length': '500000' })).toHaveLength(64);
  expect(reserveAll(budget, 'b', { 'content-length': '99000000' })).toHaveLength(32);
});

test('memory that is given back, once or twice, is free once', () => {
  const budget = createBodyBudget(mostBytes);
  const [ofA, ofB] = [reserveAll(budget, 'a', known), reserveAll(budget, 'b', known)];
  for (const release of [ofA[0]!, ofA[0]!]) release();
  expect(reserveAll(budget, 'c', known)).toHaveLength(1);
  for (const release of ofB) release();
  expect([reserveAll(budget, 'c', known).length, reserveAll(budget, 'b', known).length]).toEqual([31, 1]);
});
