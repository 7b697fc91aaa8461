import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../graphql/errors.ts';
import { refusalsOfRequests, type CountRequest, type Refusal, type RequestLine } from './request-line.ts';

export type RequestMetrics = {
  count: CountRequest;
  /** Counts a request that is refused before it is read. */
  countEarlyRefusal(): void;
  admissionSeconds: Histogram;
  showAdmission(load: () => { running: number; waiting: number }): void;
};

/** Every code, so that the type tells of a new one; what it counts as beside the refusals that the request itself notes. */
const refusalOfCode: Record<ErrorCode, string | null> = {
  UNAUTHENTICATED: 'credentials',
  FORBIDDEN: null,
  BAD_USER_INPUT: null,
  INVALID_CURSOR: null,
  AMBIGUOUS: null,
  BAD_REQUEST: null,
  GRAPHQL_PARSE_FAILED: null,
  GRAPHQL_VALIDATION_FAILED: null,
  OPERATION_RESOLUTION_FAILURE: null,
  PERSISTED_QUERY_NOT_SUPPORTED: null,
  QUERY_TOO_COMPLEX: 'complexity',
  RATE_LIMITED: 'rate',
  TIMEOUT: 'timeout',
  UNAVAILABLE: 'database',
  IMPORT_RUNNING: 'import',
  INTERNAL_SERVER_ERROR: null,
};

const buckets = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** The metrics of requests. Labels are words of the product, of its schema and of its routes: no client can add one. */
export function createRequestMetrics(registry: Registry): RequestMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'renewals_requests_total',
    help: 'GraphQL requests by root field and outcome: OK, ABORTED, or the code of the first error.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'renewals_request_seconds',
    help: 'Time until the answer of a GraphQL request was sent, by root field.',
    labelNames: ['operation'],
    buckets,
    registers,
  });
  const databaseSeconds = new Histogram({
    name: 'renewals_request_database_seconds',
    help: 'Time that a GraphQL request spent on its SQL statements, with waits for a connection.',
    buckets,
    registers,
  });
  const statements = new Counter({ name: 'renewals_statements_total', help: 'SQL statements of GraphQL requests.', registers });
  const cost = new Counter({
    name: 'renewals_cost_points_total',
    help: 'Points that operations, large answers and time of the database cost.',
    registers,
  });
  const refusals = new Counter({ name: 'renewals_refusals_total', help: 'Refused requests by reason.', labelNames: ['reason'], registers });
  // A rate needs the zero before the first one.
  for (const reason of [...refusalsOfRequests, ...Object.values(refusalOfCode)]) if (reason !== null) refusals.inc({ reason }, 0);
  const responses = new Counter({
    name: 'renewals_http_responses_total',
    help: 'HTTP responses by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });

  function countEarlyRefusal(): void {
    requests.inc({ operation: 'none', outcome: 'UNAVAILABLE' satisfies ErrorCode });
    refusals.inc({ reason: 'overload' satisfies Refusal });
    responses.inc({ route: '/graphql', status: 503 });
  }

  return {
    count({ routeOptions }, reply, line) {
      const route = routeLabel(routeOptions.url);
      responses.inc({ route, status: line.isAborted ? 'aborted' : reply.statusCode });
      if (route !== '/graphql') return;
      const operation = line.operationLabel ?? 'none';
      requests.inc({ operation, outcome: outcomeOf(line) });
      seconds.observe({ operation }, reply.elapsedTime / 1_000);
      databaseSeconds.observe(line.usage.ms / 1_000);
      statements.inc(line.usage.statements);
      if (line.cost !== undefined) cost.inc(line.cost);
      const reason = line.refusal ?? (isCode(line.code) ? refusalOfCode[line.code] : null);
      if (reason !== null) refusals.inc({ reason });
    },
    countEarlyRefusal,
    admissionSeconds: new Histogram({
      name: 'renewals_admission_wait_seconds',
      help: 'Time that requests waited for their turn to execute.',
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
      registers,
    }),
    showAdmission(load) {
      for (const state of ['running', 'waiting'] as const) {
        const gauge: Gauge = new Gauge({
          name: `renewals_requests_${state}`,
          help: `GraphQL requests that are ${state} now.`,
          registers,
          collect: () => gauge.set(load()[state]),
        });
      }
    },
  };
}

const isCode = (code: string | undefined): code is ErrorCode => code !== undefined && Object.hasOwn(refusalOfCode, code);

function outcomeOf({ isAborted, errors, code }: RequestLine): string {
  if (isAborted) return 'ABORTED';
  if (errors === undefined) return 'OK';
  return isCode(code) ? code : 'OTHER';
}

/** Each file of the page has its own route. */
const routeLabel = (url: string | undefined) => (url === undefined ? 'unknown' : url.startsWith('/assets/') ? '/assets/*' : url);
