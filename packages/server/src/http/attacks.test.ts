import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
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
  server = await startTestServer({ businessDate: today });
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

describe('a request that the API does not support', () => {
  test.each([
    ['a mutation in a GET', () => send('GET', query(mutation())), 405],
    [
      'a mutation beside a query in a GET',
      () => send('GET', `${query(`query Q { viewer { role } } ${mutation().replace('mutation', 'mutation M')}`)}&operationName=M`),
      405,
    ],
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
    ['a mutation in the URL of a POST', () => send('POST', query(mutation()), json, '{}'), 400],
    ['a document as application/graphql', () => send('POST', '', { 'content-type': 'application/graphql' }, mutation()), 415],
    [
      'no content type',
      () => send('POST', '', { 'content-type': '' }, new TextEncoder().encode(JSON.stringify({ query: mutation() }))),
      415,
    ],
    [
      'a malformed content type',
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
      415,
    ],
    [
      'bytes that are not UTF-8',
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
    ['a document that is not a string', () => send('POST', '', json, '{"query":{"kind":"Document"}}'), 400],
    ['variables that are a list', () => send('POST', '', json, '{"query":"{ viewer { role } }","variables":[1]}'), 400],
    ['variables that are a string', () => send('POST', '', json, '{"query":"{ viewer { role } }","variables":"{}"}'), 400],
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
      'a body over the limit',
      () => send('POST', '', json, JSON.stringify({ query: mutation(), extensions: { padding: 'x'.repeat(1_000_000) } })),
      413,
    ],
    [
      'a persisted query',
      () => send('POST', '', json, `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'0'.repeat(64)}"}}}`),
      200,
    ],
    ['a compressed body', () => send('POST', '', { ...json, 'content-encoding': 'gzip' }, new Uint8Array(1_000)), 415],
  ])('(%s) is refused in GraphQL’s shape', async (_, attack, status) => {
    const startedAt = performance.now();
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
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(({} as { role?: string }).role).toBeUndefined();
  });
});

describe('text with a meaning in SQL', () => {
  const search = async (text: string) => {
    const { body } = await server.query(
      'query ($text: String) { upcomingContractChanges(query: $text) { totalCount } }',
      { text },
      { token },
    );
    return body.data?.upcomingContractChanges
      ? (body.data.upcomingContractChanges.totalCount as number)
      : body.errors?.map((error) => error.extensions['code'] as string);
  };

  test('is literal in a search', async () => {
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
      '🏴'.repeat(40),
    ]) {
      expect({ text, found: await search(text) }).toEqual({ text, found: text === '%' ? 1 : 0 });
    }
    for (const text of ['a\0b', '\ud800', '\udc00x'.repeat(50)]) expect(await search(text)).toEqual(['BAD_USER_INPUT']);
  });

  test('is an invalid id, cursor and Hub ID', async () => {
    for (const text of [
      "cus_' or '1'='1",
      'cus_00000000-0000-0000-0000-000000000000; drop table partner',
      'cus_\0',
      '../../etc/passwd',
      '__proto__',
      'constructor',
      'x'.repeat(10_000),
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
