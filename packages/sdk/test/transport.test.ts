// Long: a table of answers, each with its error, and the cases around it.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { parse } from 'graphql';
import {
  AbortError,
  ConnectionError,
  createClient,
  GraphQLRequestError,
  RateLimitError,
  RenewalsError,
  ResponseError,
  TimeoutError,
  UnavailableError,
  type ClientOptions,
} from '../src/index.ts';

const token = 'prk_secret.of-the_client~+/==';

type Reply = { status?: number; headers?: Record<string, string>; body?: unknown } | Error | 'never';

const rows = {
  upcomingContractChanges: { businessDate: '2026-11-22', totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] },
};
const answered: Reply = { body: { data: rows } };

/** A client whose fetch returns these replies in order, with its requests and events. */
function clientOf(replies: readonly Reply[], options: Partial<ClientOptions> = {}) {
  const sent: { headers: Record<string, string>; signal: AbortSignal; credentials?: string | undefined; at: number }[] = [];
  const events: unknown[] = [];
  const fetch: ClientOptions['fetch'] = (_url, init) => {
    const { signal, credentials } = init!;
    sent.push({ headers: init?.headers as Record<string, string>, signal: signal!, credentials, at: Date.now() });
    const reply = replies[sent.length - 1] ?? answered;
    if (reply instanceof Error) return Promise.reject(reply);
    if (reply === 'never') return new Promise(() => {});
    const { status = 200, headers = {}, body } = reply;
    return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }));
  };
  const client = createClient({
    ...{ url: 'https://renewals.example/graphql', token, fetch },
    onRequest: (event) => events.push(event),
    onResponse: (event) => events.push(event),
    onRetry: (event) => events.push(event),
    ...options,
  } as ClientOptions);
  return { client, sent, events };
}

/** The outcome of a call. Advances the clock while the call waits. */
async function outcomeOf<T>(call: PromiseLike<T>): Promise<{ value?: T; error?: RenewalsError; ms: number }> {
  const begun = Date.now();
  const outcome = Promise.resolve(call).then(
    (value) => ({ value, ms: Date.now() - begun }),
    (error: RenewalsError) => ({ error, ms: Date.now() - begun }),
  );
  const settled: unknown[] = [];
  void outcome.then((it) => settled.push(it));
  for (let step = 0; step < 2000 && settled.length === 0; step += 1) await jest.advanceTimersByTimeAsync(100);
  return outcome;
}

const fault = (status: number, headers: Record<string, string> = {}, code = 'UNAVAILABLE'): Reply => ({
  ...{ status, headers },
  body: { errors: [{ message: `Status ${status}.`, extensions: { code } }] },
});
const importRunning = { message: 'An import is running.', extensions: { code: 'IMPORT_RUNNING' } };
const reset = () => Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }) });

const list = ({ client }: ReturnType<typeof clientOf>) => client.renewals.list();
const write = ({ client }: ReturnType<typeof clientOf>, options?: { idempotencyKey: string | null }) =>
  client.setCommunicationOwner({ customerId: 'cus_1', owner: null }, options);

