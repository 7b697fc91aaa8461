import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { addDays } from '../calendar-date.ts';
import { MailDay } from '../../testing/mail-day.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { loadSampleData, samplePartnerName } from './sample-data.ts';

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
const [, readmeQuery = ''] = /```graphql\n(.*?)```/s.exec(readme) ?? [];

describe.each(['2026-11-22', '2028-01-15', '2027-12-31'])('the sample data on %s', (today) => {
  let server: TestServer;
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    server = await startTestServer({ businessDate: today });
    await loadSampleData({ pool: server.database.pool, businessDate: today });
    const { rows } = await server.database.superuserPool.query('select id, name from partner');
    for (const { id, name } of rows) tokens.set(name, await server.createToken(id, 'ADMIN'));
  });
  afterAll(() => server.close());
  const ask = async (document: string, partner = samplePartnerName) => {
    const { body } = await server.query(document, {}, { token: tokens.get(partner)! });
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return body.data;
  };

  test('show customers on the days around every limit, every type, status and reason', async () => {
    const { upcomingContractChanges } = await ask(
      '{ upcomingContractChanges(first: 100) { nodes { daysUntilEffective type status statusReason lateCancellationRequest communicationOwnerSource primaryContact { name } customer { name } } } }',
    );
    const nodes = upcomingContractChanges.nodes as Record<string, unknown>[];
    const seen = (field: string) => new Set(nodes.map((node) => node[field]));
    for (const day of [120, 46, 45, 44, 1, 0]) expect(seen('daysUntilEffective')).toContain(day);
    expect(seen('daysUntilEffective')).not.toContain(121);
    expect(seen('type')).toEqual(new Set(['RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE']));
    expect(seen('status')).toEqual(new Set(['PENDING', 'CONFIRMED', 'RENEWED', 'CANCELLATION_REQUESTED']));
    expect(seen('statusReason')).toEqual(new Set(['AWAITING_DECISION', 'ACCEPTED', 'AUTO_RENEWED', 'CANCELLATION_REQUESTED']));
    expect(seen('lateCancellationRequest')).toEqual(new Set([false, true]));
    expect(seen('communicationOwnerSource')).toEqual(new Set(['VENDOR_DEFAULT', 'MANUAL']));
    expect(nodes.some((node) => node['primaryContact'] !== null)).toBe(true);
    expect(nodes.map((node) => (node['customer'] as { name: string }).name)).not.toContain('Ypsilon Yachten');
    const byName = await ask(`{ upcomingContractChanges(asOf: "${addDays(today, 1)}", query: "blumen") { totalCount } }`);
    expect(byName.upcomingContractChanges.totalCount).toBe(1);
  });

  test("answer the README's query with rows", async () => {
    const { upcomingContractChanges } = await ask(readmeQuery);
    expect(upcomingContractChanges.totalCount).toBeGreaterThan(1);
    expect(upcomingContractChanges.nodes).toHaveLength(upcomingContractChanges.totalCount);
  });

  test('have two partners that look after one account', async () => {
    const document = '{ customer(by: { hubId: "5100002" }) { id name } }';
    const [one, other] = [await ask(document), await ask(document, 'Atlas Growth Partners')];
    expect(one.customer.name).toBe(other.customer.name);
    expect(one.customer.id).not.toBe(other.customer.id);
  });

  test('have a mail of each kind for the first minute', async () => {
    const { pool } = server.database;
    const { rows } = await server.database.superuserPool.query<{ id: string }>('select id from partner where name = $1', [
      samplePartnerName,
    ]);
    const partnerId = rows[0]!.id;
    const mailDay = new MailDay({ pool }).at(today, new Date(`${today}T23:30:00Z`));
    const mails = await mailDay.run(partnerId);
    expect(new Set(mails.map(({ data }) => data.kind))).toEqual(
      new Set(['DEADLINE_REMINDER', 'CUSTOMER_NOTICE', 'AFTER_DEADLINE', 'ON_EFFECTIVE_DATE', 'WEEKLY_DIGEST']),
    );
    expect(new Set(mails.map(({ data }) => data.language))).toEqual(new Set(['en', 'de']));
    // Few enough to be read.
    expect(mails.length).toBeLessThan(20);
    // The customer without an association hears nothing, and nobody about it.
    expect(mails.filter(({ mail }) => `${mail.subject} ${mail.text}`.includes('Ypsilon'))).toEqual([]);
  });
});
