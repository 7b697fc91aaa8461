import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22', config: { corsOrigins: ['https://partners.example'] } });
  token = await server.createToken(await server.createPartner('Acme'), 'ADMIN');
});
afterAll(() => server.close());

const long = '{ dashboardColumns { key label description } }';
const short = '{ viewer { role } }';

/** Not `fetch`, which decodes the body. */
async function ask(query: string, headers: Record<string, string>) {
  const sent = request(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
  }).end(JSON.stringify({ query }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { headers: response.headers, body: await buffer(response) };
}

const columnsOf = (body: Buffer) => (JSON.parse(body.toString()) as { data: { dashboardColumns: unknown[] } }).data.dashboardColumns;

test.each([
  ['br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
  ['gzip;q=1, br;q=0.5', 'gzip', gunzipSync],
  ['br;q=0, *;q=0.1', 'gzip', gunzipSync],
])('an answer over 1 KB is compressed for a client that accepts %s', async (accepted, encoding, decompress) => {
  const { headers, body } = await ask(long, { 'accept-encoding': accepted });
  expect(headers).toMatchObject({
    ...{ 'content-encoding': encoding, 'content-length': String(body.length), vary: 'Origin, Accept-Encoding' },
    'content-type': expect.stringContaining('json'),
  });
  const plain = decompress(body);
  expect(columnsOf(plain)).toHaveLength(15);
  expect(body.length).toBeLessThan(plain.length / 2);
});

test.each(['', 'identity', 'deflate', 'gzip;q=0', 'identity, *;q=0', 'nonsense'])(
  'an answer is plain for a client that accepts only "%s"',
  async (accepted) => {
    const { headers, body } = await ask(long, { 'accept-encoding': accepted });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers).toMatchObject({ vary: 'Origin, Accept-Encoding', 'content-length': String(body.length) });
    expect(columnsOf(body)).toHaveLength(15);
  },
);

test.each([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
])('an answer over 64 KB is compressed as %s, too', async (encoding, decompress) => {
  const columns = '{ key label description german: description(locale: DE) values { value label } }';
  const { headers, body } = await ask(`{ ${Array.from({ length: 20 }, (_, n) => `a${n}: dashboardColumns ${columns}`).join(' ')} }`, {
    'accept-encoding': encoding,
  });
  expect(headers['content-encoding']).toBe(encoding);
  const plain = decompress(body);
  expect(plain.length).toBeGreaterThan(65_536);
  expect(Object.keys((JSON.parse(plain.toString()) as { data: object }).data)).toHaveLength(20);
});

test('a short answer is plain, since it would not be shorter', async () => {
  const { headers, body } = await ask(short, { 'accept-encoding': 'br, gzip' });
  expect(headers).not.toHaveProperty('content-encoding');
  expect(body.toString()).toContain('"role":"ADMIN"');
});

test('the log has the bytes that were sent', async () => {
  const { body } = await ask(long, { 'accept-encoding': 'br', 'x-request-id': 'compressed' });
  expect(server.log.find((line) => line['requestId'] === 'compressed')).toMatchObject({ bytes: body.length, status: 200 });
});
