import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, startCommand } from '../../testing/command.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { currentTestCluster, urlOf } from '../../testing/test-cluster.ts';
import { addDays, businessDate } from '../calendar-date.ts';
import { inPartnerTransaction } from '../database/transaction.ts';

// Each command is a new process, which takes time to start.
jest.setTimeout(120_000);

let database: TestDatabase;
let variables: Record<string, string>;
const dataDir = mkdtempSync(join(tmpdir(), 'renewals-work-'));

beforeAll(async () => {
  database = await createTestDatabase();
  variables = { DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0' };
});
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const states = async () =>
  (await database.superuserPool.query<{ state: string; count: number }>('select state::text, count(*)::int from outbox_message group by 1'))
    .rows;

/** A renewal that a reminder is due for, whose mail may leave at any hour. */
async function layOutReminder(): Promise<void> {
  const today = businessDate(Date.now(), 'UTC');
  const data = await TestData.of(database.pool, { name: 'Partner', passedThrough: today });
  await data.renewal(await data.customer({ name: 'Acme', owner: 'PARTNER' }), addDays(today, 45 + 14));
  await inPartnerTransaction(database.pool, data.partnerId, async (tx) => {
    await tx.query(
      `insert into partner_user (partner_id, id, name, email, role) values ($1, gen_random_uuid(), 'Ada', 'ada@partner.example', 'ADMIN')`,
      [tx.partnerId],
    );
    await tx.query('insert into reminder_settings (partner_id, send_from_hour, send_until_hour) values ($1, 0, 24)', [tx.partnerId]);
  });
}

describe('renewals work', () => {
  test('plans, sends, tells its metrics, and ends with exit code 0', async () => {
    await layOutReminder();
    const worker = startCommand(['work'], { ...variables, METRICS_PORT: '0' });
    const [, metricsUrl] = await worker.printed(/Working; metrics at (http:\S+)\n/);
    while (!(await states()).some(({ state }) => state === 'KEPT')) await sleep(20);
    while ((await states()).some(({ state }) => state === 'WAITING')) await sleep(20);
    const kept = (await states()).find(({ state }) => state === 'KEPT')!.count;
    const metrics = await (await fetch(metricsUrl!)).text();
    expect(metrics).toMatch(new RegExp(`^renewals_messages_ended_total\\{state="KEPT",reason=""\\} ${kept}$`, 'm'));
    expect((await fetch(metricsUrl!.replace('/metrics', '/readyz'))).status).toBe(200);
    expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['link-secret', 'mail']));
    worker.process.kill('SIGTERM');
    const { code, stderr } = await worker.ended;
    expect([code, stderr.includes('"msg":"stopped"')]).toEqual([0, true]);
    // No line has an address of anybody.
    expect(stderr).not.toMatch(/[\w.]@[\w.]/);
  });

  test('does not start in production without a mail server', async () => {
    const login = { name: `serving_${database.name}`, password: 'serving' };
    await database.superuserPool.query(`create role "${login.name}" login password '${login.password}' in role renewals_serving`);
    const url = urlOf(currentTestCluster(), database.name, login);
    const production = { ...variables, DATABASE_URL: url, NODE_ENV: 'production' };
    const { code, stdout, stderr } = await runCommand(['work'], { ...production, LOG_FORMAT: 'pretty', POOL_SZIE: '3' });
    await database.superuserPool.query(`drop role "${login.name}"`);
    expect([code, stdout, stderr.trim().split('\n').at(-1)]).toEqual([1, '', 'Nothing can be sent: set SMTP_URL.']);
    const warning = 'POOL_SZIE is not a variable of this server. Did you mean POOL_SIZE?';
    // Lines for people, with times of this machine.
    for (const line of [`WARN: ${warning}`, 'INFO: opening the database'])
      expect(stderr.split('\n').filter((each) => /^\[\d\d:\d\d:\d\d\.\d{3}\] /.test(each) && each.endsWith(line))).toHaveLength(1);
  });
});
