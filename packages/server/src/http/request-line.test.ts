// Long: one server, and a line for each way in which a request can end.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { makeSigningKey, signToken, startKeyServer, type SigningKey } from '../../testing/key-server.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type GraphqlAnswer, type TestServer } from '../../testing/test-server.ts';
import { addDays } from '../calendar-date.ts';
import { globalId } from '../graphql/global-id.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';

const today = '2026-11-22';
// No line may have any of these.
const canaries = { name: 'Canary Ltd', address: 'canary@secret.example', website: 'canary.example', variable: 'canary-variable' };
const secrets: string[] = Object.values(canaries);

let server: TestServer;
let issuer: Awaited<ReturnType<typeof startKeyServer>>;
let signingKey: SigningKey;
let data: TestData;
let customerId: string;
let userId: string;
let token: string;
let partnerId: string;
let requests = 0;
let partners = 0;

beforeAll(async () => {
  issuer = await startKeyServer();
  signingKey = await makeSigningKey('key');
  await issuer.publish(signingKey);
  server = await startTestServer({
    businessDate: today,
    config: {
      costBucket: 1_000,
      costRestorePerSecond: 1,
      // On a slow machine any read may take long.
      costPerDatabaseMs: 0,
      signOn: {
        ...{ issuer: 'https://id.example', audience: 'renewals', keysUrl: issuer.url, algorithms: ['ES256'], partnerClaim: 'partner_id' },
        operatorClaim: { name: 'roles', value: 'operator' },
      },
    },
  });
});
afterAll(async () => {
  const all = JSON.stringify(server.log).toLowerCase();
  for (const secret of secrets) expect(all).not.toContain(secret.toLowerCase());
  await server.close();
  await issuer.close();
});
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `${canaries.name} ${(partners += 1)}`, passedThrough: today });
  const id = await data.customer({ name: canaries.name, website: canaries.website });
  await data.user(id, { name: canaries.name, email: canaries.address, isPrimaryContact: true });
  await data.renewal(id, addDays(today, 60));
  customerId = globalId('Customer', id);
  partnerId = globalId('Partner', data.partnerId);
  userId = (await createPartnerUser(server.database.pool, data.partnerId, {
    ...{ name: canaries.name, email: canaries.address, role: 'ADMIN', actor: 'test' },
  }))!;
  token = await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: userId });
  secrets.push(token);
});

type Line = Record<string, unknown>;

