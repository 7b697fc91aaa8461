import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { Temporal } from 'temporal-polyfill';
import { createApiKey } from '../src/api-key/api-key.queries.ts';
import type { ViewerRole } from '../src/access/role.rules.ts';
import { readConfig, type Config } from '../src/config.ts';
import type { ReportedCost } from '../src/api/limits.plugin.ts';
import { serializeError } from '../src/process/log.ts';
import { sampleQuery } from '../src/http/explorers/prefill.ts';
import { startServer } from '../src/http/server.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export type GraphqlAnswer = {
  status: number;
  headers: Headers;
  // Each test's expectations check the body.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: { data?: any; errors?: { message: string; path?: (string | number)[]; extensions: Record<string, any> }[]; extensions?: any };
  text: string;
  /** `extensions.cost`; `body` and `text` leave it out, since the bucket's content differs between requests. */
  cost?: ReportedCost;
};

export type TestServer = {
  url: string;
  /** The address of METRICS_PORT, if it is set. */
  statusUrl: string | null;
  database: TestDatabase;
  /** The lines of the server's log so far. */
  log: readonly Record<string, unknown>[];
  /** Moves the clock to noon of that date in the server's time zone. */
  setBusinessDate(date: string): void;
  /** Returns the partner's uuid. */
  createPartner(name: string): Promise<string>;
  /** Returns a key; with `partnerUserId` it belongs to that user. */
  createToken(partnerId: string, role: ViewerRole, options?: { partnerUserId?: string; expiresAt?: Date }): Promise<string>;
  /** POST /graphql, with the key if given. */
  query(
    document: string,
    variables?: Record<string, unknown>,
    options?: { token?: string; headers?: Record<string, string> },
  ): Promise<GraphqlAnswer>;
  close(): Promise<void>;
};

// Tests send more requests, and more at once, than people do. The limits have their own tests.
const unlimited = {
  COST_BUCKET: '999999999',
  COST_RESTORE_PER_SECOND: '999999999',
  COST_PER_DATABASE_MS: '0',
  MAX_REQUESTS_IN_WORK: '10000',
};

/** The secret of the links that the server verifies. */
export const testLinkSecret = 'the secret of all links in the tests';

/** The real server on a free port, with its own database and a clock that a test sets. */
export async function startTestServer(options: {
  businessDate: string;
  timeZone?: string;
  config?: Partial<Config>;
  requestTimeoutMs?: number;
  /** By default a server closes at once: its tests have no clients that must hear of it. */
  lingerMs?: number;
  mostDays?: number;
  /** By default no test lasts that long: its clock may go back, and partners of a later part must not pass to the day of an earlier one. */
  surveyMs?: number;
  /** The database of another server, as of another process; it stays open. */
  database?: TestDatabase;
  /** By which remembered keys and sessions expire. */
  monotonic?: () => number;
  /** The key of the sample partner. */
  sampleKey?: string;
  /** The time since the machine started stands still, so that `setBusinessDate` is a jump of the clock. */
  isClockSet?: boolean;
}): Promise<TestServer> {
  const { timeZone = 'UTC' } = options;
  const database = options.database ?? (await createTestDatabase());
  const log: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      log.push(JSON.parse(line.toString()) as Record<string, unknown>);
      done();
    },
  });
  let date = options.businessDate;
  const now = () => Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: '12:00' }).epochMilliseconds;
  const server = await startServer({
    config: {
      ...readConfig({
        NODE_ENV: 'test',
        PORT: '0',
        BUSINESS_TIME_ZONE: timeZone,
        EXPLORERS: 'off',
        LINK_SECRET: testLinkSecret,
        ...unlimited,
      }),
      ...options.config,
    },
    database,
    ...(options.requestTimeoutMs && { requestTimeoutMs: options.requestTimeoutMs }),
    now,
    sinceBoot: options.isClockSet ? () => 0 : now,
    ...(options.mostDays && { mostDays: options.mostDays }),
    lingerMs: options.lingerMs ?? 0,
    ...(options.monotonic && { monotonic: options.monotonic }),
    ...(options.sampleKey && { prefill: { ...sampleQuery, apiKey: options.sampleKey } }),
    surveyMs: options.surveyMs ?? 24 * 60 * 60_000,
    log: pino({ base: null, serializers: { err: serializeError } }, stream),
  });
  return {
    url: server.url,
    statusUrl: server.statusUrl,
    database,
    log,
    setBusinessDate: (next) => void (date = next),
    async createPartner(name) {
      const id = randomUUID();
      await database.superuserPool.query('insert into partner (id, name, passed_through) values ($1, $2, $3)', [id, name, date]);
      return id;
    },
    async createToken(partnerId, role, { partnerUserId = null as string | null, expiresAt = null as Date | null } = {}) {
      return (await createApiKey(database.pool, partnerId, { role, partnerUserId, expiresAt, actor: 'test' })).key;
    },
    async query(document, variables, { token, headers } = {}) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
        body: JSON.stringify({ query: document, variables }),
      });
      const full = await response.text();
      const { extensions: { cost, ...extensions } = {} as GraphqlAnswer['body']['extensions'], ...rest } = JSON.parse(
        full,
      ) as GraphqlAnswer['body'];
      const body = { ...rest, ...(Object.keys(extensions).length > 0 && { extensions }) };
      return { status: response.status, headers: response.headers, body, text: cost ? JSON.stringify(body) : full, cost };
    },
    async close() {
      await server.close();
      if (!options.database) await database.close();
    },
  };
}
