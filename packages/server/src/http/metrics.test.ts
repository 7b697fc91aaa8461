import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-27';
let server: TestServer;
let token: string;
let partner: TestData;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today, config: { costBucket: 20_000, costRestorePerSecond: 1_000_000 } });
  partner = await TestData.of(server.database.pool, { name: 'Acme & Partners', passedThrough: today });
  await partner.renewal(await partner.customer({ name: 'Canary of customers' }), '2027-02-01');
  token = await server.createToken(partner.partnerId, 'ADMIN');
});
afterAll(() => server.close());

const read = async (headers: Record<string, string> = {}) => await (await fetch(`${server.url}/metrics`, { headers })).text();

/** The value of a series, written as in the text format; 0 without it. */
async function value(series: string): Promise<number> {
  const line = (await read()).split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

/** By how much series grow while something is done. */
async function growth(series: string[], work: () => Promise<unknown>): Promise<number[]> {
  const before = await Promise.all(series.map(value));
  await work();
  const after = await Promise.all(series.map(value));
  return after.map((each, index) => each - before[index]!);
}

const escape = (series: string) => series.replace(/[{}]/g, '\\$&');
const request = (operation: string, outcome: string) => `renewals_requests_total{operation="${operation}",outcome="${outcome}"}`;
const refused = (reason: string) => `renewals_refusals_total{reason="${reason}"}`;
const response = (route: string, status: number) => `renewals_http_responses_total{route="${route}",status="${status}"}`;

describe('metrics', () => {
  test('count requests by root field and outcome, with their time, statements and points', async () => {
    const list = 'upcomingContractChanges';
    const series = [request(list, 'OK'), `renewals_request_seconds_count{operation="${list}"}`, response('/graphql', 200)];
    const sums = ['renewals_statements_total', 'renewals_cost_points_total', 'renewals_request_database_seconds_sum'];
    const [ok, timed, answered, ...used] = await growth([...series, ...sums], async () => {
      const document = `query Page { shown: ${list}(first: 5) { totalCount nodes { status } } __typename }`;
      expect((await server.query(document, {}, { token })).body.errors).toBeUndefined();
    });
    expect([ok, timed, answered]).toEqual([1, 1, 1]);
    for (const each of used) expect(each).toBeGreaterThan(0);
  });

  test('and the log have what a large answer costs beyond its operation, so that they tell why a bucket is empty', async () => {
    const kind = 'type { name kind ofType { name kind ofType { name kind } } }';
    const document = `{ __schema { types { name description fields { name description ${kind} args { name description ${kind} } } } } }`;
    let points = 0;
    const [counted] = await growth(['renewals_cost_points_total'], async () => {
      const plain = { 'accept-encoding': 'identity', 'x-request-id': 'large' };
      const { cost, headers } = await server.query(document, {}, { token, headers: plain });
      points = Math.floor(Number(headers.get('content-length')) / 1_000);
      expect(points).toBeGreaterThan(cost!.requested);
    });
    expect(counted).toBe(points);
    expect(server.log.find((line) => line['requestId'] === 'large')).toMatchObject({ cost: points });
  });

  test('name an operation by its root field through fragments, and one with several fields as such', async () => {
    const documents: [string, string][] = [
      ['query { ...F } fragment F on Query { ... on Query { viewer { role } } }', 'viewer'],
      ['{ viewer { role } upcomingContractChanges { totalCount } }', 'several'],
      ['{ __typename }', '__typename'],
      ['mutation { endSession(input: { sessionId: "x" }) { userErrors { message } } }', 'endSession'],
    ];
    for (const [document, name] of documents) {
      const before = (await read()).match(new RegExp(`^renewals_requests_total\\{operation="${name}".*`, 'gm'));
      await server.query(document, {}, { token });
      expect((await read()).match(new RegExp(`^renewals_requests_total\\{operation="${name}".*`, 'gm'))).not.toEqual(before);
    }
  });

  test('count refusals by reason, and the others by code', async () => {
    const answers: [string, () => Promise<unknown>][] = [
      [request('none', 'UNAUTHENTICATED'), async () => await server.query('{ viewer { role } }', {}, { token: 'nobody' })],
      [refused('credentials'), async () => await server.query('{ viewer { role } }', {}, { token: 'nobody' })],
      [request('none', 'GRAPHQL_VALIDATION_FAILED'), async () => await server.query('{ nothing }', {}, { token })],
      [refused('complexity'), async () => await server.query(`{ ${'a'.repeat(100_001)} }`, {}, { token })],
      [response('unknown', 404), async () => await fetch(`${server.url}/made-up/path`)],
      [response('/readyz', 200), async () => await fetch(`${server.url}/readyz`)],
    ];
    for (const [series, ask] of answers) expect([series, await growth([series], ask)]).toEqual([series, [1]]);
  });

  test('show the process, its pool, its queue and its version', async () => {
    const text = await read();
    for (const state of ['busy', 'idle', 'most'])
      expect(text).toMatch(new RegExp(`^renewals_pool_connections\\{state="${state}"\\} \\d+$`, 'm'));
    // From the start, so that a rate sees the first one.
    for (const reason of ['database', 'overload', 'import']) expect(text).toMatch(new RegExp(`^${escape(refused(reason))} 0$`, 'm'));
    expect(text).toMatch(/^renewals_ready 1$/m);
    for (const name of ['pool_waiting', 'requests_running', 'requests_waiting', 'partners_behind', 'partners_barred'])
      expect(text).toMatch(new RegExp(`^renewals_${name} 0$`, 'm'));
    expect(text).toMatch(/^renewals_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
  });

  test('have no more series after hundreds of made-up names, paths and headers, and nothing of a partner', async () => {
    await server.query('query A { viewer { role } }', {}, { token });
    await fetch(`${server.url}/unknown`);
    const seriesOf = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('renewals_'))
        .map((line) => line.replace(/ \S+$/, ''));
    const before = seriesOf(await read());
    for (let batch = 0; batch < 8; batch += 1) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const name = `Made${batch}up${index}`;
          await server.query(
            `query ${name} { ${name}: viewer { role } }`,
            {},
            { token, headers: { 'x-request-id': name, 'user-agent': name } },
          );
          if (index % 10 === 0) await fetch(`${server.url}/${name}`, { headers: { authorization: name, 'x-request-id': name } });
        }),
      );
    }
    const text = await read();
    expect(seriesOf(text)).toEqual(before);
    expect(before.length).toBeLessThan(300);
    expect(text).not.toMatch(/Made|Acme|Canary/);
    expect(text).not.toContain(partner.partnerId);
  });
});

