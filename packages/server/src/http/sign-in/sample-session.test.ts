import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { page } from '../../../testing/signed-in.ts';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';
import { makeApiKey } from '../../api-key/api-key.ts';
import { createAuthenticate } from '../../authentication/authenticate.ts';
import { createAuthenticateSession } from '../../authentication/authenticate-session.ts';
import { sampleAdministrator } from '../../import/sample-data.ts';
import { createPartnerUser } from '../../partner/partner-user.queries.ts';
import { sessionLifeOf } from '../../session/session.writers.ts';
import { createSampleSession } from './sample-session.ts';

const sampleKey = makeApiKey();

let server: TestServer;
let production: TestServer;
/** Serves pages, which sign a browser in. */
let pages: FastifyInstance;

beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22', sampleKey: sampleKey.key });
  const config = { environment: 'production' as const, sessionHours: 12 };
  production = await startTestServer({ businessDate: '2026-11-22', database: server.database, sampleKey: sampleKey.key, config });
  const partnerId = await server.createPartner('Sample');
  await server.database.superuserPool.query(`insert into api_key (partner_id, id, role, secret_hash) values ($1, $2, 'ADMIN', $3)`, [
    partnerId,
    sampleKey.id,
    sampleKey.secretHash,
  ]);
  const { pool } = server.database;
  const person = { name: 'Alex Admin', email: sampleAdministrator, role: 'ADMIN' as const, actor: 'test' };
  await createPartnerUser(pool, partnerId, person);
  pages = fastify();
  const sample = createSampleSession({
    ...{ pool, sampleKey: sampleKey.key, config: { environment: 'development', sessionHours: 12 } },
    authenticate: createAuthenticate(pool, Date.now),
    sessions: createAuthenticateSession(pool, sessionLifeOf(12)),
  });
  pages.get('/', async (asked, reply) => {
    await sample.signInSample(asked, reply);
    return 'page';
  });
  await pages.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await pages.close();
  await production.close();
  await server.close();
});

type Answer = { status: number; cookies: string[]; body: string };

/** Not `fetch`, which sets its own Host header. */
async function send(url: string, method: 'GET' | 'POST', headers: Record<string, string> = {}): Promise<Answer> {
  const [response] = (await once(request(url, { method, headers: { host: '127.0.0.1:4000', ...headers } }).end(), 'response')) as [
    IncomingMessage,
  ];
  return { status: response.statusCode!, cookies: response.headers['set-cookie'] ?? [], body: await text(response) };
}
const open = async (headers?: Record<string, string>) =>
  await send(`http://127.0.0.1:${(pages.server.address() as AddressInfo).port}/`, 'GET', headers);
const post = async (headers: Record<string, string> = {}, at = server) =>
  await send(`${at.url}/sign-in/sample`, 'POST', { ...page, ...headers });
const methods = async (headers: Record<string, string> = {}, at = server) =>
  (JSON.parse((await send(`${at.url}/sign-in/methods`, 'GET', headers)).body) as { sample: boolean }).sample;

const signedIn = [expect.stringMatching(/^renewals_session=rns_[\w-]{103}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)];

describe('a browser on this machine', () => {
  test("is signed in as the sample partner's administrator by opening the page", async () => {
    const { cookies, body } = await open({ 'sec-fetch-site': 'none' });
    expect([body, cookies]).toEqual(['page', signedIn]);
    const cookie = cookies[0]!.split(';')[0]!;
    const query = '{ viewer { partner { name } user { name } session { method } } }';
    const { body: answer } = await server.query(query, {}, { headers: { ...page, cookie } });
    expect(answer.data.viewer).toEqual({ partner: { name: 'Sample' }, user: { name: 'Alex Admin' }, session: { method: 'SAMPLE' } });
    // It keeps its session.
    expect((await open({ cookie })).cookies).toEqual([]);
    expect((await open({ cookie: `${cookie}x` })).cookies).toEqual(signedIn);
  });

  test('is signed in by the button, and not again by itself after it signs out', async () => {
    expect(await methods()).toBe(true);
    const { status, cookies } = await post();
    expect([status, cookies]).toEqual([204, signedIn]);
    const cookie = cookies[0]!.split(';')[0]!;
    const out = await send(`${server.url}/sign-out`, 'POST', { ...page, cookie });
    expect([out.status, out.cookies]).toEqual([
      204,
      [
        'renewals_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
        'renewals_signed_out=1; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax',
      ],
    ]);
    expect((await server.query('{ viewer { role } }', {}, { headers: { ...page, cookie } })).status).toBe(401);
    expect((await open({ cookie: 'renewals_signed_out=1' })).cookies).toEqual([]);
    expect((await post({ cookie: 'renewals_signed_out=1' })).cookies).toEqual([
      ...signedIn,
      'renewals_signed_out=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
  });

  test.each(['cross-site', 'same-site'])(
    'is not signed in by a link of another site (%s), whose request leaves its session out',
    async (site) => {
      expect((await open({ 'sec-fetch-site': site })).cookies).toEqual([]);
    },
  );
});

describe('nobody else is signed in as the sample partner', () => {
  const others: [string, Record<string, string>][] = [
    ...['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip', 'cf-connecting-ip', 'ngrok-trace-id', 'fly-client-ip'].map(
      (name): [string, Record<string, string>] => [`behind a proxy that sends ${name}`, { [name]: '127.0.0.1' }],
    ),
    ...['rebound.example:4000', '127.0.0.1.example', 'localhost.evil.example', '192.168.1.10:4000', '0.0.0.0:4000', '[::2]'].map(
      (host): [string, Record<string, string>] => [`under the name ${host}`, { host }],
    ),
  ];

  test.each(others)('%s', async (_, headers) => {
    expect((await open(headers)).cookies).toEqual([]);
    const { status, cookies } = await post(headers);
    expect([status, cookies, await methods(headers)]).toEqual([403, [], false]);
  });

  test('in production', async () => {
    const { status, cookies } = await post({}, production);
    expect([status, cookies, await methods({}, production)]).toEqual([403, [], false]);
  });

  test('after the key was revoked', async () => {
    await server.database.superuserPool.query('update api_key set revoked_at = now() where id = $1', [sampleKey.id]);
    const later = await startTestServer({ businessDate: '2026-11-22', database: server.database, sampleKey: sampleKey.key });
    expect((await post({}, later)).status).toBe(403);
    await later.close();
  });
});