describe('a temporary error', () => {
  withClock();

  test.each([
    ['429 with seconds', fault(429, { 'retry-after': '7' }, 'RATE_LIMITED'), RateLimitError, 7000],
    ['429 with a date', fault(429, { 'retry-after': new Date(Date.UTC(2026, 10, 22, 12, 0, 9)).toUTCString() }), RateLimitError, 9000],
    ['503 with seconds', fault(503, { 'retry-after': '2' }), UnavailableError, 2000],
    ['503 from a proxy', { status: 503, body: '<html>' }, UnavailableError, undefined],
    ['200 with UNAVAILABLE', fault(200, { 'retry-after': '3' }), UnavailableError, 3000],
    [
      '200 with IMPORT_RUNNING and data',
      { body: { data: { a: null }, errors: [importRunning, importRunning] } },
      UnavailableError,
      undefined,
    ],
    [
      '200 with IMPORT_RUNNING, data and seconds',
      { body: { data: { a: null }, errors: [{ ...importRunning, extensions: { ...importRunning.extensions, retryAfter: 5 } }] } },
      UnavailableError,
      5000,
    ],
    ['504 in a JSON of a proxy', { status: 504, body: { errors: 'timeout', message: 'timeout' } }, ResponseError, undefined],
    ['503 with a malformed Retry-After', fault(503, { 'retry-after': 'soon' }), UnavailableError, undefined],
    ['503 with a date of the past', fault(503, { 'retry-after': new Date(0).toUTCString() }), UnavailableError, undefined],
    ['a reset connection', reset(), ConnectionError, undefined],
    [
      'an HTML page from a proxy',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' },
      ResponseError,
      undefined,
    ],
    ['408', { status: 408, body: '' }, ResponseError, undefined],
    ['an attempt without a response', 'never' as const, TimeoutError, undefined],
  ])('is retried, and thrown only if it persists: %s', async (_name, reply: Reply, Fault, retryAfterMs) => {
    const passing = clientOf([reply, answered]);
    expect((await outcomeOf(list(passing))).value?.rows).toEqual([]);
    const waited = passing.sent[1]!.at - passing.sent[0]!.at;
    const least = retryAfterMs ?? 0;
    const most = retryAfterMs === undefined ? 31_000 : retryAfterMs + 500;
    expect([waited >= least, waited <= most]).toEqual([true, true]);
    jest.setSystemTime(Date.UTC(2026, 10, 22, 12));
    const staying = clientOf([reply, reply, reply, reply]);
    const { error } = await outcomeOf(list(staying));
    expect(error).toBeInstanceOf(Fault);
    expect(error).toMatchObject({ name: Fault.name, attempts: staying.sent.length, requestId: staying.sent[0]!.headers['x-request-id'] });
    expect(staying.sent).toHaveLength(3);
    expect(staying.sent.every(({ headers }) => headers['x-request-id'] === error!.requestId)).toBe(true);
  });

  test('is retried after growing, random waits when the server does not set the wait', async () => {
    const { sent, client } = clientOf([reset(), reset(), reset(), reset()], { maxRetries: 3 });
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    await outcomeOf(client.renewals.list());
    expect(sent.slice(1).map(({ at }, index) => at - sent[index]!.at)).toEqual([250, 500, 1000]);
  });

  test('is retried by each client at another time after Retry-After', async () => {
    const waits = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { client, sent } = clientOf([fault(503, { 'retry-after': '1' }), answered]);
        await outcomeOf(client.renewals.list());
        return sent[1]!.at - sent[0]!.at;
      }),
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
    expect(new Set(waits).size).toBeGreaterThan(5);
  });

  test('ends a call whose deadline would pass during the wait', async () => {
    const { error, ms } = await outcomeOf(list(clientOf([fault(503, { 'retry-after': '60' })], { deadlineMs: 30_000 })));
    expect(error).toBeInstanceOf(UnavailableError);
    expect([error!.retryAfterMs, error!.attempts, ms < 1000]).toEqual([60_000, 1, true]);
  });

  test('limits an attempt to the time left before the deadline', async () => {
    const late = clientOf(['never', 'never', 'never'], { timeoutMs: 20_000, deadlineMs: 30_000 });
    const { error, ms } = await outcomeOf(list(late));
    expect(error).toBeInstanceOf(TimeoutError);
    expect([late.sent.length, ms]).toEqual([2, expect.any(Number)]);
    expect(ms).toBeLessThanOrEqual(30_100);
    expect(late.sent.every(({ signal }) => signal.aborted)).toBe(true);
  });

  test('is not retried when the caller sets maxRetries to 0', async () => {
    const once = clientOf([reset()], { maxRetries: 0 });
    expect((await outcomeOf(list(once))).error).toMatchObject({ name: 'ConnectionError', code: 'ECONNRESET', attempts: 1 });
    expect(once.sent).toHaveLength(1);
  });
});

