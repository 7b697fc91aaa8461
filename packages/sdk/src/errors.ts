/** An entry of `errors` in a GraphQL answer. */
export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  /** `code` is of a closed list: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, INVALID_CURSOR, QUERY_TOO_COMPLEX, … */
  readonly extensions?: { readonly code?: string };
}

/** What is known of a request that failed: never headers, variables or the token. */
export interface FaultDetails {
  /** What is wrong, for programs: the server's code, if it says one. */
  readonly code?: string | undefined;
  /** The status of the last answer; undefined if there was none. */
  readonly status?: number | undefined;
  /** Names the request in the server's log. */
  readonly requestId?: string | undefined;
  /** How many times it was sent. */
  readonly attempts?: number | undefined;
  /** Milliseconds after which the server asks to be asked again. */
  readonly retryAfterMs?: number | undefined;
  /** What the server says, in its own words. */
  readonly errors?: readonly GraphQLFault[] | undefined;
  /** What was answered beside the errors. */
  readonly data?: unknown;
}

/** Everything that this client throws. Where two copies of this package may be loaded, `name` is safer to ask for than `instanceof`. */
export class RenewalsError extends Error {
  declare readonly code: FaultDetails['code'];
  declare readonly status: FaultDetails['status'];
  declare readonly requestId: FaultDetails['requestId'];
  declare readonly attempts: FaultDetails['attempts'];
  declare readonly retryAfterMs: FaultDetails['retryAfterMs'];
  declare readonly errors: FaultDetails['errors'];
  declare readonly data: unknown;

  constructor(message: string, details?: FaultDetails) {
    super(message);
    Object.assign(this, details);
  }
}

/** A column that there is not; thrown before anything is sent. `unknown` has the names. */
export class ColumnError extends RenewalsError {
  override readonly name = 'ColumnError';

  constructor(
    message: string,
    /** The names that are no columns. */
    readonly unknown: readonly string[],
  ) {
    super(message);
  }
}

/** A selection that no document can be made of; thrown before anything is sent. */
export class SelectionError extends RenewalsError {
  override readonly name = 'SelectionError';
}

/** No answer in time: within `timeoutMs` for an attempt, `deadlineMs` for all of them. */
export class TimeoutError extends RenewalsError {
  override readonly name = 'TimeoutError';
}

/** The caller's AbortSignal ended the call, in flight or between attempts. */
export class AbortError extends RenewalsError {
  override readonly name = 'AbortError';
}

/** The server was not reached, or the connection broke; `code` says how, such as ECONNRESET. */
export class ConnectionError extends RenewalsError {
  override readonly name = 'ConnectionError';
}

/** 429: the partner has asked for much in a short time; see `retryAfterMs`. */
export class RateLimitError extends RenewalsError {
  override readonly name = 'RateLimitError';
}

/** 503: the server has too much to do, or cannot be asked just now; see `retryAfterMs`. */
export class UnavailableError extends RenewalsError {
  override readonly name = 'UnavailableError';
}

/** An answer that is not GraphQL, such as the page of a proxy. */
export class ResponseError extends RenewalsError {
  override readonly name = 'ResponseError';
}

/** GraphQL answered `errors`; what it answered beside them is in `data`. */
export class GraphQLRequestError extends RenewalsError {
  override readonly name = 'GraphQLRequestError';
}
