import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { createStories } from '../../testing/customer-stories.ts';
import { MailDay } from '../../testing/mail-day.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { digestDay, digestMoment, missedDigestDays, readerTimeZone, sendMoment } from './send-time.ts';

const window = { sendFromHour: 8, sendUntilHour: 18 };
const momentOf = (now: string, timeZone: string, hours = window) => sendMoment(hours, new Date(now), timeZone).toISOString();

describe('mail leaves in the send window of the zone', () => {
  test.each([
    ['inside: now', '2026-01-05T12:00:00Z', 'UTC', '2026-01-05T12:00:00.000Z'],
    ['in the last minute', '2026-01-05T17:59:00Z', 'UTC', '2026-01-05T17:59:00.000Z'],
    ['at its end: the next morning', '2026-01-05T18:00:00Z', 'UTC', '2026-01-06T08:00:00.000Z'],
    ['early: the same morning', '2026-01-05T03:00:00Z', 'UTC', '2026-01-05T08:00:00.000Z'],
    ['on Kiritimati, a day ahead', '2026-01-05T05:00:00Z', 'Pacific/Kiritimati', '2026-01-05T18:00:00.000Z'],
    ['in Honolulu, a day behind', '2026-01-05T05:00:00Z', 'Pacific/Honolulu', '2026-01-05T18:00:00.000Z'],
    ['across the start of summer time', '2026-03-28T19:00:00Z', 'Europe/Berlin', '2026-03-29T06:00:00.000Z'],
    ['across its end', '2026-10-24T19:00:00Z', 'Europe/Berlin', '2026-10-25T07:00:00.000Z'],
    ['by half an hour on Lord Howe', '2026-04-04T14:00:00Z', 'Australia/Lord_Howe', '2026-04-04T21:30:00.000Z'],
  ])('%s', (_what, now, zone, expected) => expect(momentOf(now, zone)).toBe(expected));

  test('all day long from 0 to 24', () => {
    for (let hour = 0; hour < 24; hour += 1) {
      const now = new Date(Date.UTC(2026, 2, 29, hour)).toISOString();
      expect(momentOf(now, 'Europe/Berlin', { sendFromHour: 0, sendUntilHour: 24 })).toBe(now);
    }
  });

  test('when clocks skip its first hour, from the moment at which they do', () =>
    expect(momentOf('2026-03-28T22:30:00Z', 'Europe/Berlin', { sendFromHour: 2, sendUntilHour: 4 })).toBe('2026-03-29T01:00:00.000Z'));
});

describe('the digest', () => {
  const settings = { ...window, digestWeekday: 1, digestHour: 8 };

  test('is of the latest such weekday in the zone', () => {
    expect(digestDay(settings, new Date('2026-01-05T00:30:00Z'), 'UTC')).toBe('2026-01-05');
    expect(digestDay(settings, new Date('2026-01-05T00:30:00Z'), 'Pacific/Honolulu')).toBe('2025-12-29');
    expect(digestDay(settings, new Date('2026-01-04T12:00:00Z'), 'Pacific/Kiritimati')).toBe('2026-01-05');
    expect(digestDay({ ...settings, digestWeekday: 7 }, new Date('2026-01-10T12:00:00Z'), 'UTC')).toBe('2026-01-04');
  });

  test('leaves at its hour, or when the window is open if it was missed', () => {
    const moment = (now: string, digestHour = 8) =>
      digestMoment({ ...settings, digestHour }, '2026-01-05', new Date(now), 'Europe/Berlin').toISOString();
    expect(moment('2026-01-04T23:10:00Z')).toBe('2026-01-05T07:00:00.000Z');
    expect(moment('2026-01-04T23:10:00Z', 6)).toBe('2026-01-05T05:00:00.000Z');
    expect(moment('2026-01-07T10:00:00Z')).toBe('2026-01-07T10:00:00.000Z');
    expect(moment('2026-01-07T22:00:00Z')).toBe('2026-01-08T07:00:00.000Z');
  });

  test('of weeks without a planning is missed', () => {
    expect(missedDigestDays('2026-01-26', '2026-01-26')).toEqual([]);
    expect(missedDigestDays('2026-01-26', '2026-01-19')).toEqual([]);
    expect(missedDigestDays('2026-01-26', '2026-01-18')).toEqual(['2026-01-19']);
    expect(missedDigestDays('2026-01-26', '2026-01-05')).toEqual(['2026-01-19', '2026-01-12']);
  });
});