async function lineOf(requestId: string): Promise<Line> {
  for (;;) {
    const line = server.log.find((each) => each['requestId'] === requestId && each['msg'] === 'request');
    if (line) return line;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function ask(
  document: string,
  variables: Record<string, unknown> = {},
  options: { token?: string | undefined; headers?: Record<string, string> } = { token },
): Promise<{ line: Line; answer: GraphqlAnswer }> {
  const requestId = `request-${(requests += 1)}`;
  const { token: key, headers } = options;
  const answer = await server.query(document, variables, {
    ...(key && { token: key }),
    headers: { ...headers, 'x-request-id': requestId },
  });
  return { line: await lineOf(requestId), answer };
}

const page = `query Page($query: String) {
  upcomingContractChanges(query: $query) { nodes { customer { name website } primaryContact { name email } } }
}`;
const setOwner = 'mutation Own($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) { association { version } } }';

const common = { level: 30, time: expect.any(Number), msg: 'request', method: 'POST', route: '/graphql', ms: expect.any(Number) };
const asked = () => ({ partnerId, keyId: token.split('_')[1], role: 'ADMIN', databaseMs: expect.any(Number), bytes: expect.any(Number) });

describe('the line of a request', () => {
  test('of a page has who asked, what it cost and how large the answer is', async () => {
    const { line, answer } = await ask(page, { query: 'canary' });
    expect(answer.body.data.upcomingContractChanges.nodes[0].primaryContact.email).toBe(canaries.address);
    const length = Number(answer.headers.get('content-length'));
    const expected = {
      ...common,
      ...asked(),
      ...{ operationName: 'Page', operationType: 'query', status: 200, cost: answer.cost!.requested },
    };
    // The first request looks up its key.
    expect(line).toEqual({ ...expected, requestId: line['requestId'], statements: 2, bytes: length });
    expect((await ask(page)).line).toMatchObject({ statements: 1 });
    expect(line['databaseMs']).toBeGreaterThan(0);
  });

  test('of a mutation counts each statement of its transaction', async () => {
    await ask(page);
    const { line } = await ask(setOwner, { input: { customerId, owner: 'PARTNER' } });
    expect(line).toEqual({
      ...{ ...common, ...asked(), requestId: line['requestId'], operationName: 'Own', operationType: 'mutation', status: 200 },
      ...{ cost: expect.any(Number), statements: expect.any(Number) },
    });
    expect(line['statements']).toBeGreaterThan(4);
  });

  test('of several root fields counts the statements of all of them', async () => {
    await ask(page);
    const { line } = await ask(`{ customers { nodes { name } } upcomingContractChanges { nodes { id } } }`);
    expect(line).toMatchObject({ statements: 2, operationType: 'query', status: 200 });
  });

  test('of a refused document has its first error and the number of errors', async () => {
    const { line } = await ask(`{ viewer { "${canaries.variable}" } }`);
    expect(line).toEqual({
      ...{ ...common, ...asked(), requestId: line['requestId'], status: 400, code: 'GRAPHQL_PARSE_FAILED', errors: 1 },
      statements: 1,
    });
    const invalid = (await ask('{ viewer { secretOne secretTwo } }')).line;
    expect(invalid).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED', errors: 2, statements: 0 });
  });

  test('of a request that Apollo refuses before it reads the document has the error too', async () => {
    const response = await fetch(`${server.url}/graphql?query={viewer{role}}&variables=[&token=${token}`, {
      headers: { authorization: `Bearer ${token}`, 'x-request-id': 'variables' },
    });
    expect(response.status).toBe(400);
    expect(await lineOf('variables')).toMatchObject({
      partnerId,
      method: 'GET',
      route: '/graphql',
      status: 400,
      code: 'BAD_REQUEST',
      errors: 1,
    });
  });

  test('of an unauthenticated request names nobody', async () => {
    const { line } = await ask(page, {}, { token: undefined });
    expect(line).toEqual({
      ...{ ...common, requestId: line['requestId'], status: 401, code: 'UNAUTHENTICATED', errors: 1 },
      ...{ statements: 0, databaseMs: 0, bytes: expect.any(Number) },
    });
    const madeUp = (await ask(page, {}, { token: `${token}x` })).line;
    expect(madeUp).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(madeUp).not.toHaveProperty('partnerId');
  });

  test('of a request over the rate limit has its cost and code', async () => {
    let last = await ask(page);
    for (let count = 0; count < 50 && last.answer.status === 200; count += 1) last = await ask(page);
    const { line, answer } = last;
    expect(line).toEqual({
      ...{ ...common, ...asked(), requestId: line['requestId'], operationName: 'Page', operationType: 'query' },
      ...{ status: 429, code: 'RATE_LIMITED', errors: 1, cost: answer.cost!.requested, statements: 0, databaseMs: 0 },
    });
  });

  test('of a person has the id of the user; of an operator, no subject', async () => {
    const claims = { iss: 'https://id.example', aud: 'renewals', sub: canaries.address, exp: Date.parse(`${today}T13:00:00Z`) / 1000 };
    const person = await signToken(signingKey, {
      ...{ ...claims, partner_id: partnerId, email: canaries.address, email_verified: true },
    });
    const operator = await signToken(signingKey, { ...claims, roles: ['operator'] });
    secrets.push(person, operator);
    const one = (await ask(page, {}, { token: person })).line;
    expect(one).toMatchObject({ partnerId, userId: globalId('PartnerUser', userId), role: 'ADMIN', status: 200 });
    expect(one).not.toHaveProperty('keyId');
    const other = (await ask(page, {}, { token: operator, headers: { 'x-partner-id': partnerId } })).line;
    expect(other).toMatchObject({ partnerId, role: 'OPERATOR', status: 200 });
    // It looks the partner up, writes the audit line in a transaction, and reads.
    expect(other['statements']).toBe(5);
    expect(Object.keys(other).filter((name) => /^(key|user)Id$/.test(name))).toEqual([]);
  });

  test('of an aborted request comes when its work ends', async () => {
    await ask(page);
    const locker = await server.database.superuserPool.connect();
    await locker.query('begin; lock table customer in access exclusive mode');
    const abort = new AbortController();
    const call = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-request-id': 'aborted' },
      body: JSON.stringify({ query: '{ customers { nodes { name } } }' }),
      signal: abort.signal,
    });
    await untilLocksAreAwaited(server.database.superuserPool);
    abort.abort();
    await expect(call).rejects.toThrow('abort');
    // What the server answers after the end of the connection, it answers knowing of it.
    for (let times = 0; times < 3; times += 1) await (await fetch(`${server.url}/healthz`)).text();
    await locker.query('commit');
    locker.release();
    expect(await lineOf('aborted')).toMatchObject({ partnerId, role: 'ADMIN', aborted: true, statements: 1, operationType: 'query' });
    expect(server.log.filter(({ requestId }) => requestId === 'aborted')).toHaveLength(1);
  });

  test('of a client that leaves in the middle of its body is there', async () => {
    await ask(page);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const head = ['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json', 'x-request-id: left', 'content-length: 100'];
    socket.write(`${[...head, `authorization: Bearer ${token}`].join('\r\n')}\r\n\r\n{"query":`, () =>
      setImmediate(() => socket.destroy()),
    );
    expect(await lineOf('left')).toMatchObject({ partnerId, aborted: true });
  });
});

