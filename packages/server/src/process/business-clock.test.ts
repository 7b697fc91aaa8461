import { expect, test } from '@jest/globals';
import { createBusinessClock } from './business-clock.ts';
import type { Logger } from './log.ts';

const hour = 3_600_000;

test('the business date stays when the clock goes back, but follows a machine that is restored to an earlier time', () => {
  let [now, sinceBoot] = [Date.UTC(2026, 10, 22, 23), 100 * hour];
  const warnings: unknown[] = [];
  const log = { warn: (fields: unknown) => void warnings.push(fields), error: () => {}, info: () => {} } as unknown as Logger;
  const clock = createBusinessClock({ config: { businessTimeZone: 'UTC' }, now: () => now, sinceBoot: () => sinceBoot, log });
  const dateAfter = (hours: number, hoursOfMachine = hours) => {
    now += hours * hour;
    sinceBoot += hoursOfMachine * hour;
    return clock.today();
  };
  expect([dateAfter(0), dateAfter(2), dateAfter(4)]).toEqual(['2026-11-22', '2026-11-23', '2026-11-23']);
  expect([dateAfter(-6, 0), dateAfter(-1, 0), dateAfter(7, 0)]).toEqual(['2026-11-23', '2026-11-23', '2026-11-23']);
  expect(warnings).toEqual([{ businessDate: '2026-11-23', clockDate: '2026-11-22' }]);
  expect(dateAfter(-5.5)).toBe('2026-11-22');
});
