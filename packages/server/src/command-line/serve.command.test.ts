import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCommand } from '../../testing/command.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { addDays, businessDate } from '../calendar-date.ts';
import { refuseWrongBusinessDate } from '../process/business-date.check.ts';
import { getSampleKey } from './sample-key.ts';

// Each command is a new process, which takes time to start.
jest.setTimeout(120_000);

let database: TestDatabase;
let variables: Record<string, string>;
const dataDir = mkdtempSync(join(tmpdir(), 'renewals-serve-'));

beforeAll(async () => {
  database = await createTestDatabase();
  variables = { DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0' };
});
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('renewals serve', () => {
  test('prints its port, an API key and a working example query; SIGTERM ends it with exit code 0', async () => {
    const { banner, apiKey, stop } = await start();
    const [, body] = /-d '(.*)'/.exec(banner)!;
    const [, url] = /^\s*(http:\/\/127\.0\.0\.1:\d+)\/ shows the upcoming renewals of the sample partner\.\n/.exec(banner)!;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: body!,
    });
    const { data } = (await response.json()) as { data: { upcomingContractChanges: { nodes: unknown[] } } };
    expect(data.upcomingContractChanges.nodes).toHaveLength(5);
    expect(statSync(join(dataDir, 'sample-token')).mode & 0o777).toBe(0o600);

    const { code, stdout, stderr } = await stop('SIGTERM');
    expect([code, stdout]).toEqual([0, banner]);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['sample data loaded', 'listening', 'request', 'stopping', 'stopped']),
    );
    expect(stderr).not.toContain(apiKey);
  });

  test('prints the same API key on each start, and a new one if the stored one is invalid', async () => {
    const first = readFileSync(join(dataDir, 'sample-token'), 'utf8').trim();
    const second = await start();
    expect(second.apiKey).toBe(first);
    await second.stop('SIGINT');

    const key = () => getSampleKey(database.pool, { dataDir, sampleData: true });
    expect(await key()).toBe(first);
    await database.superuserPool.query('update api_key set revoked_at = now()');
    const afterRevocation = await key();
    expect(afterRevocation).not.toBe(first);
    expect(await key()).toBe(afterRevocation);
    writeFileSync(join(dataDir, 'sample-token'), 'nonsense');
    expect(await key()).toMatch(/^prk_/);
  });

  test('names a port that is in use, and the variable to set', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr, stdout } = await startCommand(['serve', '--banner'], { ...variables, PORT: String(port) }).ended;
    other.close();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n').at(-1)).toBe(`Port ${port} is already in use: set PORT to another port, or to 0 for any free port.`);
  });

  test('without --banner prints its address; without explorers and sample data it serves the page alone and prints no key', async () => {
    const command = startCommand(['serve'], { ...variables, EXPLORERS: 'off', SAMPLE_DATA: 'off' });
    const [line, url] = await command.printed(/Listening at (http:\S+)\n/);
    expect(command.stdout).toBe(line);
    for (const path of ['/sandbox', '/explore', '/mail/nothing']) expect((await fetch(`${url}${path}`)).status).not.toBe(200);
    expect(await (await fetch(`${url}/page.json`)).json()).toEqual({ developers: [], mailbox: true });
    command.process.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  });

  test('stops gracefully on a signal during the start', async () => {
    const command = startCommand(['serve'], variables);
    await command.printed(/DATABASE_URL is the login of the tables' owner/, 'stderr');
    command.process.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  });

  test('does not wait for days at the start, and stops while they pass', async () => {
    const { superuserPool } = database;
    await superuserPool.query(`update partner set passed_through = passed_through - 20`);
    const edit = await superuserPool.connect();
    await edit.query('begin');
    await edit.query('select from customer_association for update');
    await edit.query(`update contract_change set opened_on = opened_on`);
    const command = startCommand(['serve'], variables);
    await command.printed(/Listening at/);
    const begun = performance.now();
    command.process.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(4_000);
    await edit.query('rollback');
    edit.release();
  });

  test('refuses more than 35 days at once, unless they are told', async () => {
    const today = businessDate(Date.now(), 'UTC');
    const passedThrough = addDays(today, -36);
    const set = `update partner set passed_through = $1, passing_through = null, passing_after = null`;
    await database.superuserPool.query(set, [passedThrough]);
    const yesterday = { businessDate: addDays(today, -1), businessTimeZone: 'UTC' };
    await expect(refuseWrongBusinessDate(database.pool, yesterday, Date.now)).resolves.toBeUndefined();
    const far = { ...variables, BUSINESS_DATE: today };
    const { code, stdout, stderr } = await startCommand(['serve'], far).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `36 days (${passedThrough} to ${today}) would pass at once. Passed days cannot be undone. If the date is right, give the option --pass-days.`,
    );
    const command = startCommand(['serve', '--pass-days'], far);
    await command.printed(/Listening at/);
    const behind = 'select from partner where passed_through < $1';
    while ((await database.superuserPool.query(behind, [today])).rowCount !== 0) await sleep(10);
    command.process.kill('SIGTERM');
    expect((await command.ended).code).toBe(0);
  });
});

async function start() {
  const command = startCommand(['serve', '--banner'], variables);
  await command.printed(/-d '.*'\n/);
  const [, apiKey] = /API key +(\S+)/.exec(command.stdout)!;
  return {
    banner: command.stdout,
    apiKey: apiKey!,
    async stop(signal: NodeJS.Signals = 'SIGTERM') {
      command.process.kill(signal);
      return await command.ended;
    },
  };
}
