import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { addDays } from '../calendar-date.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
let server: TestServer;
let token: string;
let customerId: string;
let before: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today, requestWithinMs: 1_000 });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  const id = await data.customer({ name: "O'Hara 100%", website: 'ohara.example', hubId: '7' });
  await data.renewal(id, addDays(today, 60));
  customerId = `cus_${id}`;
  token = await server.createToken(data.partnerId, 'ADMIN');
  before = await tableContents(server.database);
});
afterAll(async () => {
  expect(await tableContents(server.database)).toEqual(before);
  await server.close();
});
afterEach(async () => {
  const { body } = await server.query('{ upcomingContractChanges { totalCount } }', {}, { token });
  expect(body).toEqual({ data: { upcomingContractChanges: { totalCount: 1 } } });
});

const mutation = () =>
  `mutation { setCommunicationOwner(input: { customerId: "${customerId}", owner: PARTNER }) { userErrors { message } } }`;

async function send(method: string, search: string, headers: Record<string, string> = {}, body?: string | Uint8Array<ArrayBuffer>) {
  const response = await fetch(`${server.url}/graphql${search}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  expect(text).not.toMatch(/\.[jt]s:\d+|node_modules|stack/);
  return {
    status: response.status,
    body: JSON.parse(text) as { data?: unknown; errors?: { message: string; extensions: { code: string } }[] },
  };
}

const json = { 'content-type': 'application/json' };
const query = (document: string) => `?query=${encodeURIComponent(document)}`;

describe('a request of another kind than the API takes', () => {
  test.each([
    ['a mutation in a GET', () => send('GET', query(mutation()), { 'apollo-require-preflight': 'yes' }), 405],
    ['a GET that a link of another site could send', () => send('GET', query('{ viewer { role } }')), 400],
    [
      'a mutation in a form',
      () =>
        send('POST', '', { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams({ query: mutation() }).toString()),
      415,
    ],
    [
      'a mutation in a form with files',
      () =>
        send(
          'POST',
          '',
          { 'content-type': 'multipart/form-data; boundary=x' },
          `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${mutation()}\r\n--x--`,
        ),
      415,
    ],
    ['a mutation as text', () => send('POST', '', { 'content-type': 'text/plain' }, JSON.stringify({ query: mutation() })), 400],
    ['a mutation in the address of a POST', () => send('POST', query(mutation()), json, '{}'), 400],
    ['a document as it is', () => send('POST', '', { 'content-type': 'application/graphql' }, mutation()), 415],
    [
      'no type of content',
      () => send('POST', '', { 'content-type': '' }, new TextEncoder().encode(JSON.stringify({ query: mutation() }))),
      415,
    ],
    [
      'a type of content that is none',
      () => send('POST', '', { 'content-type': 'application/json/json' }, JSON.stringify({ query: mutation() })),
      415,
    ],
    [
      'another charset',
      () =>
        send(
          'POST',
          '',
          { 'content-type': 'application/json; charset=utf-16' },
          new Uint8Array(Buffer.from(JSON.stringify({ query: mutation() }), 'utf16le')),
        ),
      400,
    ],
    [
      'bytes that are no UTF-8',
      () => send('POST', '', json, new Uint8Array(Buffer.from(`{"query":"mutation { x(y: \\"\xff\xfe\\") }"}`, 'latin1'))),
      400,
    ],
    ['a batch', () => send('POST', '', json, JSON.stringify([{ query: mutation() }, { query: mutation() }])), 400],
    ['an empty batch', () => send('POST', '', json, '[]'), 400],
    [
      'a batch of ten thousand',
      () => send('POST', '', json, JSON.stringify(Array.from({ length: 10_000 }, () => ({ query: '{ __typename }' })))),
      400,
    ],
    ['null', () => send('POST', '', json, 'null'), 400],
    ['a document that is no text', () => send('POST', '', json, '{"query":{"kind":"Document"}}'), 400],
    ['variables that are a list', () => send('POST', '', json, '{"query":"{ viewer { role } }","variables":[1]}'), 400],
    ['variables that are a text', () => send('POST', '', json, '{"query":"{ viewer { role } }","variables":"{}"}'), 400],
    [
      'a prototype to pollute',
      () => send('POST', '', json, '{"query":"{ viewer { role } }","variables":{"__proto__":{"role":"ADMIN"}}}'),
      400,
    ],
    [
      'a constructor to pollute',
      () => send('POST', '', json, '{"query":"{ viewer { role } }","variables":{"constructor":{"prototype":{"role":"ADMIN"}}}}'),
      400,
    ],
    [
      'a body beyond the limit',
      () => send('POST', '', json, JSON.stringify({ query: mutation(), extensions: { padding: 'x'.repeat(1_000_000) } })),
      413,
    ],
    [
      'a persisted query',
      () => send('POST', '', json, `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'0'.repeat(64)}"}}}`),
      200,
    ],
    ['compressed', () => send('POST', '', { ...json, 'content-encoding': 'gzip' }, new Uint8Array(1_000)), 400],
  ])('(%s) is refused in GraphQL’s shape', async (_, attack, status) => {
    const begun = performance.now();
    const answer = await attack();
    expect(answer).toEqual({
      status,
      body: {
        errors: [
          expect.objectContaining({
            message: expect.stringMatching(/./),
            extensions: { code: expect.stringMatching(/^(BAD_REQUEST|GRAPHQL_\w+|PERSISTED_QUERY_NOT_SUPPORTED)$/) },
          }),
        ],
      },
    });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(({} as { role?: string }).role).toBeUndefined();
  });
});

