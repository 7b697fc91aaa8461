import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { globalId } from '../graphql/global-id.ts';
import { findTracer } from '../process/tracing.ts';

const spans = new InMemorySpanExporter();
const today = '2026-11-27';
let server: TestServer;
let token: string;
let partnerId: string;
const tracerWithoutSdk = findTracer();
beforeAll(async () => {
  // As a file of `node --import` does before the server starts.
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  ({ partnerId } = data);
  await data.renewal(await data.customer({ name: 'Canary' }), '2027-02-01');
  token = await server.createToken(partnerId, 'ADMIN');
});
afterAll(async () => {
  await server.close();
  trace.disable();
});

const client = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

async function ask(document: string, headers: Record<string, string> = {}) {
  spans.reset();
  const answer = await server.query(document, {}, { token, headers });
  let request = spans.getFinishedSpans().find(({ kind }) => kind === SpanKind.SERVER);
  while (!request) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    request = spans.getFinishedSpans().find(({ kind }) => kind === SpanKind.SERVER);
  }
  const others = spans.getFinishedSpans().filter((each) => each !== request);
  return { answer, request, others, answered: answer.headers.get('traceparent') };
}

const page = 'query Page { upcomingContractChanges(query: "canary") { totalCount nodes { customer { name } } } }';

test('without an SDK there is no tracer', () => expect(tracerWithoutSdk).toBeNull());

test('a request is a span of the client’s trace, each statement a span below it, and no field has one', async () => {
  await ask(page);
  const { request, others, answered } = await ask(page, { traceparent: `00-${client.traceId}-${client.spanId}-01` });
  const { traceId, spanId } = request.spanContext();
  expect(traceId).toBe(client.traceId);
  expect(request.parentSpanContext).toMatchObject({ ...client, isRemote: true });
  expect(answered).toBe(`00-${traceId}-${spanId}-01`);
  expect(server.log.filter((line) => line['spanId'] === spanId)).toEqual([expect.objectContaining({ traceId, parentId: client.spanId })]);
  expect([request.name, request.status.code]).toEqual(['POST /graphql', SpanStatusCode.UNSET]);
  expect(request.attributes).toEqual({
    ...{ 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200 },
    ...{ 'graphql.operation.type': 'query', 'renewals.operation': 'upcomingContractChanges' },
    'renewals.partner.id': globalId('Partner', partnerId),
  });
  expect(others.map(({ name, kind }) => [name, kind])).toEqual(
    expect.arrayContaining([
      ['findUpcoming', SpanKind.CLIENT],
      ['countUpcoming', SpanKind.CLIENT],
    ]),
  );
  expect(others).toHaveLength(2);
  for (const each of others) expect(each.parentSpanContext?.spanId).toBe(spanId);
  expect(JSON.stringify([request, ...others].map(({ name, attributes }) => [name, attributes]))).not.toMatch(/canary/i);
});

test('a request without a trace begins one, which its answer tells', async () => {
  const { request, answered } = await ask(page);
  expect(request.parentSpanContext).toBeUndefined();
  expect(answered).toContain(request.spanContext().traceId);
});

test('a transaction has a span for each of its statements, also when it fails', async () => {
  const { others } = await ask(
    'mutation { updatePartnerSettings(input: { ownsAllTransactionalConversations: true }) { userErrors { message } } }',
  );
  expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(['inPartnerTransaction', 'commit']));
  await server.database.superuserPool.query('alter table customer rename column name to renamed');
  const { request, others: failed } = await ask('{ customers { nodes { name } } }');
  await server.database.superuserPool.query('alter table customer rename column renamed to name');
  expect(request.attributes['error.type']).toBe('INTERNAL_SERVER_ERROR');
  expect([request, ...failed].map(({ status }) => status.code)).toContain(SpanStatusCode.ERROR);
  expect(failed.some(({ status }) => status.code === SpanStatusCode.ERROR)).toBe(true);
});

test('health checks have no spans', async () => {
  spans.reset();
  await fetch(`${server.url}/readyz`);
  await ask('{ viewer { role } }');
  expect(spans.getFinishedSpans().map(({ name }) => name)).not.toContain('GET /readyz');
});