describe('a permanent error', () => {
  withClock();

  test('of GraphQL has the data that came with it', async () => {
    const errors = [{ message: 'Not for you.', path: ['viewer', 'partner', 'apiKeys'], extensions: { code: 'FORBIDDEN' } }];
    const { sent, client } = clientOf([{ body: { data: { viewer: { role: 'VIEWER' } }, errors } }]);
    const { error } = await outcomeOf(client.query({ viewer: { role: true } }));
    expect(error).toBeInstanceOf(GraphQLRequestError);
    expect(error).toMatchObject({
      message: 'Not for you.',
      code: 'FORBIDDEN',
      status: 200,
      data: { viewer: { role: 'VIEWER' } },
      errors,
      attempts: 1,
    });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['400', fault(400, {}, 'BAD_USER_INPUT'), GraphQLRequestError],
    ['401', fault(401, {}, 'UNAUTHENTICATED'), GraphQLRequestError],
    ['403 from a proxy', { status: 403, body: 'Forbidden' }, ResponseError],
    ['200 with an HTML page', { status: 200, body: '<html>' }, ResponseError],
    ['200 with an empty body', { status: 200, body: '' }, ResponseError],
    ['200 with null', { status: 200, body: 'null' }, ResponseError],
    ['200 with errors that are not GraphQL', { status: 200, body: { data: { a: 1 }, errors: [null, 'no'] } }, ResponseError],
    [
      'UNAVAILABLE beside an error that stays',
      { body: { errors: [importRunning, { message: 'No.', extensions: { code: 'FORBIDDEN' } }] } },
      GraphQLRequestError,
    ],
  ])('is not retried: %s', async (_name, reply: Reply, Fault) => {
    const asked = clientOf([reply]);
    const { error } = await outcomeOf(list(asked));
    expect(error).toBeInstanceOf(Fault);
    expect(asked.sent).toHaveLength(1);
  });
});

