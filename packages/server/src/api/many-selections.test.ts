import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { PoolClient } from 'pg';
import { addDays } from '../calendar-date.ts';
import { readConfig } from '../config.ts';
import { createReader } from '../database/reader.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { createApollo } from './apollo.ts';
import { createBuckets } from './cost.bucket.ts';
import { buildApiSchema } from './schema.ts';
import { ValidatedDocuments } from './validated-documents.ts';

// Caches are shared by all partners. The server runs without HTTP here, so that a plugin sees which queries graphql-js executes.

const today = '2026-11-22';
const documents = new ValidatedDocuments();
let database: TestDatabase;
let apollo: ReturnType<typeof createApollo>;
let executed = 0;
const named: boolean[] = [];
/** Whose time was charged, for each query that was compiled. */
const charged: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const config = readConfig({ NODE_ENV: 'test', COST_BUCKET: '999999999', COST_RESTORE_PER_SECOND: '999999999' });
  const buckets = createBuckets({ size: config.costBucket, restoredPerSecond: config.costRestorePerSecond });
  apollo = createApollo({
    ...{
      schema: buildApiSchema(),
      config,
      log: pino({ level: 'silent' }),
      onFault: () => {},
      charge: ({ credentialId }) => void charged.push(credentialId),
    },
    ...{ buckets, documents },
  });
  apollo.addPlugin({ requestDidStart: async () => ({ executionDidStart: async () => void (executed += 1) }) });
  await apollo.start();
  const seen = new WeakSet<PoolClient>();
  database.pool.on('acquire', (client) => {
    if (seen.has(client)) return;
    seen.add(client);
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((statement: { name?: string; text?: string }, ...others: unknown[]) => {
      if (statement.text?.includes('findUpcoming')) named.push(statement.name !== undefined);
      return query(statement, ...others);
    }) as typeof client.query;
  });
});
afterAll(async () => {
  await apollo.stop();
  await database.close();
});

/** Asks for the upcoming changes of a new partner; returns which of the answers had a named statement and a compiled query. */
async function newPartner(name: string) {
  const data = await TestData.of(database.pool, { name, passedThrough: today });
  await data.renewal(await data.customer({ name: 'Globex' }), addDays(today, 60));
  const viewer = { partnerId: data.partnerId, role: 'VIEWER', partnerUserId: null, credentialId: name } as const;
  return async (query: string, times: number, variables: Record<string, unknown>[] = [], { hasErrors = false } = {}) => {
    const answers = [];
    for (let time = 0; time < times; time += 1) {
      [executed, named.length] = [0, 0];
      documents.priceOf(query, data.partnerId);
      const contextValue = {
        pool: database.pool,
        reader: createReader(database.pool, viewer, today),
        businessTimeZone: 'UTC',
        now: () => 0,
        mail: { isSent: false, vendorAddress: null },
        requestId: 'test',
        payment: { points: 0, values: 0, calls: 0, introspectionMs: 0 },
        idempotencyKey: null,
        forgetSession: () => {},
        loaders: new Map(),
      };
      const { body } = await apollo.executeOperation({ query, ...(variables[time] && { variables: variables[time] }) }, { contextValue });
      if (body.kind !== 'single') throw new Error('The answer has parts.');
      expect(body.singleResult.errors !== undefined).toBe(hasErrors);
      answers.push(`${named.every(Boolean) ? 'named' : 'unnamed'}, ${executed === 0 ? 'compiled' : 'not compiled'}`);
    }
    return answers;
  };
}

const leaves = ['status', 'type', 'renewalDeadline', 'effectiveDate', 'statusReason', 'version', 'communicationOwner', 'renewalStartDate'];
const further = ['daysUntilDeadline', 'daysUntilEffective', 'lateCancellationRequest', 'id'];
/** Another selection for each number. */
const pageWith = (number: number) =>
  `{ page: upcomingContractChanges { nodes { ${[...leaves, ...further].filter((_, bit) => ((number + 1) >> bit) % 2 === 1).join(' ')} } } }`;

