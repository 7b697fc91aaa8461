import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { addDays } from '../calendar-date.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { pageOf } from '../graphql/connection.type.ts';
import { documentLimits } from './limits.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const today = '2026-11-22';
let server: TestServer;
let token: string;
let before: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  for (const name of ['Globex', 'Initech']) await data.renewal(await data.customer({ name }), addDays(today, 60));
  token = await server.createToken(data.partnerId, 'ADMIN');
  before = await tableContents(server.database);
});
afterAll(async () => {
  expect(await tableContents(server.database)).toEqual(before);
  await server.close();
});
afterEach(async () => {
  const next = await server.query('{ upcomingContractChanges { totalCount } }', {}, { token });
  expect(next.body).toEqual({ data: { upcomingContractChanges: { totalCount: 2 } } });
});

const many = (count: number, each: (index: number) => string) => Array.from({ length: count }, (_, index) => each(index)).join(' ');

describe('a document over the limits is refused', () => {
  // Each level is cheap, so that the depth is the reason for the refusal.
  const nested = (levels: number) => `${'contractChanges(first: 1) { nodes { customer { '.repeat(levels)} id ${'} } } '.repeat(levels)}`;

  test.each([
    ['many aliases', `{ ${many(20, (i) => `a${i}: viewer { b: role c: role d: role }`)} }`, 'QUERY_TOO_COMPLEX'],
    [
      'many aliases of one field behind fragments',
      `{ ${many(10, (i) => `a${i}: viewer { ...F }`)} } fragment F on Viewer { ${many(6, (i) => `b${i}: role`)} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['many root fields', `{ ${many(21, (i) => `a${i}: __typename`)} }`, 'QUERY_TOO_COMPLEX'],
    [
      'many root fields behind a fragment',
      `{ ...F ...F ...G } fragment F on Query { ${many(10, (i) => `a${i}: __typename`)} } fragment G on Query { __typename }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'many mutations at once',
      `mutation { ${many(21, (i) => `a${i}: endAssociation(input: { customerId: "x" }) { userErrors { code } }`)} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['many directives', `{ viewer { ${many(51, () => `... @include(if: true) { role }`)} } }`, 'QUERY_TOO_COMPLEX'],
    ['many directives at one place', `{ viewer { role ${many(90, () => '@include(if: true)')} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['many unknown directives', `{ viewer { role ${many(300, (i) => `@d${i}`)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['deep nesting', `{ customers(first: 1) { nodes { ${nested(5)} } } }`, 'QUERY_TOO_COMPLEX'],
    [
      'fragments that double at each of 18 levels',
      `{ customers(first: 1) { nodes { ...F0 } } } ${many(18, (i) => `fragment F${i} on Customer { a: upcomingContractChanges { customer { ...F${i + 1} } } b: upcomingContractChanges { customer { ...F${i + 1} } } }`)} fragment F18 on Customer { id }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'rows of rows of rows',
      '{ customers(first: 100) { nodes { contractChanges(first: 100) { nodes { customer { contractChanges(first: 100) { nodes { id } } } } } } } }',
      'QUERY_TOO_COMPLEX',
    ],
    ['circular fragments', '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a circle of introspection',
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['many schemas', `{ ${many(3, (i) => `a${i}: __schema { queryType { name } }`)} }`, 'QUERY_TOO_COMPLEX'],
    ['many types of the schema', `{ ${many(13, (i) => `a${i}: __type(name: "Query") { name }`)} }`, 'QUERY_TOO_COMPLEX'],
    ['the schema with aliases', `{ __schema { types { ...T } } } fragment T on __Type { a: fields { name } }`, 'QUERY_TOO_COMPLEX'],
    ['more than 700 tokens', `{ viewer { ${many(696, () => 'role')} } }`, 'GRAPHQL_PARSE_FAILED'],
    ['more characters than the limit', `{ viewer { role } } #${'x'.repeat(documentLimits.characters)}`, 'QUERY_TOO_COMPLEX'],
    ['an operation without a root type', 'subscription { viewer }', 'OPERATION_RESOLUTION_FAILURE'],
    ['two operations without operationName', 'query A { viewer { role } } query B { viewer { role } }', 'OPERATION_RESOLUTION_FAILURE'],
  ])('(%s)', async (_, document, code) => {
    const answer = await server.query(document, {}, { token });
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.data ?? null).toBeNull();
    expect(answer.body.errors?.length).toBeGreaterThan(0);
    expect(answer.body.errors?.[0]?.extensions['code']).toBe(code);
  });

  test('but not a document at the limits', async () => {
    for (const document of [
      `{ viewer { ${many(documentLimits.aliases, (i) => `a${i}: role`)} } }`,
      `{ ${many(documentLimits.rootFields, (i) => `a${i}: __typename`)} }`,
      `{ viewer { ${many(documentLimits.directives, () => `... @include(if: true) { role }`)} } }`,
      `{ customers(first: 1) { nodes { ${nested(4)} } } }`,
      // The same field many times counts as one field.
      `{ viewer { ${many(695, () => 'role')} } }`,
    ]) {
      const { status, body } = await server.query(document, {}, { token });
      expect([status, body.errors]).toEqual([200, undefined]);
    }
  });
});

describe('a document that is slow to validate is validated in time', () => {
  const fits = (part: (index: number) => string, room: number, words: number) => many(Math.floor(room / words), part);
  const room = documentLimits.tokens - 20;

  test.each([
    ['one field repeated', `{ ${fits(() => 'viewer { role }', room, 4)} }`],
    ['one alias for one field repeated', `{ viewer { ${fits(() => 'a: role', room, 3)} } }`],
    ['one alias for two fields in turn', `{ viewer { ${fits((i) => (i % 2 ? 'a: role' : 'a: businessDate'), room, 3)} } }`],
    ['nested fields that overlap', `{ ${fits(() => 'viewer { partner { settings { pointOfContact { id } } } }', room, 13)} }`],
    [
      'arguments that overlap',
      `{ ${fits(() => 'upcomingContractChanges(filter: { and: [{ or: [{ not: {} }] }] }) { totalCount nodes { id } }', room, 30)} }`,
    ],
    ['arguments that differ', `{ ${fits((i) => `node(id: "${i}") { id }`, room, 9)} }`],
    [
      'a chain of fragments',
      `{ viewer { ...F0 } } ${fits((i) => `fragment F${i} on Viewer { role ...F${i + 1} }`, room, 9)} fragment F${Math.floor(room / 9)} on Viewer { role }`,
    ],
    [
      'a chain of fragments, each spread twice',
      `{ viewer { ...F0 } } ${fits((i) => `fragment F${i} on Viewer { ...F${i + 1} ...F${i + 1} }`, room, 10)} fragment F${Math.floor(room / 10)} on Viewer { role }`,
    ],
    [
      'fragments spread in each other',
      `{ viewer { ...F0 } } ${many(18, (i) => `fragment F${i} on Viewer { ${many(18, (j) => `...F${j}`)} }`)}`,
    ],
    [
      'many fragments side by side',
      `{ viewer { ${many(70, (i) => `...F${i}`)} } } ${many(70, (i) => `fragment F${i} on Viewer { role a: role }`)}`,
    ],
    ['inline fragments', `{ viewer { ${fits(() => '... { role }', room, 4)} } }`],
    ['unused variables', `query (${fits((i) => `$a${i}: Int`, room, 4)}) { viewer { role } }`],
    ['unknown fields', `{ ${fits((i) => `x${i}`, room, 1)} }`],
    ['a name as long as the document', `{ ${'x'.repeat(documentLimits.characters - 10)} }`],
    ['misspelled field names', `{ viewer { ${many(100, () => `businesDate${'x'.repeat(900)}`)} } }`],
    ['unknown enum values', `{ upcomingContractChanges(filter: { type: { in: [${fits((i) => `X${i}`, room, 1)}] } }) { totalCount } }`],
    [
      'a filter nested hundreds of levels deep',
      `{ upcomingContractChanges(filter: ${'{not:'.repeat(240)}{}${'}'.repeat(240)}) { totalCount } }`,
    ],
    ['a list nested hundreds of levels deep', `{ nodes(ids: ${'['.repeat(450)}${']'.repeat(450)}) { id } }`],
    ['a text as long as the document', `{ node(id: "${'\\u0041'.repeat(16_000)}") { id } }`],
    ['comments as long as the document', `{ ${`#${'.'.repeat(97)}\n`.repeat(990)} viewer { role } }`],
    ['more lines than any query needs', `${'\n'.repeat(97_000)} { viewer { ${'nothing '.repeat(300)} } }`],
    ['long names', `{ viewer { ${Array.from({ length: 10 }, (_, index) => `a${index}${'b'.repeat(9_000)}: role`).join(' ')} } }`],
  ])('(%s)', async (_, document) => {
    expect(document.length).toBeLessThanOrEqual(documentLimits.characters);
    let best = Infinity;
    // CPU time of this process, so that other load counts little. The best of ten, since V8 compiles the code first, and collects the garbage of
    // other test files meanwhile.
    for (let attempt = 0; attempt < 10 && best >= 100; attempt += 1) {
      const cpuBefore = process.cpuUsage();
      // The document differs each time, because a validated document is cached.
      const { status, body } = await server.query(`${document} ${' '.repeat(attempt)}`, {}, { token });
      const { user, system } = process.cpuUsage(cpuBefore);
      best = Math.min(best, (user + system) / 1_000);
      expect([200, 400]).toContain(status);
      for (const error of body.errors ?? []) expect(error.extensions['code']).not.toBe('INTERNAL_SERVER_ERROR');
    }
    expect(best).toBeLessThan(100);
  });
});

test.each([
  [
    'more lines than any query needs',
    `${'\n'.repeat(1_000)}{ viewer { role } }`,
    'QUERY_TOO_COMPLEX',
    'A query can have at most 1000 lines.',
  ],
  ['a long name', `{ viewer { ${'a'.repeat(101)}: role } }`, 'GRAPHQL_VALIDATION_FAILED', 'A name can have at most 100 characters.'],
])('a document with %s is refused', async (_, document, code, message) => {
  const { status, body } = await server.query(document, {}, { token });
  expect([status, body.errors!.map((error) => [error.extensions['code'], error.message])]).toEqual([400, [[code, message]]]);
});

test('a cursor that no list gave is refused by its length, where a mutation reads lists too', () => {
  expect(() => pageOf({ after: 'x'.repeat(10_001) })).toThrow('This cursor is malformed');
  expect(pageOf({ before: 'x'.repeat(10_000) })).toMatchObject({ isBackward: true });
});

test('what is remembered of documents does not keep them in memory', async () => {
  const used = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const usedBefore = used();
  // Some of them stay as validated documents.
  for (let number = 0; number < 400; number += 1) {
    const { status } = await server.query(`query ANameOfSomeLength${number} { viewer { role } }${' '.repeat(90_000)}`, {}, { token });
    expect(status).toBe(200);
  }
  expect(used() - usedBefore).toBeLessThan(15);
});