describe('an error names its likely cause', () => {
  withClock();
  afterEach(() => void Reflect.deleteProperty(globalThis, 'location'));

  test('of a browser that refuses a response of another origin', async () => {
    Object.defineProperty(globalThis, 'location', { value: { origin: 'http://localhost:5173' }, configurable: true });
    const refused = clientOf([new TypeError('Failed to fetch')], { maxRetries: 0 });
    expect((await outcomeOf(list(refused))).error?.message).toBe(
      "No response (no code). Check the url and the network. The server's CORS_ORIGINS may lack http://localhost:5173.",
    );
    const broken = clientOf([reset()], { maxRetries: 0 });
    expect((await outcomeOf(list(broken))).error?.message).toBe('No response (ECONNRESET). Check the url and the network.');
  });

  test('of a url that is not that of the API', async () => {
    const page = clientOf([{ status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' }]);
    expect((await outcomeOf(list(page))).error?.message).toBe('The response is not GraphQL (status 404, text/html). Check the url.');
  });

  test('of a client without url or token, or with a url that no request could have', () => {
    const create = createClient as (options?: object) => unknown;
    const message = 'Pass a url, and either a token or session: true.';
    const url = 'https://a.example/graphql';
    const neither = [{ url }, { url, session: false }, { url, token: '' }];
    for (const options of [undefined, {}, ...neither, { url, token, session: true }, { token }, { session: true }, { url: '', token }]) {
      expect(() => create(options)).toThrow(new RenewalsError(message));
    }
    for (const bad of [
      'localhost:4000/graphql',
      'ftp://a.example',
      'https://me:secret@a.example/graphql',
      'graphql',
      'https://',
      'http://a b/',
    ]) {
      expect(() => create({ url: bad, token })).toThrow(message);
    }
    for (const good of ['/graphql', 'http://127.0.0.1:4000/graphql', 'https://a.example/@b/graphql', 'HTTPS://a.example'])
      create({ url: good, token });
  });

  test('of a url that only fetch finds invalid, which is not retried', async () => {
    for (const url of ['http://[not-an-address]/graphql', 'http://a.example:99999/graphql', '/graphql']) {
      let count = 0;
      const counted: typeof fetch = (...request) => {
        count += 1;
        return fetch(...request);
      };
      const { error } = await outcomeOf(createClient({ url, token, fetch: counted }).renewals.list());
      expect([error?.code, count]).toEqual(['ERR_INVALID_URL', 1]);
    }
  });
});

describe("the caller's signal", () => {
  withClock();

  test('gives its reason to the error', async () => {
    const reason = new Error('The page was left.');
    const { error } = await outcomeOf(clientOf([]).client.renewals.list({}, { signal: AbortSignal.abort(reason) }));
    expect(error).toBeInstanceOf(AbortError);
    expect(error!.cause).toBe(reason);
  });

  test('ends a call in flight', async () => {
    const controller = new AbortController();
    const { client, sent } = clientOf(['never']);
    const call = client.renewals.list({}, { signal: controller.signal });
    setTimeout(() => controller.abort(), 1000);
    const { error, ms } = await outcomeOf(call);
    expect(error).toBeInstanceOf(AbortError);
    expect([error!.name, sent.length, sent[0]!.signal.aborted, ms <= 1100]).toEqual(['AbortError', 1, true, true]);
  });

  test('ends a call between two attempts', async () => {
    const controller = new AbortController();
    const { client, sent } = clientOf([fault(503, { 'retry-after': '20' })]);
    setTimeout(() => controller.abort(), 1000);
    const { error, ms } = await outcomeOf(client.renewals.summary({}, { signal: controller.signal }));
    expect(error).toBeInstanceOf(AbortError);
    expect([sent.length, ms <= 1100]).toEqual([1, true]);
  });

  test('prevents the request if it is already aborted', async () => {
    const { client, sent } = clientOf([]);
    const { error } = await outcomeOf(client.query({ viewer: { role: true } }, { signal: AbortSignal.abort() }));
    expect(error).toBeInstanceOf(AbortError);
    expect(sent).toHaveLength(0);
  });
});

describe('a write', () => {
  withClock();
  const done = { body: { data: { setCommunicationOwner: { userErrors: [], association: null, customer: null } } } };

  test('is retried with the same key', async () => {
    const bodies: { variables: { key: string } }[] = [];
    const { client } = clientOf([], {
      fetch: (_url, init) => {
        bodies.push(JSON.parse(init?.body as string) as (typeof bodies)[number]);
        return bodies.length < 3 ? Promise.reject(reset()) : Promise.resolve(new Response(JSON.stringify(done.body)));
      },
    });
    expect((await outcomeOf(client.setCommunicationOwner({ customerId: 'cus_1', owner: null }))).value).toMatchObject({
      ok: true,
      meta: { attempts: 3 },
    });
    expect(new Set(bodies.map(({ variables }) => variables.key)).size).toBe(1);
    expect(bodies[0]!.variables.key).toMatch(/^\d+(-\d+){3}$/);
  });

  test('is retried while the first request with its key is running, and then its outcome is unknown', async () => {
    const running = { __typename: 'InvalidInputError', code: 'IDEMPOTENCY_CONCURRENT_REQUEST', message: 'Running.', field: null };
    const busy = { body: { data: { setCommunicationOwner: { userErrors: [running], association: null, customer: null } } } };
    expect((await outcomeOf(write(clientOf(['never', busy, done], { timeoutMs: 1000 })))).value).toMatchObject({ ok: true });
    const { error } = await outcomeOf(write(clientOf([busy, busy, busy])));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ code: 'IDEMPOTENCY_CONCURRENT_REQUEST', attempts: 3 });
  });

  test('and nothing else is temporary because of its key: a read may list the codes', async () => {
    const data = { __type: { enumValues: [{ name: 'IDEMPOTENCY_CONCURRENT_REQUEST' }] } };
    const { client, sent } = clientOf([{ body: { data } }]);
    expect((await outcomeOf(client.request('{ __type(name: "UserErrorCode") { enumValues { name } } }'))).value).toEqual(data);
    expect(sent).toHaveLength(1);
  });

  test('is retried while an import is running', async () => {
    const asked = clientOf([{ status: 503, headers: { 'retry-after': '5' }, body: { errors: [importRunning] } }, done]);
    expect((await outcomeOf(write(asked))).value).toMatchObject({ ok: true, meta: { attempts: 2 } });
    expect(asked.sent[1]!.at - asked.sent[0]!.at).toBeGreaterThanOrEqual(5000);
  });

  test('is never retried without a key', async () => {
    for (const reply of [reset(), fault(503), fault(429), fault(200), { status: 502, body: '' }, 'never' as const]) {
      const asked = clientOf([reply]);
      expect((await outcomeOf(write(asked, { idempotencyKey: null }))).error).toBeInstanceOf(RenewalsError);
      const document = clientOf([reply]);
      expect((await outcomeOf(document.client.request('# query\nmutation Do { x }'))).error).toBeInstanceOf(RenewalsError);
      expect([asked.sent.length, document.sent.length]).toEqual([1, 1]);
    }
  });

  test('in a parsed document is known as one', async () => {
    const node = parse('mutation Do { x }', { noLocation: true });
    const once = clientOf([reset()]);
    expect((await outcomeOf(once.client.request(node))).error).toBeInstanceOf(ConnectionError);
    expect(once.sent).toHaveLength(1);
    const keyed = clientOf([reset(), { body: { data: { x: 1 } } }]);
    expect((await outcomeOf(keyed.client.request(node, {}, { idempotencyKey: 'mine' }))).value).toEqual({ x: 1 });
    expect(keyed.sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', 'mine']);
    const read = clientOf([reset(), { body: { data: { x: 1 } } }]);
    expect((await outcomeOf(read.client.request(parse('query Do { x }', { noLocation: true })))).value).toEqual({ x: 1 });
  });

  test('with your own document is retried with a key, which is sent as a header', async () => {
    const { client, sent } = clientOf([reset(), { body: { data: { x: 1 } } }]);
    expect((await outcomeOf(client.request('mutation Do { x }', {}, { idempotencyKey: 'mine' }))).value).toEqual({ x: 1 });
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', 'mine']);
  });
});

describe('hooks', () => {
  withClock();

  test('see each attempt, its response and the wait for the next attempt', async () => {
    const { client, events } = clientOf([
      fault(503, { 'retry-after': '1' }),
      { body: { data: rows, extensions: { cost: { requested: 3 } } } },
    ]);
    const { value } = await outcomeOf(client.renewals.list({}, { requestId: 'mine' }));
    const same = { operation: 'Renewals', requestId: 'mine' };
    expect(events).toEqual([
      { ...same, attempt: 1 },
      { ...same, attempt: 1, status: 503, durationMs: expect.any(Number), cost: null },
      { ...same, attempt: 1, delayMs: expect.any(Number), error: expect.any(UnavailableError) },
      { ...same, attempt: 2 },
      { ...same, attempt: 2, status: 200, durationMs: expect.any(Number), cost: { requested: 3 } },
    ]);
    expect(value?.meta).toEqual({ requestId: 'mine', attempts: 2, cost: { requested: 3 } });
  });
});

describe('the token', () => {
  withClock();

  const shown = (thing: unknown) => {
    const error = thing as Error;
    return [
      inspect(thing, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(thing),
      error.stack,
      error.message,
      String(thing),
    ].join('\n');
  };

  test('is in no error, no log and no event of a hook', async () => {
    const echo = { message: `Bad header: Bearer ${token}`, extensions: { code: token } };
    const replies: Reply[] = [
      { status: 400, body: { errors: [echo], data: { said: token } } },
      { status: 200, body: { errors: [echo], data: { said: token } } },
      { status: 429, headers: { 'retry-after': '0' }, body: { errors: [echo] } },
      { status: 503, body: `<html>${token}</html>` },
      { status: 502, headers: { 'content-type': 'text/html' }, body: `<html>${token}</html>` },
      new TypeError(`Headers.append: "Bearer ${token}" is an invalid header value.`),
      Object.assign(new Error(token), { code: 'ECONNRESET', config: { headers: { authorization: token } }, cause: new Error(token) }),
      'never',
    ];
    for (const reply of replies) {
      const asked = clientOf(Array<Reply>(9).fill(reply));
      for (const call of [() => list(asked), () => write(asked, { idempotencyKey: null }), () => asked.client.request('{ a }')]) {
        const { error } = await outcomeOf(call());
        expect(error).toBeInstanceOf(RenewalsError);
        expect(shown(error)).not.toContain(token);
      }
      expect(shown(asked.events)).not.toContain(token);
      expect(shown(asked.client)).not.toContain(token);
    }
  });

  test('is cut out of a header, and no short token out of other text', async () => {
    const errors = [{ message: 'There are too many companies; got Bearer any.', extensions: { code: 'BAD_USER_INPUT' } }];
    const { error } = await outcomeOf(list(clientOf([{ status: 400, body: { errors } }], { token: 'any' })));
    expect(error!.message).toBe('There are too many companies; got [token].');
  });

  test('is refused without being shown if it is invalid in a header', async () => {
    for (const bad of ['two words', 'line\nbreak', '', 'ключ']) {
      const { client, sent } = clientOf([], { token: () => Promise.resolve(bad) });
      const { error } = await outcomeOf(client.renewals.summary());
      expect(error?.message).toBe('The token is empty or has invalid characters.');
      expect(sent).toHaveLength(0);
    }
  });

  test('is read for each attempt if it is a function', async () => {
    let count = 0;
    const { client, sent } = clientOf([reset(), answered], { token: () => `t${(count += 1)}` });
    await outcomeOf(client.renewals.list());
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer t1', 'Bearer t2']);
  });
});

describe('the session of a page', () => {
  withClock();
  const ofPage = { url: '/graphql', session: true, token: undefined } as const;

  test('goes as a cookie of the same origin, beside a header that no form can send', async () => {
    const paged = clientOf([reset()], { ...ofPage, headers: { 'x-more': 'yes' } });
    expect((await outcomeOf(list(paged))).value?.rows).toEqual([]);
    for (const { headers, credentials } of paged.sent) {
      expect([credentials, headers['x-renewals-page'], headers['x-more'], 'authorization' in headers]).toEqual([
        'same-origin',
        '1',
        'yes',
        false,
      ]);
    }
    expect(paged.sent).toHaveLength(2);
    const keyed = clientOf([]);
    await outcomeOf(list(keyed));
    // Runtimes without cookies refuse the option.
    expect([keyed.sent[0]!.credentials, keyed.sent[0]!.headers['x-renewals-page']]).toEqual([undefined, undefined]);
  });

  test('that has ended is UNAUTHENTICATED, at once', async () => {
    const { client, sent } = clientOf([fault(401, {}, 'UNAUTHENTICATED')], ofPage);
    const { error } = await outcomeOf(client.query({ viewer: { role: true } }));
    expect(error).toBeInstanceOf(GraphQLRequestError);
    expect([error!.code, sent.length]).toEqual(['UNAUTHENTICATED', 1]);
  });

  test('leaves what the server says as it is, and no origin is missing in its CORS_ORIGINS', async () => {
    Object.defineProperty(globalThis, 'location', { value: { origin: 'https://a.example' }, configurable: true });
    const said = { body: { errors: [{ message: 'Bearer undefined is no Bearer token.', extensions: { code: 'FORBIDDEN' } }] } };
    expect((await outcomeOf(list(clientOf([said], ofPage)))).error?.message).toBe('Bearer undefined is no Bearer token.');
    const gone = clientOf([new TypeError('Failed to fetch')], { ...ofPage, maxRetries: 0 });
    expect((await outcomeOf(list(gone))).error?.message).toBe('No response (no code). Check the url and the network.');
    Reflect.deleteProperty(globalThis, 'location');
  });
});

test('a repeated cursor ends the list', async () => {
  const page = {
    data: { upcomingContractChanges: { ...rows.upcomingContractChanges, pageInfo: { hasNextPage: true, endCursor: 'same' } } },
  };
  const { client, sent } = clientOf([{ body: page }, { body: page }, { body: page }, { body: page }]);
  expect(await client.renewals.list().toArray()).toEqual([]);
  expect(sent).toHaveLength(2);
});

describe('over a real connection', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const serve = (listener: RequestListener) =>
    new Promise<string>((resolve) => {
      server = createServer(listener).listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server!.address() as AddressInfo).port}/`));
    });

  test('a request is retried when its connection breaks before or during the response', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count += 1;
      if (count === 1) request.socket.destroy();
      else if (count === 2) response.writeHead(200, { 'content-length': 100 }).write('{"da', () => response.destroy());
      else response.end(JSON.stringify({ data: rows }));
    });
    const page = await createClient({ url, token }).renewals.list();
    expect([page.totalCount, page.meta.attempts]).toEqual([0, 3]);
  });

  test('an attempt that takes too long closes its connection', async () => {
    const closed = new Promise<void>((resolve) => void serveHolding(resolve));
    const url = await urlOf;
    const call = createClient({ url, token, timeoutMs: 100, maxRetries: 0 }).renewals.summary();
    await expect(call).rejects.toThrow('No response within 100 ms. Retry later, or raise timeoutMs or deadlineMs.');
    await closed;
  });

  let urlOf: Promise<string>;
  const serveHolding = (onClose: () => void) => (urlOf = serve((request) => void request.socket.on('close', onClose)));
});

/** Gives a group of tests a clock that they advance. */
function withClock() {
  beforeEach(() => void jest.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12) }));
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });
}
