import { describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { daysLeft, lastMomentOf, localLastDay } from './last-day.rules.ts';

describe('the last day to act', () => {
  // Last business day, business time zone, reader's zone → day and time in the reader's calendar.
  test.each([
    ['2026-12-03', 'Europe/Berlin', 'Europe/Berlin', '2026-12-03', null],
    ['2026-12-03', 'Europe/Berlin', 'Europe/Vienna', '2026-12-03', null],
    ['2026-12-03', 'UTC', 'Europe/Berlin', '2026-12-03', null],
    ['2026-07-03', 'UTC', 'Europe/Berlin', '2026-07-03', null],
    ['2026-12-03', 'UTC', 'Pacific/Honolulu', '2026-12-03', '14:00'],
    ['2026-12-03', 'UTC', 'Pacific/Kiritimati', '2026-12-04', '14:00'],
    ['2026-12-03', 'Pacific/Kiritimati', 'Pacific/Honolulu', '2026-12-02', null],
    ['2026-12-03', 'Pacific/Honolulu', 'Pacific/Kiritimati', '2026-12-04', null],
    ['2026-12-03', 'Pacific/Kiritimati', 'Europe/Berlin', '2026-12-03', '11:00'],
    ['2026-12-03', 'Asia/Kolkata', 'UTC', '2026-12-03', '18:30'],
    ['2026-12-03', 'UTC', 'Asia/Kathmandu', '2026-12-03', null],
    // What ends at night ends with the day before; what ends in the morning does not.
    ['2026-12-03', 'America/Los_Angeles', 'Europe/London', '2026-12-04', '08:00'],
    ['2026-12-03', 'America/Denver', 'Europe/London', '2026-12-03', null],
    // The clocks change on the last Sunday of March and of October.
    ['2026-03-28', 'Europe/Berlin', 'Europe/Berlin', '2026-03-28', null],
    ['2026-03-29', 'Europe/Berlin', 'Europe/Berlin', '2026-03-29', null],
    ['2026-03-28', 'UTC', 'Europe/Berlin', '2026-03-28', null],
    ['2026-03-29', 'UTC', 'Europe/Berlin', '2026-03-29', null],
    ['2026-10-25', 'Europe/Berlin', 'America/New_York', '2026-10-25', '19:00'],
    ['2026-11-01', 'Europe/Berlin', 'America/New_York', '2026-11-01', '18:00'],
    // A day that begins at 01:00.
    ['2026-09-05', 'America/Santiago', 'America/Santiago', '2026-09-05', null],
    // A day that Samoa left out.
    ['2011-12-29', 'Pacific/Apia', 'Pacific/Apia', '2011-12-29', null],
  ])('%s in %s is, in %s, %s %s', (day, business, reader, date, time) => {
    expect(localLastDay(lastMomentOf(day, business), reader)).toEqual({ date, time });
  });

  test('counts days of the reader: 0 from its first to its last moment, 1 the day before', () => {
    for (const zone of ['Pacific/Kiritimati', 'Europe/Berlin', 'Pacific/Honolulu'])
      for (const business of ['UTC', 'America/New_York'])
        // A year of days, and with them each change of the clocks.
        for (let day = '2026-01-01'; day < '2027-01-01'; day = addDays(day, 6)) {
          const end = lastMomentOf(day, business);
          const { date } = localLastDay(end, zone);
          const startOf = (local: string) => lastMomentOf(addDays(local, -1), zone);
          const at = (moment: Date, ms = 0) => daysLeft(end, new Date(moment.getTime() + ms), zone);
          expect([day, zone, at(end, -1), at(startOf(date)), at(startOf(date), -1), at(startOf(addDays(date, -7)))]).toEqual([
            day,
            zone,
            0,
            0,
            1,
            7,
          ]);
          expect([day, zone, at(end) < 0, at(end, 1) < 0]).toEqual([day, zone, true, true]);
        }
  });
});
