/** One entry of `errors` in a GraphQL response. */
export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  /** `code` comes from a closed list: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, INVALID_CURSOR, QUERY_TOO_COMPLEX, … */
  readonly extensions?: { readonly code?: string; readonly retryAfter?: number };
}

/** Details of a failed request: never headers, variables or the token. */
export interface FaultDetails {
  /** The cause, for programs: the server's error code, or a network code such as ECONNRESET. */
  readonly code?: string | undefined;
  /** HTTP status of the last response; undefined without a response. */
  readonly status?: number | undefined;
  /** Identifies the request in the server's log. */
  readonly requestId?: string | undefined;
  /** How often it was sent. */
  readonly attempts?: number | undefined;
  /** Milliseconds to wait before a retry, as the server requests. */
  readonly retryAfterMs?: number | undefined;
  /** The errors of the response. */
  readonly errors?: readonly GraphQLFault[] | undefined;
  /** The data that came with the errors. */
  readonly data?: unknown;
  /** The reason of the caller's AbortSignal. */
  cause?: unknown;
}

/** Base of all errors of this client. If two copies of this package may be loaded, check `name` instead of `instanceof`. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the constructor assigns the details
export class RenewalsError extends Error {
  constructor(message: string, details?: FaultDetails & { readonly unknown?: readonly string[] }) {
    super(message);
    Object.assign(this, details);
  }
}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the constructor assigns the details
export interface RenewalsError extends FaultDetails {}

/** A column does not exist; `unknown` has the names. Thrown before a request is sent. */
export class ColumnError extends RenewalsError {
  override readonly name = 'ColumnError';
  /** Names that match no column. */
  declare readonly unknown: readonly string[];
}

/** A selection is malformed. Thrown before a request is sent. */
export class SelectionError extends RenewalsError {
  override readonly name = 'SelectionError';
}

/** No response in time: `timeoutMs` limits one attempt, `deadlineMs` all attempts. */
export class TimeoutError extends RenewalsError {
  override readonly name = 'TimeoutError';
}

/** The caller's AbortSignal ended the call, in flight or between attempts. */
export class AbortError extends RenewalsError {
  override readonly name = 'AbortError';
}

/** The server is unreachable, or the connection broke; `code` has the cause, such as ECONNRESET. */
export class ConnectionError extends RenewalsError {
  override readonly name = 'ConnectionError';
}

/** 429: the partner's rate limit is reached; see `retryAfterMs`. */
export class RateLimitError extends RenewalsError {
  override readonly name = 'RateLimitError';
}

/** The server is overloaded or unavailable, or an import is running (503, UNAVAILABLE, IMPORT_RUNNING); see `retryAfterMs`. */
export class UnavailableError extends RenewalsError {
  override readonly name = 'UnavailableError';
}

/** The response is not GraphQL, such as the error page of a proxy. */
export class ResponseError extends RenewalsError {
  override readonly name = 'ResponseError';
}

/** The GraphQL response has `errors`; `data` has the data that came with them. */
export class GraphQLRequestError extends RenewalsError {
  override readonly name = 'GraphQLRequestError';
}