describe('the address of metrics', () => {
  const open = async (config: Parameters<typeof startTestServer>[0]['config'] = {}) =>
    await startTestServer({ businessDate: today, config, database: server.database });
  const status = async (url: string, headers: Record<string, string> = {}) => (await fetch(`${url}/metrics`, { headers })).status;

  test('is for this machine in development, never through a proxy', async () => {
    expect(await status(server.url)).toBe(200);
    expect(await status(server.url, { 'x-forwarded-for': '192.0.2.1' })).toBe(401);
  });

  test('is not there in production, unless a token is set', async () => {
    const closed = await open({ environment: 'production' });
    expect(await status(closed.url)).toBe(404);
    await closed.close();
    const metricsToken = 'a token of many letters';
    const guarded = await open({ environment: 'production', metricsToken });
    const answers = ['', 'Bearer ', 'Bearer a token of many letter', `Bearer ${metricsToken}x`, `Bearer ${token}`, metricsToken];
    for (const authorization of answers) expect(await status(guarded.url, { authorization })).toBe(401);
    expect(await status(guarded.url, { authorization: `Bearer ${metricsToken}` })).toBe(200);
    await guarded.close();
  });

  test('moves to a port of its own, with health checks', async () => {
    const moved = await open({ environment: 'production', metricsPort: 0 });
    expect(await status(moved.url)).toBe(404);
    expect(await status(moved.statusUrl!)).toBe(200);
    expect((await fetch(`${moved.statusUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${moved.statusUrl}/graphql`)).status).toBe(404);
    await moved.close();
    await expect(fetch(`${moved.statusUrl}/metrics`)).rejects.toThrow();
  });
});
