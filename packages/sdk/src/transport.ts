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

/** Cost of a request and the partner's rate limit after it, in points. */
export interface Cost {
  readonly requested: number;
  /** Maximum points of one request. */
  readonly limit: number;
  readonly bucket: { readonly size: number; readonly remaining: number; readonly restoredPerSecond: number };
}

/** Details of an answered call. */
export interface Meta {
  /** Identifies the request in the server's log. */
  readonly requestId: string;
  readonly attempts: number;
  /** State of the rate limit; null if the server did not send it. */
  readonly cost: Cost | null;
}

/** A request, for hooks: never headers, variables or the token. */
export interface RequestEvent {
  readonly operation: string | undefined;
  /** Number of the attempt; the first is 1. */
  readonly attempt: number;
  readonly requestId: string;
}

/** Options of one call; they override the client's. */
export interface CallOptions {
  /** Aborts the call, also while it waits for the next attempt. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for all attempts and the waits between them. Default: 90,000. */
  readonly deadlineMs?: number | undefined;
  /** Maximum number of retries after temporary errors. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Sent as X-Request-Id. Default: a random id. */
  readonly requestId?: string | undefined;
}

/** Options that all clients have. */
export interface CommonOptions extends Omit<CallOptions, 'signal' | 'requestId'> {
  /** URL of the GraphQL endpoint, such as https://renewals.example.com/graphql. */
  readonly url: string;
  /** With an operator's key: the id of the partner to act for. */
  readonly partnerId?: string | undefined;
  /** More headers for each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Replaces the global fetch. */
  readonly fetch?: typeof fetch | undefined;
  /** Called before each attempt. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Called after each response, with any status. */
  readonly onResponse?:
    | ((event: RequestEvent & { readonly status: number; readonly durationMs: number; readonly cost: Cost | null }) => void)
    | undefined;
  /** Called before each wait for a retry. */
  readonly onRetry?: ((event: RequestEvent & { readonly delayMs: number; readonly error: RenewalsError }) => void) | undefined;
}

/** Options of a client that has a token. */
export interface TokenOptions extends CommonOptions {
  /** An API key or a sign-on token (JWT), or a function that returns one. The function is called for each attempt. */
  readonly token: string | (() => string | Promise<string>);
  readonly session?: false | undefined;
}

/** Options of a client in a page of the server itself. */
export interface SessionOptions extends CommonOptions {
  /** true: requests carry the session cookie of the page instead of a token. */
  readonly session: true;
  readonly token?: undefined;
}

/** Options of a client: either a token or a session. */
export type ClientOptions = TokenOptions | SessionOptions;

/** @internal A document to send, and whether it may be retried. */
export interface Operation {
  readonly query: string;
  readonly variables?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A result with the details of its call. */
export type Answered<T> = T extends unknown ? { readonly [Key in keyof (T & HasMeta)]: (T & HasMeta)[Key] } : never;

interface HasMeta {
  /** Details of the call. */
  readonly meta: Meta;
}

/** @internal */
export type Answer<T> = { readonly data: T; readonly meta: Meta };

/** @internal */
export type Send = <T>(operation: Operation, call?: CallOptions) => Promise<Answer<T>>;

type Body = { data?: unknown; errors?: readonly GraphQLFault[]; extensions?: { cost?: Cost } };

/** @internal 128 random bits, as text. */
export const randomId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** @internal Creates a function that sends documents. It keeps options and token to itself, so that no error or log can show them. */
export function createTransport(options: ClientOptions): Send {
  // A page may give a path of its own origin.
  if (!/^(https?:\/\/[^\s/@]+)?(\/\S*)?$/i.test(options?.url || ' ') || !options.token === !options.session)
    throw new RenewalsError('Pass a url, and either a token or session: true.');
  return async <T>({ query, variables, headers }: Operation, call: CallOptions = {}) => {
    const { signal, requestId = randomId() } = call;
    const setting = (name: 'timeoutMs' | 'deadlineMs' | 'maxRetries', usual: number) => call[name] ?? options[name] ?? usual;
    const end = Date.now() + setting('deadlineMs', 90_000);
    const { partnerId, session } = options;
    const body = JSON.stringify({ query, variables });
    let event: RequestEvent = { operation: /^\s*\w+\s+(\w+)/.exec(query)?.[1], attempt: 1, requestId };
    const known = <D extends object>(details?: D) => ({ requestId, attempts: event.attempt, ...(details as D) });

    /**
     * The result of `work`, within a time limit. Rejects when the caller's signal aborts, or after `ms` milliseconds; without work it then
     * resolves. In each case the signal given to `work` aborts.
     */
    const within = (ms: number, work?: (ended: AbortSignal) => Promise<Answer<T>>) => {
      const controller = new AbortController();
      let abort: () => void;
      let timer: ReturnType<typeof setTimeout>;
      return new Promise<Answer<T>>((resolve, reject) => {
        abort = () => reject(new AbortError('The caller aborted the call.', known({ cause: signal?.reason as unknown })));
        if (signal?.aborted) return abort();
        signal?.addEventListener('abort', abort);
        const late = () => new TimeoutError(`No response within ${ms} ms. Retry later, or raise timeoutMs or deadlineMs.`, known());
        // A timer with a longer delay would fire at once.
        timer = setTimeout(() => (work ? reject(late()) : resolve(undefined as never)), Math.min(ms, 2 ** 31 - 1));
        work?.(controller.signal).then(resolve, reject);
      }).finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        controller.abort();
      });
    };

