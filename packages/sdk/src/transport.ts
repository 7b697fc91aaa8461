import {
  AbortError,
  ConnectionError,
  GraphQLRequestError,
  RateLimitError,
  RenewalsError,
  ResponseError,
  TimeoutError,
  UnavailableError,
  type GraphQLFault,
} from './errors.ts';

/** What a request cost, and what the partner's bucket holds after it, in points. */
export interface Cost {
  /** Points of this request. */
  readonly requested: number;
  /** Points that one request may cost. */
  readonly limit: number;
  readonly bucket: { readonly size: number; readonly remaining: number; readonly restoredPerSecond: number };
}

/** What is known of an answered call. */
export interface Meta {
  /** Names the request in the server's log. */
  readonly requestId: string;
  /** How many times it was sent. */
  readonly attempts: number;
  /** The state of the rate limit; null if the server did not tell. */
  readonly cost: Cost | null;
}

/** What hooks are told of a request: never headers, variables or the token. */
export interface RequestEvent {
  /** The name of the operation, if it has one. */
  readonly operation: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  readonly requestId: string;
}

/** How one call differs from what the client was created with. */
export interface CallOptions {
  /** Ends the call, also while it waits for the next attempt. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for an attempt; 30,000 unless set. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for all attempts and the waits between them; 90,000 unless set. */
  readonly deadlineMs?: number | undefined;
  /** How often a request is sent again after a fault that may pass; 2 unless set. */
  readonly maxRetries?: number | undefined;
  /** Sent as X-Request-Id; a random one unless set. */
  readonly requestId?: string | undefined;
}

/** What a client is created with. */
export interface ClientOptions extends Omit<CallOptions, 'signal' | 'requestId'> {
  /** The address of the GraphQL endpoint, such as https://renewals.example.com/graphql. */
  readonly url: string;
  /** An API key or a JWT, or a function that answers one; it is asked for each attempt. */
  readonly token: string | (() => string | Promise<string>);
  /** For the key of an operator: the id of the partner whose customers are meant. */
  readonly partnerId?: string | undefined;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Used in place of the global fetch. */
  readonly fetch?: typeof fetch | undefined;
  /** Called before each attempt. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Called after each answer, whatever its status. */
  readonly onResponse?:
    | ((event: RequestEvent & { readonly status: number; readonly durationMs: number; readonly cost: Cost | null }) => void)
    | undefined;
  /** Called before each wait for another attempt. */
  readonly onRetry?: ((event: RequestEvent & { readonly delayMs: number; readonly error: RenewalsError }) => void) | undefined;
}

/** A document, with what the transport has to know of it. */
export interface Operation {
  readonly query: string;
  readonly variables?: object | undefined;
  /** Null for a read; for a write its idempotency key, without which it is sent once. */
  readonly write?: { readonly key: string | undefined } | undefined;
  /** Whether the key goes as a header because the document does not have it. */
  readonly keyInHeader?: boolean | undefined;
}

export type Answer<T> = { readonly data: T; readonly meta: Meta };

export type Send = <T>(operation: Operation, call?: CallOptions) => Promise<Answer<T>>;

type Body = { data?: unknown; errors?: readonly GraphQLFault[]; extensions?: { cost?: Cost } };

/** 32 random hexadecimal digits. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join('');

/** Sends documents. Options and token stay in here, where nothing that is thrown or logged can show them. */
export function createTransport(options: ClientOptions): Send {
  return async <T>({ query, variables, write, keyInHeader }: Operation, call: CallOptions = {}) => {
    const { signal, requestId = randomId() } = call;
    const setting = (name: 'timeoutMs' | 'deadlineMs' | 'maxRetries', usual: number) => call[name] ?? options[name] ?? usual;
    const end = Date.now() + setting('deadlineMs', 90_000);
    const headers: Record<string, string> = { ...options.headers, 'content-type': 'application/json', 'x-request-id': requestId };
    if (options.partnerId) headers['x-partner-id'] = options.partnerId;
    if (keyInHeader && write?.key) headers['idempotency-key'] = write.key;
    const body = JSON.stringify({ query, variables });
    let event: RequestEvent = { operation: /^\s*\w+\s+(\w+)/.exec(query)?.[1], attempt: 1, requestId };
    const aborted = () => new AbortError('The call was ended by its caller.', { requestId, attempts: event.attempt });

    for (; ; event = { ...event, attempt: event.attempt + 1 }) {
      try {
        const ms = Math.min(setting('timeoutMs', 30_000), end - Date.now());
        const tooLate = () => new TimeoutError(`There was no answer within ${ms} ms.`, { requestId, attempts: event.attempt });
        return await within(ms, signal, aborted, (ended) => sendOnce<T>(options, { headers, body }, event, ended), tooLate);
      } catch (error) {
        if (!(error instanceof RenewalsError)) throw error;
        const delayMs = error.retryAfterMs ?? Math.random() * Math.min(8000, 250 * 2 ** event.attempt);
        const { name, status = 0 } = error;
        const mayPass = name === 'ConnectionError' || name === 'TimeoutError' || status === 408 || status === 429 || status >= 500;
        const maySendAgain = event.attempt <= setting('maxRetries', 2) && (!write || write.key);
        if (!mayPass || !maySendAgain || Date.now() + delayMs >= end) throw error;
        options.onRetry?.({ ...event, delayMs, error });
        await within(delayMs, signal, aborted);
      }
    }
  };
}

