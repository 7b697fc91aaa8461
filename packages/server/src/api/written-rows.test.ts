import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { generateSelections } from '../../testing/generated-selections.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTwins, type Twins } from '../../testing/twin-servers.ts';
import { buildApiSchema } from './schema.ts';

// graphql-js, the reference, answers a query the first time. From then on a compiled function answers it, and the rows of its lists are
// written from the bytes of PostgreSQL.

const today = '2026-11-22';
// GENERATED_QUERIES=1000 GENERATED_SEED=7 looks further; a failure names the query.
const count = Number(process.env['GENERATED_QUERIES'] ?? 40);
const seed = Number(process.env['GENERATED_SEED'] ?? 20_261_122);
const schema = buildApiSchema();
let database: TestDatabase;
let partnerId: string;
let twins: Twins;
const ask: Twins['ask'] = async (...request) => await twins.ask(...request);

const oddTexts = [
  '"',
  '\\',
  'a\nb\tc\r',
  '\u0001\u001f\u007f',
  '\u2028\u2029',
  '😀 \u{10ffff}',
  '__proto__',
  '</script>',
  'é'.repeat(120),
  '\\u0000',
];

beforeAll(async () => {
  database = await createTestDatabase();
  const data = await TestData.of(database.pool, { name: 'Acme "quoted"', passedThrough: today });
  partnerId = data.partnerId;
  await data.together(async () => {
    for (const [index, text] of [...oddTexts, 'Plain', 'Two'].entries()) {
      const website = index % 3 === 0 ? {} : { website: `https://c${index}.example/` };
      const customerId = await data.customer({
        name: `${text} ${index}`,
        ...website,
        ...(index % 4 === 0 && { owner: 'PARTNER' as const }),
      });
      if (index % 2 === 0) await data.user(customerId, { name: `Contact ${text}`, isPrimaryContact: true });
      const terms = index % 5 === 0 ? { mrr: '0.10', currency_code: 'USD', max_contacts: 2 ** 31 - 1 } : {};
      const { id } = await data.renewal(customerId, addDays(today, 20 + 5 * index), terms);
      if (index % 3 === 1) await data.decide(id, index % 2 === 0 ? 'ACCEPT' : 'REQUEST_CANCELLATION', addDays(today, -3));
      await data.changeOf(customerId, await data.contract(customerId), { type: 'EMAIL_OVERAGE', effective_date: addDays(today, 30) });
    }
  });
  await database.superuserPool.query(
    `update customer_association set ended_at = now() where customer_id in (select id from customer where name like 'Two%')`,
  );
  twins = startTwins(schema, { pool: database.pool, partnerId, today });
});
afterAll(async () => {
  await twins.stop();
  await database.close();
});

const usual = ['', 'first: 3', 'last: 4', 'first: 100'];
const changes = [
  ...usual,
  'first: 5, orderBy: [{ field: CUSTOMER_NAME }]',
  'first: 4, asOf: "2026-11-30"',
  'last: 3, orderBy: { field: WEBSITE }',
];
const fields = {
  upcomingContractChanges: changes,
  customers: ['', 'first: 2', 'query: "plain"'],
  endedCustomers: [''],
  reminders: [''],
  suppressions: [''],
};

test(`${count} generated pages, written from bytes, are answered byte for byte as graphql-js answers them`, async () => {
  const next = generateSelections(schema, seed, { fields, listShare: 0.04 });
  const ways = await twins.compare(next, count);
  // A form with conditions is compiled one time later.
  for (const each of ways) expect([each[2], each[3], each[5]]).toEqual([each[1]! || each[2], false, each[2]]);
  expect(ways.filter((each) => each[2]).length).toBeGreaterThan(count / 2);
}, 900_000);

