import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiKey } from '../api-key/api-key.queries.ts';
import { addDays } from '../calendar-date.ts';
import { startCommand } from '../../testing/command.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';

const today = '2027-11-22';

let database: TestDatabase;
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const data = await TestData.of(database.pool, { name: 'Acme', passedThrough: today, ownsAll: true });
  const customerId = await data.customer({ name: 'A' });
  // Around 29 February, and the days of clock changes in St. John's (14 March 2027, 12 March 2028) and in Europe (26 March 2028).
  const dates = ['2028-02-28', '2028-02-29', '2028-03-01', '2028-03-12', '2028-03-13', '2028-03-26', '2028-03-27', '2027-03-14'];
  for (const date of dates) {
    const { id, contractId } = await data.renewal(customerId, date);
    await data.decide(id, 'REQUEST_CANCELLATION', addDays(date, -45));
    await data.changeOf(customerId, contractId, { type: 'EMAIL_OVERAGE', effective_date: addDays(date, -1), new_mrr: '1' });
  }
  const key = { role: 'MANAGER', partnerUserId: null, expiresAt: null, actor: 'test' } as const;
  token = (await createApiKey(database.pool, data.partnerId, key)).key;
});
afterAll(() => database.close());

const document = `query ($asOf: Date) { upcomingContractChanges(first: 100, asOf: $asOf) { businessDate totalCount nodes {
  type effectiveDate renewalDeadline daysUntilEffective daysUntilDeadline status statusReason availableActions decision { action decidedOn } } } }`;
const days = [
  '2027-01-15',
  '2027-03-13',
  '2027-03-14',
  today,
  '2028-01-14',
  '2028-01-15',
  '2028-02-28',
  '2028-02-29',
  '2028-03-01',
  '2028-03-26',
];

/** The answer, byte for byte, of a server process in a time zone. */
async function answersIn(timeZone: string): Promise<string[]> {
  const variables = { TZ: timeZone, DATABASE_URL: database.url, BUSINESS_DATE: today, SAMPLE_DATA: 'off', EXPLORERS: 'off', PORT: '0' };
  const command = startCommand(['serve'], variables);
  const [, url] = await command.printed(/Listening at (http:\S+)\n/);
  const answers: string[] = [];
  for (const asOf of days) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables: { asOf } }),
    });
    const { data } = (await response.json()) as { data: unknown };
    answers.push(JSON.stringify(data));
  }
  command.process.kill('SIGTERM');
  expect((await command.ended).code).toBe(0);
  return answers;
}

test('a business date shows the same rows in every time zone of the process', async () => {
  const [utc, kiritimati, stJohns] = await Promise.all(['UTC', 'Pacific/Kiritimati', 'America/St_Johns'].map(answersIn));
  expect(kiritimati).toEqual(utc);
  expect(stJohns).toEqual(utc);
  const shown = JSON.parse(utc![7]!) as { upcomingContractChanges: { nodes: object[] } };
  expect(shown.upcomingContractChanges).toMatchObject({ businessDate: '2028-02-29', totalCount: 11 });
  expect(shown.upcomingContractChanges.nodes).toContainEqual({
    ...{ type: 'RENEWAL', effectiveDate: '2028-02-29', renewalDeadline: '2028-01-15', daysUntilEffective: 0, daysUntilDeadline: -45 },
    // Today, that decision is in the future.
    ...{ status: 'CANCELLATION_REQUESTED', statusReason: 'CANCELLATION_REQUESTED', availableActions: ['ACCEPT', 'REQUEST_CANCELLATION'] },
    decision: { action: 'REQUEST_CANCELLATION', decidedOn: '2028-01-15' },
  });
}, 120_000);