describe('texts of clients', () => {
  test('reach the log cut or not at all', async () => {
    const long = `N${'x'.repeat(99)}`;
    expect((await ask(`query ${long} { viewer { role } }`)).line['operationName']).toBe(long.slice(0, 80));
    await ask(`query A { viewer { ${'a'.repeat(50_000)}: nothing } }`);
    await fetch(`${server.url}/${canaries.variable}?token=${token}`, {
      headers: { 'user-agent': canaries.variable, 'x-request-id': 'lost' },
    });
    const lost = await lineOf('lost');
    expect(lost).toMatchObject({ status: 404, code: 'BAD_REQUEST' });
    expect(lost).not.toHaveProperty('route');
    await fetch(`${server.url}/%ff${canaries.variable}`, { headers: { 'x-request-id': 'bad-path' } });
    expect(await lineOf('bad-path')).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    await ask(page, {}, { token, headers: { 'x-partner-id': canaries.variable } });
    for (const line of server.log) expect(JSON.stringify(line).length).toBeLessThan(1_000);
  });
});

test('an internal error is logged with request, partner and field, and without the words of the database', async () => {
  await server.database.superuserPool.query('alter table customer rename column name to renamed');
  const document = `query Broken { customers { nodes { ${canaries.variable.replace('-', '_')}: name } } }`;
  // graphql-js executes the first one, the compiled query the others.
  const asks = [await ask(document), await ask(document), await ask(document)];
  await server.database.superuserPool.query('alter table customer rename column renamed to name');
  for (const { line } of asks) {
    expect(line).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', errors: 1, status: 200 });
    const failures = server.log.filter(({ msg, requestId }) => msg === 'operation failed' && requestId === line['requestId']);
    expect(failures).toEqual([
      expect.objectContaining({ partnerId, field: 'customers', err: expect.objectContaining({ type: 'error', code: '42703' }) }),
    ]);
    expect(failures[0]!['err']).not.toHaveProperty('message');
  }
});

test('health checks and metrics have no line, since they are asked for often', async () => {
  const routes = ['/healthz', '/readyz', '/metrics'];
  for (const route of routes) expect((await fetch(server.url + route)).status).toBe(200);
  const { headers } = await server.query('{ viewer { role } }', {}, { token });
  await lineOf(headers.get('x-request-id')!);
  expect(server.log.filter(({ route }) => routes.includes(route as string))).toEqual([]);
});