test('a zone that the server does not know counts as the business time zone', () => {
  expect(readerTimeZone('Atlantis/Capital', 'Europe/Berlin')).toBe('Europe/Berlin');
  expect(readerTimeZone(null, 'Europe/Berlin')).toBe('Europe/Berlin');
  expect(readerTimeZone('Asia/Tokyo', 'Europe/Berlin')).toBe('Asia/Tokyo');
});

describe('the day in the mail is the one on the calendar of the partner', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  /** By Intl, not by the product: the date on a calendar in the zone. */
  const onCalendar = (moment: Date, timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(moment);
  const hourOf = (moment: Date, timeZone: string) =>
    Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(moment));

  const zones = ['Pacific/Kiritimati', 'Pacific/Honolulu', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'UTC'];
  // Deadlines on the days on which clocks change in Europe and America, and the days beside them.
  const deadlines = ['2026-03-08', '2026-03-28', '2026-03-29', '2026-10-25', '2026-11-01'];

  test.each(['UTC', 'America/New_York', 'Asia/Tokyo'])('with the business time zone %s', async (businessTimeZone) => {
    for (const zone of zones) {
      const data = await TestData.of(database.pool, { name: `${zone} ${businessTimeZone}`, passedThrough: '2026-01-01' });
      await data.change(async (tx) => {
        await tx.query(
          `insert into partner_user (partner_id, id, name, email, role) values ($1, gen_random_uuid(), 'Ada', 'ada@partner.example', 'ADMIN')`,
          [tx.partnerId],
        );
        await tx.query(
          `insert into reminder_settings (partner_id, time_zone, after_the_fact, deadline_offsets) values ($1, $2, false, '{7}')`,
          [tx.partnerId, zone],
        );
      });
      await createStories(
        data,
        deadlines.map((deadline) => ({
          ...{ name: `Customer ${deadline}`, owner: 'PARTNER' as const, anchor: '2026-01-01', termMonths: 24, renewalMonths: 24 },
          changes: [{ type: 'CONTACT_TIER_UPGRADE', on: addDays(deadline, 1) }],
        })),
      );
      const mailDay = new MailDay({ pool: data.pool, businessTimeZone });
      for (const deadline of deadlines) {
        const today = addDays(deadline, -6);
        await data.change((tx) => tx.query('update partner set passed_through = $2 where id = $1', [tx.partnerId, today]));
        // The business day has just begun.
        const now = new Date(startOf(today, businessTimeZone) + 60_000);
        await mailDay.at(today, now).planNow(data.partnerId);
        const { rows } = await database.superuserPool.query<{ not_before: Date }>(
          `select not_before from outbox_message where partner_id = $1 and state = 'WAITING'`,
          [data.partnerId],
        );
        const leaves = rows[0]!.not_before;
        expect(rows).toHaveLength(1);
        expect(hourOf(leaves, zone)).toBeGreaterThanOrEqual(8);
        expect(hourOf(leaves, zone)).toBeLessThan(18);
        expect(leaves.getTime() - now.getTime()).toBeLessThan(24 * 3_600_000);
        const [sent, ...others] = await mailDay.at(today, leaves).deliver(data.partnerId);
        expect(others).toEqual([]);
        // The last moment is the end of the deadline's business day.
        const end = startOf(addDays(deadline, 1), businessTimeZone);
        // A day that ends before 8 in the morning is over for its reader the evening before.
        const isOverBefore = hourOf(new Date(end), zone) > 0 && hourOf(new Date(end), zone) < 8;
        const lastDay = addDays(onCalendar(new Date(end - 1), zone), isOverBefore ? -1 : 0);
        const named = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${lastDay}T00:00:00Z`));
        expect(sent!.mail.text.replaceAll(',', '')).toContain(named.replaceAll(',', ''));
        const left = (Date.parse(lastDay) - Date.parse(onCalendar(leaves, zone))) / 86_400_000;
        expect(sent!.mail.subject).toContain(`${left} days left`);
      }
    }
  });
});

/** The moment at which a day begins, by looking for it: the first quarter of an hour that Intl shows on that date. */
function startOf(day: string, timeZone: string): number {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone });
  let moment = Date.parse(day) - 15 * 3_600_000;
  while (date.format(new Date(moment)) < day) moment += 900_000;
  return moment;
}