async function sendOnce<T>(
  options: ClientOptions,
  request: { headers: Record<string, string>; body: string },
  event: RequestEvent,
  signal: AbortSignal,
): Promise<Answer<T>> {
  const token = typeof options.token === 'function' ? await options.token() : options.token;
  // What fetch says of a header it cannot send would show it.
  if (!/^[\w.~+/=-]+$/.test(token)) throw new RenewalsError('The token is empty, or has characters that no bearer token can have.');
  options.onRequest?.(event);
  const begun = Date.now();
  const known = { requestId: event.requestId, attempts: event.attempt };
  let response: Response;
  let text: string;
  try {
    response = await (options.fetch ?? fetch)(options.url, {
      method: 'POST',
      headers: { ...request.headers, authorization: `Bearer ${token}` },
      body: request.body,
      signal,
    });
    text = await response.text();
  } catch (error) {
    // Only its code: messages of other people's errors can show anything.
    const { code, cause } = error as { code?: string; cause?: { code?: string } };
    const told = cause?.code ?? code ?? 'no code';
    throw new ConnectionError(`The server was not reached, or the connection broke (${told}).`, { ...known, code: told });
  }
  const { status } = response;
  let answer = parse(text);
  const cost = answer?.extensions?.cost ?? null;
  options.onResponse?.({ ...event, status, durationMs: Date.now() - begun, cost });
  if (answer?.data && !answer.errors && response.ok) return { data: answer.data as T, meta: { ...known, cost } };

  answer = parse(text.split(token).join('[token]'));
  const { errors, data } = answer ?? {};
  const code = errors?.[0]?.extensions?.code;
  const after = response.headers.get('retry-after');
  // Seconds, or a date.
  const retryAfterMs = after ? Math.max(0, Number.isNaN(Number(after)) ? Date.parse(after) - Date.now() : Number(after) * 1000) : undefined;
  const Fault = status === 429 ? RateLimitError : status === 503 ? UnavailableError : errors ? GraphQLRequestError : ResponseError;
  throw new Fault(
    errors?.map(({ message }) => message).join(' ') ??
      `The answer is not GraphQL (status ${status}, ${response.headers.get('content-type')}).`,
    { ...known, status, code, retryAfterMs: retryAfterMs || undefined, errors, data },
  );
}

function parse(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}

/**
 * What `work` answers, unless the caller's signal ends before; after so many milliseconds `tooLate`, or nothing if there is no work.
 * In each case the signal that work was given ends.
 */
function within(ms: number, signal: AbortSignal | undefined, aborted: () => Error): Promise<void>;
function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  aborted: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
  tooLate: () => Error,
): Promise<T>;
function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  aborted: () => Error,
  work?: (signal: AbortSignal) => Promise<T>,
  tooLate?: () => Error,
): Promise<T | void> {
  const controller = new AbortController();
  let end: () => void;
  let timer: ReturnType<typeof setTimeout>;
  return new Promise<T | void>((resolve, reject) => {
    end = () => reject(aborted());
    if (signal?.aborted) return end();
    signal?.addEventListener('abort', end);
    // Longer than timers can wait is for ever.
    timer = setTimeout(() => (tooLate ? reject(tooLate()) : resolve()), Math.min(ms, 2 ** 31 - 1));
    work?.(controller.signal).then(resolve, reject);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    controller.abort();
  });
}
