import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22', config: { corsOrigins: ['https://partners.example'] } });
  token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
});
afterAll(() => server.close());

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';
let asked = 0;

async function ask(traceparent: string, more: Record<string, string> = {}) {
  const requestId = `trace-${(asked += 1)}`;
  const { headers } = await server.query(
    '{ viewer { role } }',
    {},
    { token, headers: { traceparent, 'x-request-id': requestId, ...more } },
  );
  const line = server.log.find((each) => each['requestId'] === requestId);
  return { answered: headers.get('traceparent'), line: line! };
}

describe('a request of a trace', () => {
  test.each([
    ['sampled', `00-${traceId}-${parentId}-01`, '01'],
    ['not sampled', `00-${traceId}-${parentId}-00`, '00'],
    ['with flags that version 00 does not know', `00-${traceId}-${parentId}-ff`, '03'],
    ['of a later version with more parts', `cc-${traceId}-${parentId}-01-what-the-future-brings`, '01'],
  ])('%s is answered as a span of it, and its line names both', async (_, traceparent, flags) => {
    const { answered, line } = await ask(traceparent, { tracestate: 'vendor=opaque' });
    const [, spanId] = new RegExp(`^00-${traceId}-([0-9a-f]{16})-${flags}$`).exec(answered ?? '') ?? [];
    expect(spanId).toBeDefined();
    expect(spanId).not.toBe(parentId);
    expect(line).toMatchObject({ traceId, parentId, spanId });
  });

  test('is answered as such when it is refused, too', async () => {
    const { answered, line } = await ask(`00-${traceId}-${parentId}-01`, { authorization: 'Bearer nobody' });
    expect(answered).toContain(traceId);
    expect(line).toMatchObject({ status: 401, traceId });
  });

  test('of a page of another origin is allowed', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        ...{ origin: 'https://partners.example', 'access-control-request-method': 'POST' },
        'access-control-request-headers': 'authorization,traceparent,tracestate',
      },
    });
    expect(response.headers.get('access-control-allow-headers')).toMatch(/traceparent, tracestate/);
    const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { origin: 'https://partners.example' } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('traceparent');
  });
});

test.each([
  ...['', 'nonsense', `00-${traceId}-${parentId}`, `00-${traceId}-${parentId}-01-more`, `00-${traceId}-${parentId}-1`],
  ...[`ff-${traceId}-${parentId}-01`, `00-${'0'.repeat(32)}-${parentId}-01`, `00-${traceId}-${'0'.repeat(16)}-01`],
  ...[`00-${traceId.toUpperCase()}-${parentId}-01`, `0-${traceId}-${parentId}-01`, `cc-${traceId}-${parentId}-01.x`],
  ...[`00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`, `00-${traceId}${'a'.repeat(5_000)}-${parentId}-01`],
])('the malformed context "%.80s" is ignored', async (traceparent) => {
  const { answered, line } = await ask(traceparent);
  expect(answered).toBeNull();
  expect(line).toMatchObject({ status: 200 });
  for (const field of ['traceId', 'parentId', 'spanId']) expect(line).not.toHaveProperty(field);
});
