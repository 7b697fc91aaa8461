import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, startCommand } from '../../testing/command.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';

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

describe('renewals work', () => {
  test('plans and sends beside a server without a worker, tells its metrics, and ends with exit code 0', async () => {
    const server = startCommand(['serve'], { ...variables, WORKER: 'off', EXPLORERS: 'off' });
    const [, url] = await server.printed(/Listening at (http:\S+)\n/);
    // Mail may leave at any hour.
    await database.superuserPool.query(
      `insert into reminder_settings (partner_id, send_from_hour, send_until_hour) select id, 0, 24 from partner`,
    );
    expect(await states()).toEqual([]);
    const worker = startCommand(['work'], { ...variables, METRICS_PORT: '0' });
    const [, metricsUrl] = await worker.printed(/Working; metrics at (http:\S+)\n/);
    while (!(await states()).some(({ state }) => state === 'KEPT')) await sleep(20);
    while ((await states()).some(({ state }) => state === 'WAITING')) await sleep(20);
    const kept = (await states()).find(({ state }) => state === 'KEPT')!.count;
    const metrics = await (await fetch(metricsUrl!)).text();
    expect(metrics).toMatch(new RegExp(`^renewals_messages_ended_total\\{state="KEPT",reason=""\\} ${kept}$`, 'm'));
    expect((await fetch(metricsUrl!.replace('/metrics', '/readyz'))).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('renewals_messages');
    expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['link-secret', 'mail']));
    worker.process.kill('SIGTERM');
    const { code, stderr } = await worker.ended;
    expect([code, stderr.includes('"msg":"stopped"')]).toEqual([0, true]);
    // No line has an address of anybody.
    expect(stderr).not.toMatch(/[\w.]@[\w.]/);
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });

  test('does not start in production without a mail server', async () => {
    const { code, stdout, stderr } = await runCommand(['work'], { ...variables, NODE_ENV: 'production' });
    expect([code, stdout, stderr.trim().split('\n').at(-1)]).toEqual([1, '', 'Nothing can be sent: set SMTP_URL.']);
  });
});