const first = 'unnamed, not compiled';
const fast = 'named, compiled';

test('a repeated query is compiled and has a named statement, also while nobody else asks', async () => {
  const ask = await newPartner('Alone');
  expect(await ask(pageWith(0), 3)).toEqual([first, fast, fast]);
});

test('a query is compiled for each value of its conditions, not for those of other directives; its viewer is charged with the time', async () => {
  const ask = await newPartner('Directives');
  const variables = [true, true, true, false, false].map((isShown, index) => ({ key: `key ${index}`, isShown }));
  const keyed = 'query ($key: String!) { viewer { role @idempotent(key: $key) } }';
  const conditional = 'query ($isShown: Boolean!) { viewer { role @include(if: $isShown) businessDate } }';
  const compilations = async (document: string) => {
    const before = charged.length;
    await ask(document, variables.length, variables);
    return charged.slice(before);
  };
  expect([await compilations(keyed), await compilations(conditional)]).toEqual([['Directives'], ['Directives', 'Directives']]);
});

test('a query with ever other conditions is compiled twenty times at most for a partner, and still for the others', async () => {
  const [ask, askBeside] = [await newPartner('Conditions'), await newPartner('Beside')];
  const names = ['a', 'b', 'c', 'd', 'e'];
  const document = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { viewer { role ${names
    .map((name) => `${name}: businessDate @include(if: $${name})`)
    .join(' ')} } }`;
  const variables = Array.from({ length: 65 }, (_, index) =>
    Object.fromEntries(names.map((name, bit) => [name, (((index + 1) >> 1) & (1 << bit)) !== 0])),
  );
  const before = charged.length;
  await ask(document, variables.length, variables);
  expect(charged.slice(before)).toEqual(Array(20).fill('Conditions'));
  const last = variables.at(-1)!;
  await askBeside(document, 2, [last, last]);
  expect(charged.slice(before + 20)).toEqual(['Beside']);
});

test('a condition that is null is refused as by graphql-js, and costs the others no compiled query', async () => {
  const [ask, askBeside] = [await newPartner('Null'), await newPartner('Not null')];
  const document = 'query ($isShown: Boolean = true) { viewer { role @include(if: $isShown) businessDate } }';
  const nulls = Array.from({ length: 30 }, () => ({ isShown: null }));
  const before = charged.length;
  const answers = await ask(document, nulls.length, nulls, { hasErrors: true });
  expect(answers.filter((each) => each.endsWith('not compiled'))).toHaveLength(nulls.length);
  await askBeside(document, 3, [{ isShown: true }, { isShown: true }, { isShown: true }]);
  expect(charged.slice(before)).toEqual(['Not null']);
});

test.each([130, 1_000])(
  'after %i selections of one viewer, the pages of others are compiled and have named statements',
  async (count) => {
    const [attacker, calm, late] = [
      await newPartner(`Many ${count}`),
      await newPartner(`Calm ${count}`),
      await newPartner(`Late ${count}`),
    ];
    const ofCalm = pageWith(10 + count);
    expect(await calm(ofCalm, 3)).toEqual([first, fast, fast]);
    for (let number = 0; number < count; number += 1) await attacker(pageWith(3_000 + number), 3);
    // A round over all selections, too.
    for (let number = 0; number < count; number += 1) await attacker(pageWith(3_000 + number), 1);
    expect(await calm(ofCalm, 2)).toEqual([fast, fast]);
    expect(await late(pageWith(1 + count), 3)).toEqual([first, fast, fast]);
    // A connection gives back the names that it no longer uses: at most those of reads and writes are left.
    const { rows } = await database.pool.query<{ count: number }>('select count(*)::int from pg_prepared_statements');
    expect(rows[0]!.count).toBeLessThanOrEqual(201);
  },
  60_000,
);
