import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  await data.customer({ name: 'Globex' });
  token = await server.createToken(data.partnerId, 'ADMIN');
});
afterAll(() => server.close());

test('a text is limited, and counts for each 100 characters at each use', async () => {
  const codes = async (document: string, variables: Record<string, unknown>) => {
    const { status, body } = await server.query(document, variables, { token });
    return [status, body.errors?.map((error) => error.extensions['code'])];
  };
  const [refused, accepted] = [
    [400, ['BAD_USER_INPUT']],
    [200, undefined],
  ];
  const uses = (ids: string) =>
    `query ($text: ID!) { ${Array.from({ length: 20 }, (_, at) => `a${at}: nodes(ids: [${ids}]) { id }`).join(' ')} }`;
  expect(await codes('query ($text: ID!) { node(id: $text) { id } }', { text: 'ä'.repeat(10_000) })).toEqual(accepted);
  expect(await codes('query ($text: ID!) { node(id: $text) { id } }', { text: 'ä'.repeat(10_001) })).toEqual(refused);
  expect(await codes(`{ node(id: "${'x'.repeat(10_001)}") { id } }`, {})).toEqual(refused);
  expect(await codes('{ viewer { role } }', { unused: 'ä'.repeat(10_001) })).toEqual(refused);
  // A text of 8,200 characters counts as 83 values: 60 of them as 4,980.
  expect(await codes(uses('$text'), { text: 'ä'.repeat(10_000) })).toEqual(accepted);
  expect(await codes(uses('$text, $text, $text'), { text: 'ä'.repeat(8_200) })).toEqual(accepted);
  expect(await codes(uses('$text, $text, $text'), { text: 'ä'.repeat(8_300) })).toEqual(refused);
});

test.each([
  ['upcomingContractChanges', 'upcomingContractChanges(query: $text) { totalCount }'],
  ['its rows', 'upcomingContractChanges(query: $text) { nodes { id } }'],
  ['the summary', 'upcomingContractChangesSummary(query: $text) { totalCount }'],
  ['customers', 'customers(query: $text) { totalCount }'],
  ['ended customers', 'endedCustomers(query: $text) { totalCount }'],
  ['users of a customer', 'customers(first: 1) { nodes { users(query: $text) { totalCount } } }'],
  ['reminders', 'reminders(filter: { recipient: $text }) { totalCount }'],
])('a search text has at most 200 characters (%s)', async (_, field) => {
  const search = async (text: string) =>
    (await server.query(`query ($text: String!) { ${field} }`, { text }, { token })).body.errors?.map(
      ({ extensions, message }) => `${extensions['code']}: ${message}`,
    );
  expect(await search('ä'.repeat(200))).toBeUndefined();
  expect(new Set(await search('ä'.repeat(201)))).toEqual(new Set(['BAD_USER_INPUT: A search text can have at most 200 characters.']));
});

test.each([
  [
    'accents in disorder, as the recipient of reminders',
    'reminders(filter: { recipient: $text }) { totalCount }',
    '\u0301'.repeat(5_000) + '\u0316'.repeat(5_000),
    ['BAD_USER_INPUT'],
  ],
  [
    'as many different letters, as a website',
    'customer(by: { website: $text }) { id }',
    String.fromCodePoint(...Array.from({ length: 10_000 }, (_, at) => 0x4e00 + at)),
    [],
  ],
])('a long text is refused before what takes the square of its length (%s)', async (_, field, text, codes) => {
  const fields = Array.from({ length: 20 }, (__, at) => `a${at}: ${field}`).join(' ');
  const cpuBefore = process.cpuUsage();
  const { status, body } = await server.query(`query ($text: String!) { ${fields} }`, { text }, { token });
  expect([status, new Set(body.errors?.map(({ extensions }) => extensions['code']))]).toEqual([200, new Set(codes)]);
  const { user, system } = process.cpuUsage(cpuBefore);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});
