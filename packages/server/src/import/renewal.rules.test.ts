import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays, addMonths, daysBetween } from '../calendar-date.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { isLaterRenewalSql, nextRenewalMonthsSql } from './renewal.rules.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const anchors = ['2024-01-31', '2024-02-29', '2025-12-31', '2026-01-30', '2026-11-22', '2027-03-15'];
const terms = [1, 3, 6, 12, 24];

test('the next renewal is the first of anchor + elapsed + k terms on or after the day, for every day of four years', async () => {
  const { rows } = await database.pool.query<{ anchor: string; elapsed: number; term: number; day: string; months: number }>(
    `select a.anchor::text, e.elapsed, t.term, d.day::text, m.months
     from unnest($1::date[]) a(anchor), unnest($2::int[]) t(term), unnest(array[0, 7]) e(elapsed),
       (select ('2024-01-01'::date + n * 3)::date as day from generate_series(0, 487) n) d
     cross join lateral (${nextRenewalMonthsSql({ anchor: 'a.anchor', elapsed: 'e.elapsed', term: 't.term', day: 'd.day' })}) m`,
    [anchors, terms],
  );
  expect(rows).toHaveLength(anchors.length * terms.length * 2 * 488);
  const dates = new Map<string, string>();
  const dateOf = (anchor: string, months: number) => {
    const key = `${anchor} ${months}`;
    if (!dates.has(key)) dates.set(key, addMonths(anchor, months));
    return dates.get(key)!;
  };
  const wrong = rows.filter(({ anchor, elapsed, term, day, months }) => {
    let expected = elapsed + term;
    while (dateOf(anchor, expected) < day) expected += term;
    return months !== expected;
  });
  expect(wrong).toEqual([]);
});

test('a later renewal is on anchor + renewal + k terms and on no day between', async () => {
  const isLater = isLaterRenewalSql({ anchor: 'a.anchor', renewal: '6', term: '3', day: 'd.day' });
  for (const anchor of anchors) {
    const last = daysBetween(anchor, addMonths(anchor, 31));
    const { rows } = await database.pool.query<{ day: string }>(
      `select d.day::text from (select $1::date as anchor) a, (select ($1::date + n)::date as day from generate_series(0, $2::int) n) d
       where ${isLater} order by 1`,
      [anchor, last],
    );
    expect(rows.map(({ day }) => day)).toEqual([9, 12, 15, 18, 21, 24, 27, 30].map((months) => addMonths(anchor, months)));
    expect(addDays(anchor, last)).toBe(addMonths(anchor, 31));
  }
});