describe('what would mean something to the database', () => {
  const search = async (text: string) => {
    const { body } = await server.query(
      'query ($text: String) { upcomingContractChanges(query: $text) { totalCount } }',
      { text },
      { token },
    );
    return body.data
      ? (body.data.upcomingContractChanges.totalCount as number)
      : body.errors?.map((error) => error.extensions['code'] as string);
  };

  test('means itself in a search', async () => {
    expect(await search("o'hara 100%")).toBe(1);
    for (const text of [
      "' or 1=1 --",
      "'; drop table partner; --",
      '%',
      '_',
      '\\',
      '%%%',
      "o'hara 100_",
      'o_hara',
      '$1',
      '/* */',
      '\u202e',
      '\ud800',
      '\udc00x'.repeat(50),
      '🏴'.repeat(40),
    ]) {
      expect({ text, found: await search(text) }).toEqual({ text, found: text === '%' ? 1 : 0 });
    }
    expect(await search('a\0b')).toEqual(['BAD_USER_INPUT']);
  });

  test('is no id, no cursor and no Hub ID', async () => {
    for (const text of [
      "cus_' or '1'='1",
      'cus_00000000-0000-0000-0000-000000000000; drop table partner',
      'cus_\0',
      '\ud800',
      '../../etc/passwd',
      '__proto__',
      'constructor',
      'x'.repeat(50_000),
    ]) {
      const { status, body } = await server.query(
        'query ($id: ID!, $text: String!) { node(id: $id) { id } customer(by: { id: $id }) { id } upcomingContractChanges(after: $text) { totalCount nodes { id } } }',
        { id: text, text },
        { token },
      );
      expect([status, body.errors?.map((error) => error.extensions['code'])]).toEqual([200, ['INVALID_CURSOR']]);
      const hubId = await server.query('query ($hubId: HubID!) { customer(by: { hubId: $hubId }) { id } }', { hubId: text }, { token });
      expect(hubId.body.errors?.map((error) => error.extensions['code'])).toEqual(['BAD_USER_INPUT']);
    }
  });
});

describe('a request that comes slowly, or never ends', () => {
  test.each([
    ['headers', 'POST /graphql HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'],
    [
      'a body',
      () =>
        `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
      ' ',
    ],
    [
      'a body in chunks',
      () =>
        `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '1\r\n \r\n',
    ],
  ])('(%s) is given up', async (_, head, drop) => {
    const begun = performance.now();
    const answer = await trickle(typeof head === 'string' ? head : head(), drop);
    expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n[^]*"code":"BAD_REQUEST"/);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('keeps nobody else waiting: those who come slowly hold no place', async () => {
    const narrow = await startTestServer({
      businessDate: today,
      config: { maxRequestsInWork: 2, maxRequestsWaiting: 0 },
      requestWithinMs: 5_000,
    });
    const key = await narrow.createToken(await narrow.createPartner('Acme'), 'VIEWER');
    const port = Number(new URL(narrow.url).port);
    const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
    const slow = Array.from({ length: 2 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    for (const socket of slow) socket.write(head);
    const statuses: number[] = [];
    for (const begun = performance.now(); performance.now() - begun < 3_000 && !(statuses.at(-1) === 200 && statuses.length > 3);) {
      statuses.push((await narrow.query('{ viewer { role } }', {}, { token: key })).status);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(statuses).toContain(503);
    expect(statuses.at(-1)).toBe(200);
    for (const socket of slow) socket.destroy();
    await narrow.close();
  });

  function trickle(head: string, drop: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(head));
      const dripping = setInterval(() => socket.writable && socket.write(drop), 100);
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(dripping);
        resolve(answer);
      });
    });
  }
});

describe('a flood', () => {
  test('of headers is refused', async () => {
    const answers = await Promise.all([
      raw(`GET /graphql HTTP/1.1\r\nHost: x\r\n${Array.from({ length: 500 }, (_, i) => `X-${i}: ${'x'.repeat(50)}\r\n`).join('')}\r\n`),
      raw(`GET /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'x'.repeat(30_000)}\r\n\r\n`),
      raw(`GET /graphql?query=${'x'.repeat(30_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
    ]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  test('of requests smuggled into one is not understood', async () => {
    const answer = await raw(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).not.toContain('"ok"');
  });

  test('of connections that break off leaves nothing behind', async () => {
    const port = Number(new URL(server.url).port);
    await Promise.all(
      Array.from(
        { length: 200 },
        (_, i) =>
          new Promise<void>((resolve) => {
            const socket = connect(port, '127.0.0.1', () => {
              socket.write(
                `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n${i % 2 ? '{' : ''}`,
              );
              setTimeout(() => socket.destroy(), i % 20);
            });
            socket.on('error', () => {});
            socket.on('close', () => resolve());
          }),
      ),
    );
    expect((await server.query('{ viewer { role } }', {}, { token })).status).toBe(200);
  });

  function raw(text: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('error', () => {});
      socket.on('close', () => resolve(answer));
    });
  }
});
