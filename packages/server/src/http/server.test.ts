import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { makeApiKey } from '../api-key/api-key.ts';
import { globalId } from '../graphql/global-id.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const viewer = 'query Who { viewer { role businessDate businessTimeZone partner { id name } } }';

let server: TestServer;
let acme: string;
let globex: string;
let token: string;

beforeAll(async () => {
  server = await startTestServer({
    businessDate: '2026-01-01',
    timeZone: 'Europe/Berlin',
  });
  acme = await server.createPartner('Acme');
  globex = await server.createPartner('Globex');
  token = await server.createToken(acme, 'VIEWER');
});
afterAll(() => server.close());

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body,
  });
}

describe('a request with a key', () => {
  test('gets data by its partner, role and business date', async () => {
    const { status, body } = await server.query(viewer, {}, { token });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: {
          viewer: {
            role: 'VIEWER',
            businessDate: '2026-01-01',
            businessTimeZone: 'Europe/Berlin',
            partner: { id: globalId('Partner', acme), name: 'Acme' },
          },
        },
      },
    });
  });
});

describe('a request without a valid key', () => {
  test('always gets 401 and the same bytes, for introspection too', async () => {
    const expired = await server.createToken(acme, 'ADMIN', { expiresAt: new Date(0) });
    const answers = [];
    for (const bad of [undefined, 'nonsense', expired, makeApiKey().key, `${token}x`]) {
      for (const document of [viewer, '{ __schema { types { name } } }', 'no query at all {']) {
        const { status, headers, text } = await server.query(
          document,
          {},
          { ...(bad && { token: bad }), headers: { 'x-request-id': 'same' } },
        );
        const { date: _date, ...rest } = Object.fromEntries(headers);
        answers.push({ status, rest, text });
      }
    }
    expect(answers[0]).toMatchObject({
      status: 401,
      rest: { 'www-authenticate': 'Bearer', 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'same' },
      text: '{"errors":[{"message":"The API key or token is missing, wrong, expired or revoked. Send a valid one in the header: Authorization: Bearer <key or token>.","extensions":{"code":"UNAUTHENTICATED"}}]}',
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('is refused before its body is read', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(2_000_000),
    });
    expect(response.status).toBe(401);
  });
});

describe('the partner of a request', () => {
  test('is the one that an operator names', async () => {
    const operator = await server.createToken(acme, 'OPERATOR');
    const asked = async (partnerId: string) =>
      await server.query(viewer, {}, { token: operator, headers: { 'x-partner-id': globalId('Partner', partnerId) } });
    expect((await asked(globex)).body.data.viewer).toMatchObject({ role: 'OPERATOR', partner: { name: 'Globex' } });
    expect((await asked(acme)).body.data.viewer).toMatchObject({ role: 'OPERATOR', partner: { name: 'Acme' } });
    const unknown = await asked(randomUUID());
    expect([unknown.status, unknown.body.errors?.[0]?.extensions['code']]).toEqual([403, 'FORBIDDEN']);
    const unnamed = await server.query(viewer, {}, { token: operator });
    expect([unnamed.status, unnamed.body.errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_REQUEST']);
  });

  test('cannot be another one for other roles: they get the response for an unknown partner', async () => {
    const asked = async (partnerId: string) =>
      (await server.query(viewer, {}, { token, headers: { 'x-partner-id': globalId('Partner', partnerId) } })).text;
    expect(await asked(globex)).toBe(await asked(randomUUID()));
    expect(await asked(globex)).not.toContain('Globex');
    expect(await asked(acme)).toContain('Acme');
  });
});

describe('a malformed request', () => {
  test.each([
    ['larger than the limit', 413, () => post(JSON.stringify({ query: `{ __typename } #${'x'.repeat(1_000_000)}` }))],
    ['not JSON', 400, () => post('{"query":')],
    ['empty', 400, () => post('')],
    ['prototype pollution', 400, () => post('{"query":"{ __typename }","__proto__":{"x":1}}')],
    [
      'a form',
      415,
      () => post(new URLSearchParams({ query: '{ __typename }' }).toString(), { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['text', 400, () => post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' })],
    ['for an unknown path', 404, () => fetch(`${server.url}/nothing?query=secret`)],
    ['with a malformed path', 400, () => fetch(`${server.url}/%ff`)],
  ] as const)('(%s) gets %d in GraphQL’s shape', async (_name, status, send) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({
      errors: [{ message: expect.stringMatching(/^[A-Z]/), extensions: { code: 'BAD_REQUEST' } }],
    });
    expect((await server.query(viewer, {}, { token })).status).toBe(200);
  });

  test('gets that shape even if it is not HTTP', async () => {
    expect(await sendRaw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request\r\n[^]*"code":"BAD_REQUEST"/);
    expect(await sendRaw(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  });
});

function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer ? resolve(answer) : reject(error)));
  });
}

describe('health', () => {
  test('reports that the process runs and is ready', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  test('reports not ready while a migration is pending', async () => {
    const behind = await startTestServer({ businessDate: '2026-01-01' });
    await behind.database.superuserPool.query('delete from migrations');
    const ready = await fetch(`${behind.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', reason: 'MIGRATIONS_PENDING' }]);
    // Also of a database that was lost and made anew: there, to migrate would be wrong.
    expect(behind.log.findLast(({ msg }) => msg === 'not ready')).toMatchObject({
      explanation: expect.stringContaining('restore a backup'),
    });
    await behind.close();
  });

  test('stays ready, with a warning, while a newer version has already migrated the database', async () => {
    const old = await startTestServer({ businessDate: '2026-01-01' });
    await old.database.superuserPool.query(`insert into migrations (timestamp, name) values (1999999999999, 'FromTheFuture1999999999999')`);
    const ready = await fetch(`${old.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', warnings: ['The database has migrations of a newer version. Restart this process with that version.'] },
    ]);
    await old.close();
  });
});

describe('the log', () => {
  test('has the id, operation, route, status and duration of a request, and none of its contents', async () => {
    const requestId = `test-${randomUUID()}`;
    await server.query(
      'query Named($secret: ID!) { node(id: $secret) { id } }',
      { secret: 'hush-hush' },
      { token, headers: { 'x-request-id': requestId } },
    );
    const line = server.log.find((each) => each['requestId'] === requestId);
    expect(line).toEqual({
      level: 30,
      time: expect.any(Number),
      msg: 'request',
      requestId,
      partnerId: globalId('Partner', acme),
      keyId: token.split('_')[1],
      role: 'VIEWER',
      operationName: 'Named',
      operationType: 'query',
      method: 'POST',
      route: '/graphql',
      status: 200,
      cost: 11,
      // One, if the key has just been looked up again.
      statements: expect.any(Number),
      databaseMs: expect.any(Number),
      ms: expect.any(Number),
      bytes: expect.any(Number),
    });
    const all = JSON.stringify(server.log);
    for (const secret of ['hush-hush', token, 'prk_', 'secret', 'Acme']) expect(all).not.toContain(secret);
  });

  test('uses the request id of the client, or a new one if it is missing or malformed, and returns it', async () => {
    const idOf = async (headers: Record<string, string>) =>
      (await server.query(viewer, {}, { token, headers })).headers.get('x-request-id');
    expect(await idOf({ 'x-request-id': 'mine-1' })).toBe('mine-1');
    expect(await idOf({})).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf({ 'x-request-id': 'a"b' })).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf({ 'x-request-id': 'x'.repeat(101) })).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the business date', () => {
  test('follows the clock, and days pass once before the first request of the new day', async () => {
    const other = await startTestServer({ businessDate: '2026-01-01' });
    const partnerId = await other.createPartner('Initech');
    const key = await other.createToken(partnerId, 'VIEWER');
    other.setBusinessDate('2026-01-05');
    const answers = await Promise.all(Array.from({ length: 10 }, () => other.query(viewer, {}, { token: key })));
    expect(answers.map(({ body }) => body.data.viewer.businessDate)).toEqual(Array(10).fill('2026-01-05'));
    const { rows } = await other.database.superuserPool.query('select passed_through from partner');
    expect(rows).toEqual([{ passed_through: '2026-01-05' }]);
    expect(other.log.filter(({ msg }) => msg === 'days passed').map(({ businessDate }) => businessDate)).toEqual([
      '2026-01-01',
      '2026-01-05',
    ]);
    await other.close();
  });
});
