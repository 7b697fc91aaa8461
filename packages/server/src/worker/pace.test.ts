import { describe, expect, test } from '@jest/globals';
import { backoffMs, mostAttempts } from './backoff.rules.ts';
import { Circuit } from './circuit.ts';
import { DuePartners } from './due-partners.ts';
import { Pace } from './pace.ts';

describe('the pace', () => {
  test.each([1, 7, 60, 120, 600])('of %i a minute is kept in each minute, but for one second of it', (perMinute) => {
    let now = 0;
    const pace = new Pace(perMinute, () => now);
    const sent: number[] = [];
    while (now < 300_000) {
      const wait = pace.waitMs();
      expect(pace.available() > 0).toBe(wait === 0);
      if (wait === 0) {
        pace.take();
        sent.push(now);
      } else now += wait;
    }
    const most = Math.ceil(perMinute + Math.max(1, perMinute / 60));
    for (let index = most; index < sent.length; index += 1) expect(sent[index]! - sent[index - most]!).toBeGreaterThanOrEqual(60_000);
    expect(sent.length).toBeGreaterThanOrEqual(Math.floor(perMinute * 4.9));
  });

  test('does not count what is given back', () => {
    const pace = new Pace(60, () => 0);
    pace.take();
    expect([pace.available(), pace.isFull()]).toEqual([0, false]);
    pace.giveBack();
    pace.giveBack();
    expect([pace.available(), pace.isFull()]).toEqual([1, true]);
  });
});

test('pauses between attempts double up to two hours, differ by chance, and last about a day in all', () => {
  const bounds = Array.from({ length: mostAttempts - 1 }, (_, index) => backoffMs(index + 1, () => 1));
  expect(bounds.slice(0, 9).map((ms) => ms / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120]);
  expect(bounds.reduce((sum, ms) => sum + ms, 0) / 3_600_000).toBeCloseTo(34.1, 1);
  expect(backoffMs(1, () => 0)).toBe(1_000);
  expect(new Set(Array.from({ length: 20 }, () => backoffMs(5))).size).toBeGreaterThan(10);
});

test('the circuit pauses longer with each probe that fails, and failures at once are one', () => {
  let now = 0;
  const circuit = new Circuit(
    () => 1,
    () => now,
  );
  expect([circuit.pauseMs(), circuit.isProbing]).toEqual([0, false]);
  const pauses: number[] = [];
  for (let probe = 0; probe < 8; probe += 1) {
    const pauseMs = circuit.unreachable();
    expect(circuit.unreachable()).toBeNull();
    pauses.push(pauseMs!);
    now += pauseMs! - 1;
    expect(circuit.pauseMs()).toBe(1);
    now += 1;
    expect([circuit.pauseMs(), circuit.isProbing]).toEqual([0, true]);
  }
  expect(pauses.map((ms) => ms / 1_000)).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  expect([circuit.reached(), circuit.reached(), circuit.isProbing]).toEqual([true, false, false]);
});

test('partners take turns: the one served longest ago is next, and a new one comes before all', () => {
  const due = new DuePartners();
  const all = () => true;
  due.refresh(['a', 'b', 'c']);
  expect([due.next(all), due.next((id) => id !== 'a'), due.next(() => false)]).toEqual(['a', 'b', undefined]);
  due.served('a', { mayHaveMore: true });
  due.served('b', { mayHaveMore: false });
  expect([due.next(all), due.size]).toEqual(['c', 2]);
  due.refresh(['a', 'b', 'd', 'c']);
  const order = ['d', 'c', 'a', 'b'];
  for (const id of order) {
    expect(due.next(all)).toBe(id);
    due.served(id, { mayHaveMore: true });
  }
  expect([due.next(all), due.least((id) => id.codePointAt(0)!)]).toEqual(['d', 97]);
});