const nodes = '{ nodes { id customer { name } status } }';
const status = '$a: ContractChangeStatus';
test.each<[string, string, string, Record<string, unknown>, Record<string, unknown>]>([
  ['an object', status, 'filter: { status: { eq: $a } }', { a: 'PENDING' }, { a: 'RENEWED' }],
  ['an object, where it is missing', status, 'filter: { status: { eq: $a } }', {}, { a: 'PENDING' }],
  ['an object, where it is null', status, 'filter: { status: { eq: $a } }', { a: null }, { a: 'PENDING' }],
  ['an object, with a default', `${status} = CONFIRMED`, 'filter: { status: { eq: $a } }', {}, { a: null }],
  ['a list', `${status}!`, 'filter: { status: { in: [CONFIRMED, $a] } }', { a: 'PENDING' }, { a: 'RENEWED' }],
  ['an object in place of a list', '$a: ContractChangeOrderField!', 'orderBy: { field: $a }', { a: 'WEBSITE' }, { a: 'STATUS' }],
  [
    ...(['objects in lists', '$a: [ContractChangeStatus!]', 'filter: { not: { and: [{ status: { in: $a } }] } }'] as const),
    ...([{ a: ['CONFIRMED'] }, { a: ['PENDING', 'RENEWED'] }] as const),
  ],
  [
    ...(['an object, beside an argument', `$b: Int!, ${status}`, 'first: $b, filter: { status: { eq: $a } }'] as const),
    ...([
      { a: 'PENDING', b: 2 },
      { a: 'PENDING', b: 1 },
    ] as const),
  ],
])('a variable inside of %s has the value of each request', async (_, declared, given, variables, others) => {
  const document = `query (${declared}) { upcomingContractChanges(${given}) ${nodes} }`;
  const first = await twins.executions({ document, variables });
  expect(first.texts).toEqual([first.expected.text]);
  expect(first.others[1]!.isWritten).toBe(true);
  // The other server does not know this text, so graphql-js answers.
  const expected = await ask(1, { document: `${document} # once`, variables: others });
  expect((await ask(0, { document, variables: others })).text).toBe(expected.text);
});

test('another operation of the document does not decide how a query is answered', async () => {
  const document = `query A { upcomingContractChanges ${nodes} }
    query B($a: Boolean!) { upcomingContractChanges { nodes { id status @include(if: $a) } } }
    query C { __schema { queryType { name } } }`;
  const { expected, others, texts } = await twins.executions({ document, operationName: 'A' });
  expect(texts).toEqual([expected.text]);
  expect(others[1]!.isWritten).toBe(true);
});

test('a value computed for each viewer is written as that viewer may see it', async () => {
  const query = { document: '{ upcomingContractChanges(first: 100) { nodes { id availableActions } } }', variables: {} };
  const expected = { ADMIN: await ask(0, query, 'ADMIN'), VIEWER: await ask(1, query, 'VIEWER') };
  expect(expected.ADMIN.text).toContain('"ACCEPT"');
  expect(expected.VIEWER.text).not.toContain('"ACCEPT"');
  for (const server of [0, 1] as const) {
    // A query is compiled at its second use, here for the other role.
    await ask(server, query, server === 0 ? 'VIEWER' : 'ADMIN');
    for (const role of ['VIEWER', 'ADMIN', 'VIEWER'] as const) {
      const { text, isWritten } = await ask(server, query, role);
      expect({ text, isWritten }).toEqual({ text: expected[role].text, isWritten: true });
    }
  }
});

test('a value under many aliases has room in its row', async () => {
  const where = `where partner_id = $1 and customer_name like 'Plain%'`;
  await database.superuserPool.query(`update dashboard_row set customer_name = customer_name || repeat('é', 4000) ${where}`, [partnerId]);
  const aliases = Array.from({ length: 30 }, (_, index) => `n${index}: name`).join(' ');
  const query = { document: `{ upcomingContractChanges { nodes { customer { ${aliases} } } } }`, variables: {} };
  const expected = await ask(0, query);
  // The buffer grows with the first written answer, so later ones would have room in any case.
  expect(await ask(0, query)).toEqual({ text: expected.text, isWritten: true });
});

test("a null where none may be gets graphql-js's error and path, and the query is answered with objects from then on", async () => {
  await database.superuserPool.query(`alter table dashboard_row alter customer_name drop not null`);
  const where = `where partner_id = $1 and customer_name like 'Plain%'`;
  await database.superuserPool.query(`update dashboard_row set customer_name = null ${where}`, [partnerId]);
  const query = { document: '{ upcomingContractChanges { edges { node { type customer { called: name } } } } }', variables: {} };
  const answers: { text: string; isWritten: boolean }[] = [];
  for (let time = 0; time < 4; time += 1) answers.push(await ask(0, query));
  expect(answers[0]!.text).toMatch(/^{"errors":\[{.*"edges",\d+,"node","customer","called"/);
  expect(answers).toEqual(answers.map(() => ({ text: answers[0]!.text, isWritten: false })));
});