    const attempt = async (ended: AbortSignal): Promise<Answer<T>> => {
      const token = typeof options.token === 'function' ? await options.token() : options.token;
      // The error that fetch throws for an invalid header would show the token.
      if (!session && !/^[\w.~+/=-]+$/.test(token!)) throw new RenewalsError('The token is empty or has invalid characters.');
      options.onRequest?.(event);
      const begun = Date.now();
      let response: Response;
      let text: string;
      try {
        response = await (options.fetch ?? fetch)(options.url, {
          method: 'POST',
          headers: {
            ...options.headers,
            ...(partnerId && { 'x-partner-id': partnerId }),
            ...headers,
            ...{ 'content-type': 'application/json', 'x-request-id': requestId },
            // The server takes a cookie only with a header that no form and no other origin can send.
            ...(session ? { 'x-renewals-page': '1' } : { authorization: `Bearer ${token}` }),
          },
          ...(session && { credentials: 'same-origin' }),
          body,
          signal: ended,
        });
        text = await response.text();
        // Other text may contain a short token by chance.
        if (token) text = text.replaceAll(token.length > 15 ? token : `Bearer ${token}`, '[token]');
      } catch (error) {
        // Only the code: the messages of other libraries may contain secrets.
        const { code, cause } = error as { code?: string; cause?: { code?: string } };
        const reason = cause?.code ?? code;
        // Browsers do not tell code why they refuse a response.
        const hint = globalThis.location && !reason && !session ? ` The server's CORS_ORIGINS may lack ${location.origin}.` : '';
        throw new ConnectionError(`No response (${reason ?? 'no code'}). Check the url and the network.${hint}`, known({ code: reason }));
      }
      const { status } = response;
      const { data, errors, extensions } = parse(text);
      const cost = extensions?.cost ?? null;
      options.onResponse?.({ ...event, status, durationMs: Date.now() - begun, cost });
      // A user error says that nothing was changed, which is not known as long as the first request with the key runs.
      const temporary = /code":"(IDEMPOTENCY_CON\w+)/.exec(text)?.[1];
      if (data && !errors?.length && response.ok && !temporary) return { data: data as T, meta: known({ cost }) };

      // Where only some fields failed, they tell it.
      const after = response.headers.get('retry-after') ?? String(errors?.[0]?.extensions?.retryAfter);
      // Retry-After is in seconds, or a date; NaN without it.
      const retryAfterMs = Math.max(0, Number(after) * 1000 || Date.parse(after) - Date.now()) || undefined;
      const code = temporary ?? errors?.[0]?.extensions?.code;
      const isUnavailable = errors?.every((each) => /^(UNAVAIL|IMPORT_R)/.test(each.extensions?.code ?? ''));
      const Fault =
        status === 429
          ? RateLimitError
          : status === 503 || temporary || isUnavailable
            ? UnavailableError
            : errors
              ? GraphQLRequestError
              : ResponseError;
      throw new Fault(
        errors?.map(({ message }) => message).join(' ') ||
          temporary ||
          `The response is not GraphQL (status ${status}, ${response.headers.get('content-type')}). Check the url.`,
        known({ status, code, retryAfterMs, errors, data }),
      );
    };

    for (; ; event = { ...event, attempt: event.attempt + 1 }) {
      try {
        return await within(Math.min(setting('timeoutMs', 30_000), end - Date.now()), attempt);
      } catch (error) {
        if (!(error instanceof RenewalsError)) throw error;
        const { code, name, retryAfterMs = 0, status = 0 } = error;
        // Random, also after Retry-After: the server tells many clients the same time.
        const delayMs = retryAfterMs + Math.random() * Math.min(8000, 250 * 2 ** event.attempt);
        const isTemporary = /^(Con|T|Ra|U)/.test(name) || status === 408 || status >= 500;
        const mayRetry = event.attempt <= setting('maxRetries', 2) && code !== 'ERR_INVALID_URL';
        if (!isTemporary || !mayRetry || Date.now() + delayMs >= end) throw error;
        options.onRetry?.({ ...event, delayMs, error });
        await within(delayMs);
      }
    }
  };
}

function parse(text: string): Body {
  try {
    const body = JSON.parse(text) as Body;
    // Throws if the errors are not GraphQL's.
    body.errors?.forEach(({ message }) => message.trim());
    return body;
  } catch {
    return {};
  }
}
