import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync, gunzipSync } from 'node:zlib';
import { readFileSync, writeFileSync } from 'node:fs';
import { runCommand } from '../../testing/command.ts';
import { asSuperuser, currentTestCluster, ownerLogin, urlOf } from '../../testing/test-cluster.ts';
import { currentTestRun } from '../../testing/test-run.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { letters } from '../../testing/wrong-tenant/canaries.ts';
import { today } from '../../testing/wrong-tenant/row-parts.ts';
import { layOut, tokens } from '../../testing/wrong-tenant/world.ts';

// Each command is a new process.
jest.setTimeout(180_000);

const cluster = currentTestCluster();
const file = join(currentTestRun().folder, `beside-${randomBytes(4).toString('hex')}.gz`);
const token = tokens.get('ADMIN key of A')!.key;
const tryAgain = '503 UNAVAILABLE with Retry-After';
let server: TestServer;

const renewals = async (...words: string[]) =>
  await runCommand(words, { DATABASE_URL: urlOf(cluster, server.database.name, ownerLogin), BUSINESS_DATE: today });

beforeAll(async () => {
  server = await startTestServer({ businessDate: today, surveyMs: 100 });
  await layOut(server.database.superuserPool, letters, ['endAssociation']);
});
afterAll(() => server.close());

/** What the server answers meanwhile to a key that is valid before and after, and what `/readyz` does. */
async function answersDuring(work: Promise<unknown>): Promise<{ requests: string[]; reasons: string[] }> {
  const [requests, reasons] = [new Set<string>(), new Set<string>()];
  const ended = new AbortController();
  const end = () => ended.abort();
  work.then(end, end);
  while (!ended.signal.aborted) {
    const { status, headers, body } = await server.query('{ viewer { partner { name } } }', {}, { token });
    const { reason = 'ready' } = (await (await fetch(`${server.url}/readyz`)).json()) as { reason?: string };
    requests.add(`${status} ${body.errors?.[0]?.extensions['code'] ?? 'OK'}${headers.has('retry-after') ? ' with Retry-After' : ''}`);
    reasons.add(reason);
  }
  return { requests: [...requests], reasons: [...reasons] };
}

test('a server that runs while its lost database is restored asks clients to try again, until all rows are there', async () => {
  expect(await renewals('backup', file)).toMatchObject({ code: 0 });
  const { name } = server.database;
  const replaceDatabase = async () =>
    await asSuperuser(cluster, async (superuser) => {
      await superuser.query(`drop database "${name}" with (force)`);
      await superuser.query(`create database "${name}" owner ${ownerLogin.name}`);
    });

  const replacing = await answersDuring(replaceDatabase());
  expect(replacing.requests).not.toContain('500 INTERNAL_SERVER_ERROR');

  // A restore that fails leaves an empty database, whose server must not refuse every key.
  const text = gunzipSync(readFileSync(file)).toString();
  const last = text.indexOf('copy public."saved_view"');
  const damaged = `${file}-damaged.gz`;
  writeFileSync(damaged, gzipSync(text.slice(0, last) + text.slice(last).replace('Canary-A', 'Canary-D')));
  const failing = renewals('restore', damaged);
  expect((await answersDuring(failing)).requests).toEqual([tryAgain]);
  expect((await failing).stderr).toMatch(/Nothing was restored\. Servers answer 503 until a restore succeeds, or `migrate` runs\.\n$/);
  expect((await server.query('{ viewer { partner { name } } }', {}, { token })).status).toBe(503);
  const notStarted = await renewals('status');
  expect([notStarted.code, notStarted.stderr]).toEqual([1, expect.stringMatching(/^A restore of this database has not ended/)]);

  const restoring = renewals('restore', file);
  const during = await answersDuring(restoring);
  expect(during.requests.filter((answer) => answer !== '200 OK')).toEqual([tryAgain]);
  expect(during.reasons).toContain('TABLES_MISSING');
  expect((await restoring).stderr).toMatch(/^Restored \d+ rows/);
  expect((await server.query('{ viewer { role } }', {}, { token })).body).toEqual({ data: { viewer: { role: 'ADMIN' } } });
  const unexplained = server.log.filter(({ msg, err }) => /failed/.test(String(msg)) && (err as { fault?: string })?.fault === undefined);
  expect(unexplained).toEqual([]);
});

test('migrate opens an empty database whose restore failed', async () => {
  const name = `${cluster.prefix}_${randomBytes(4).toString('hex')}`;
  await asSuperuser(cluster, (superuser) => superuser.query(`create database "${name}" owner ${ownerLogin.name}`));
  const variables = { DATABASE_URL: urlOf(cluster, name, ownerLogin), BUSINESS_DATE: today };
  expect(await runCommand(['restore', `${file}-damaged.gz`], variables)).toMatchObject({ code: 1 });
  expect(await runCommand(['migrate'], variables)).toMatchObject({ code: 0 });
  expect(await runCommand(['partner', 'list', '--json'], variables)).toMatchObject({ code: 0, stdout: '[]\n' });
});
