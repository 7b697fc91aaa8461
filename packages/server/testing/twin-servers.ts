import type { GraphQLSchema } from 'graphql';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { createApollo } from '../src/api/apollo.ts';
import { createBuckets } from '../src/api/cost.bucket.ts';
import { ValidatedDocuments } from '../src/api/validated-documents.ts';
import type { CalendarDate } from '../src/calendar-date.ts';
import { readConfig } from '../src/config.ts';
import { createReader } from '../src/database/reader.ts';
import { WrittenAnswer } from '../src/graphql/written-answer.ts';

/** The answer as it leaves, and whether rows were written as bytes. */
type Answer = { text: string; isWritten: boolean };
type Request = { document: string; variables?: Record<string, unknown>; operationName?: string };

export type Twins = {
  ask(twin: 0 | 1, request: Request, role?: 'ADMIN' | 'VIEWER'): Promise<Answer>;
  /** The first answer of the first twin, which graphql-js gives; then three more of it, and three of the other, and the different texts of these. */
  executions(request: Request): Promise<{ expected: Answer; others: Answer[]; texts: string[] }>;
  /** Asks so many requests in this way. Throws at the first that is answered differently; returns which of the six answers were written. */
  compare(next: () => Request, count: number): Promise<boolean[][]>;
  stop(): Promise<void>;
};

/** Two servers of one partner. Neither knows the queries that the other has compiled: the second stands for a first one that has forgotten them. */
export function startTwins(
  schema: GraphQLSchema,
  { pool, partnerId, credentialId = 'test', today }: { pool: Pool; partnerId: string; credentialId?: string; today: CalendarDate },
): Twins {
  const config = readConfig({ NODE_ENV: 'test', COST_BUCKET: '999999999', COST_RESTORE_PER_SECOND: '999999999' });
  const buckets = createBuckets({ size: config.costBucket, restoredPerSecond: config.costRestorePerSecond });
  const start = () => {
    const documents = new ValidatedDocuments();
    return createApollo({ schema, config, log: pino({ level: 'silent' }), onFault: () => {}, charge: () => {}, buckets, documents });
  };
  const twins = [start(), start()] as const;
  const ask: Twins['ask'] = async (twin, { document, variables = {}, operationName }, role = 'ADMIN') => {
    const written = new WrittenAnswer();
    const viewer = { partnerId, role, partnerUserId: null, credentialId } as const;
    const contextValue = {
      ...{ pool, reader: createReader(pool, viewer, today), businessTimeZone: 'UTC', now: () => 0 },
      ...{
        mail: { isSent: false, vendorAddress: null },
        requestId: 'test',
        payment: { points: 0, values: 0, calls: 0, introspectionMs: 0 },
        idempotencyKey: null,
      },
      ...{ forgetSession: () => {}, loaders: new Map(), written },
    };
    const { body } = await twins[twin].executeOperation(
      { query: document, variables, ...(operationName && { operationName }) },
      { contextValue },
    );
    const { errors, data } = (body as { singleResult: { errors?: unknown; data?: unknown } }).singleResult;
    const text = JSON.stringify({ errors, data });
    const complete = written.complete(text).toString();
    return { text: complete, isWritten: complete !== text };
  };
  const executions: Twins['executions'] = async (request) => {
    const expected = await ask(0, request);
    const others: Answer[] = [];
    for (const twin of [0, 0, 0, 1, 1, 1] as const) others.push(await ask(twin, request));
    return { expected, others, texts: [...new Set(others.map(({ text }) => text))] };
  };
  return {
    ask,
    executions,
    async compare(next, count) {
      const ways: boolean[][] = [];
      for (let number = 0; number < count; number += 1) {
        const request = next();
        const { expected, others, texts } = await executions(request);
        if (expected.isWritten || texts.length !== 1 || texts[0] !== expected.text)
          throw new Error(`Answers differ: ${JSON.stringify({ request, expected, texts }, undefined, 2)}`);
        ways.push(others.map(({ isWritten }) => isWritten));
      }
      return ways;
    },
    async stop() {
      await Promise.all(twins.map((server) => server.stop()));
    },
  };
}
