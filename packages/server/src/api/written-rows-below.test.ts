import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getNamedType, getNullableType, isListType, isNonNullType, isObjectType, type GraphQLObjectType } from 'graphql';
import { generateSelections } from '../../testing/generated-selections.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTwins, type Twins } from '../../testing/twin-servers.ts';
import { createApiKey } from '../api-key/api-key.queries.ts';
import { addDays } from '../calendar-date.ts';
import { globalId } from '../graphql/global-id.ts';
import { buildApiSchema } from './schema.ts';

// Lists below single objects, such as a customer's timeline, leave as bytes as lists at the root do.

const today = '2026-11-22';
// GENERATED_QUERIES=1000 GENERATED_SEED=7 looks further; a failure names the query.
const count = Number(process.env['GENERATED_QUERIES'] ?? 40);
const seed = Number(process.env['GENERATED_SEED'] ?? 20_261_130);
const schema = buildApiSchema();
let database: TestDatabase;
let twins: Twins;
let customers: string[];
let change: string | undefined;
const fields: Record<string, readonly string[]> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  const data = await TestData.of(database.pool, { name: 'Acme "quoted"', passedThrough: today });
  const { id: credentialId } = await createApiKey(database.pool, data.partnerId, {
    ...{ role: 'ADMIN', partnerUserId: null, expiresAt: null, actor: 'test' },
  });
  twins = startTwins(schema, { pool: database.pool, partnerId: data.partnerId, credentialId, today });
  customers = [];
  await data.together(async () => {
    for (const name of ['Plain', 'Odd " \u2028 \u0001 😀', 'Ended']) {
      const id = await data.customer({ name, website: `https://${customers.length}.example/` });
      customers.push(globalId('Customer', id));
      for (const each of ['é "', '\\', 'Plain']) await data.user(id, { name: `${each} ${name}`, isPrimaryContact: each === 'Plain' });
      const { id: changeId, contractId } = await data.renewal(id, addDays(today, 70), { mrr: '0.10', currency_code: 'USD' });
      change ??= globalId('ContractChange', changeId);
      await data.changeOf(id, contractId, { type: 'EMAIL_OVERAGE', effective_date: addDays(today, 30) });
      for (const app of ['Ads', 'Mail "quoted"'])
        await data.change((tx) =>
          tx.query('insert into app_usage (partner_id, customer_id, app, date, contacts_used) values ($1, $2, $3, $4, 7)', [
            ...[data.partnerId, id, app, today],
          ]),
        );
    }
  });
  const done = ['SetCommunicationOwner', 'MuteReminders', 'CreateSavedView', 'CreateApiKey', 'AcceptContractChange'];
  const inputs = [
    ...[
      { customerId: customers[0], owner: 'PARTNER' },
      { customerId: customers[0], forEveryone: true },
    ],
    ...[
      { name: 'Mine "', columns: ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'], isShared: true },
      { role: 'VIEWER' },
      { contractChangeId: change },
    ],
  ];
  for (const [index, name] of done.entries()) {
    const field = name[0]!.toLowerCase() + name.slice(1);
    const document = `mutation ($input: ${name}Input!) { ${field}(input: $input) { userErrors { code message } } }`;
    const { text } = await twins.ask(0, { document, variables: { input: inputs[index] } });
    expect({ name, text }).toEqual({ name, text: `{"data":{"${field}":{"userErrors":[]}}}` });
  }
  await database.superuserPool.query(
    `update customer_association set ended_at = now() where customer_id in (select id from customer where name = 'Ended')`,
  );
  fields['customer'] = customers.map((id) => `by: { id: "${id}" }`);
  fields['node'] = [...customers, change!, 'nothing'].map((id) => `id: "${id}"`);
  fields['viewer'] = [''];
});
afterAll(async () => {
  await twins.stop();
  await database.close();
});

test(`${count} generated lists below objects, written from bytes, are answered byte for byte as graphql-js answers them`, async () => {
  const next = generateSelections(schema, seed, { fields, types: ['Customer', 'ContractChange', 'SavedView'], listShare: 0.04 });
  const ways = await twins.compare(next, count);
  expect(ways.filter((each) => each[2]).length).toBeGreaterThan(count / 3);
}, 900_000);

/** The connections below an object that need no arguments, and their properties without further lists. */
function connectionsOf(type: GraphQLObjectType): [name: string, document: string][] {
  return Object.values(type.getFields()).flatMap(({ name, type: output }) => {
    const named = getNamedType(output);
    if (!isObjectType(named) || isListType(getNullableType(output)) || !('pageInfo' in named.getFields())) return [];
    const properties = propertiesOf(getNamedType(named.getFields()['nodes']!.type) as GraphQLObjectType);
    return [[`${type.name}.${name}`, `${name} { nodes { ${properties} } edges { cursor } pageInfo { endCursor hasNextPage } totalCount }`]];
  });
}

function propertiesOf(type: GraphQLObjectType): string {
  return Object.values(type.getFields())
    .map(({ name, type: output, resolve, args }) => {
      if (resolve !== undefined || args.some((each) => isNonNullType(each.type))) return '';
      const named = getNamedType(output);
      return isObjectType(named) ? `${name} { ${propertiesOf(named) || '__typename'} }` : name;
    })
    .join(' ');
}

const typeNamed = (name: string) => schema.getType(name) as GraphQLObjectType;
const lists = [
  ...connectionsOf(typeNamed('Customer')).map(
    ([name, below]) => [name, () => `customer(by: { id: "${customers[0]}" }) { ${below} }`] as const,
  ),
  ...connectionsOf(typeNamed('ContractChange')).map(
    ([name, below]) => [name, () => `node(id: "${change}") { ... on ContractChange { ${below} } }`] as const,
  ),
  ...connectionsOf(typeNamed('Viewer')).map(([name, below]) => [name, () => `viewer { ${below} }`] as const),
  ...connectionsOf(typeNamed('Partner')).map(([name, below]) => [name, () => `viewer { partner { ${below} } }`] as const),
];

test.each(lists)('the rows of %s are written with all their properties', async (_, selected) => {
  const { expected, others, texts } = await twins.executions({ document: `{ ${selected()} }` });
  expect(expected.text).not.toContain('"errors"');
  expect(texts).toEqual([expected.text]);
  expect(others.map(({ isWritten }) => isWritten)).toEqual([true, true, true, false, true, true]);
});

test('several objects get the rows of their own lists', async () => {
  const of = (key: string, id: string, below = 'nodes { name }') => `${key}: node(id: "${id}") { ... on Customer { users { ${below} } } }`;
  const document = `{ ${of('one', customers[0]!)} ${of('two', customers[1]!)} ${of('ended', customers[2]!)} ${of('again', customers[0]!)}
    ${of('edges', customers[1]!, 'edges { cursor node { called: name } } pageInfo { endCursor }')} }`;
  const { expected, others } = await twins.executions({ document });
  expect(JSON.parse(expected.text)).toMatchObject({ data: { ended: null, again: { users: { nodes: [{}, {}, {}] } } } });
  expect(others[1]).toEqual({ text: expected.text, isWritten: true });
});

test('a list that is written does not share its rows with the same list that has further lists below', async () => {
  const both = 'written: contractChanges { nodes { id } } objects: contractChanges { nodes { id timeline { nodes { id } } } }';
  const { expected, others } = await twins.executions({ document: `{ customer(by: { id: "${customers[0]}" }) { ${both} } }` });
  expect(others[1]).toEqual({ text: expected.text, isWritten: true });
});

test('a list of one type of an interface is written although another type has one with that key', async () => {
  const document = `query ($id: ID!) { node(id: $id) { __typename id ... on Customer { timeline { nodes { action } } }
    ... on ContractChange { timeline { nodes { changes { before after named: field __typename } occurredAt } } } } }`;
  for (const id of [customers[0]!, change!, customers[1]!, 'nothing']) {
    const expected = await twins.ask(1, { document: `${document} #${id}`, variables: { id } });
    await twins.ask(0, { document, variables: { id } });
    expect(await twins.ask(0, { document, variables: { id } })).toEqual({ text: expected.text, isWritten: id !== 'nothing' });
  }
});

test('two fields whose keys graphql-jit joins to one name are told apart', async () => {
  const [a, b] = customers;
  const documents = [
    `{ b_a: customer(by: { id: "${a}" }) { u: users { nodes { id } } } a: customer(by: { id: "${b}" }) { u_b: users { nodes { id name } } } }`,
    `{ Customer_n: customer(by: { id: "${a}" }) { u: users { nodes { id } } } n: node(id: "${b}") { ... on Customer { u: users { nodes { name } } } } }`,
    '{ p_a: viewer { q: partner { name } } a: viewer { q_p: partner { id } } }',
    `{ idx0_a: viewer { partner { name } } a: nodes(ids: ["${a}"]) { ... on Partner { id } ... on Customer { partner: products { product } } } }`,
    `{ a: nodes(ids: ["${a}"]) { id } idx0_a: customer(by: { id: "${b}" }) { name users { nodes { name } } } }`,
    `{ idx0_a: customer(by: { id: "${b}" }) { name users { nodes { name } } } a: nodes(ids: ["${a}"]) { id } }`,
  ];
  for (const document of documents) {
    const { expected, texts } = await twins.executions({ document });
    expect({ document, texts }).toEqual({ document, texts: [expected.text] });
    expect(expected.text).not.toContain('"errors"');
  }
});

test('keys that graphql-jit joins to one name cost nothing where no resolver is told about them', async () => {
  const document = '{ upcomingContractChanges { nodes { name_customer: type customer { name } } } }';
  const { expected, others, texts } = await twins.executions({ document });
  expect(texts).toEqual([expected.text]);
  expect(others[1]!.isWritten).toBe(true);
});

test('an error names all places where its field is selected', async () => {
  const document = `{ viewer { partner { apiKeys { totalCount } } } viewer { partner { apiKeys { nodes { id } } } }
    viewer { savedViews { nodes { id } } } }`;
  const answers = [];
  for (let time = 0; time < 3; time += 1) answers.push((await twins.ask(0, { document }, 'VIEWER')).text);
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0]!)).toMatchObject({ errors: [{ locations: [{}, {}] }] });
});

test('a list that another type of an interface does not leave out is no reason to execute the query twice', async () => {
  const document = `query ($id: ID!) { customers { nodes { id } } node(id: $id) {
    ... on Customer { timeline { totalCount } reminders { nodes { id contractChange { id } } } }
    ... on ContractChange { timeline { nodes { action } } reminders { nodes { id } } } } }`;
  for (const id of [customers[0]!, change!]) {
    const expected = await twins.ask(1, { document: `${document} #${id}`, variables: { id } });
    for (const isWritten of [id === change, true, true])
      expect(await twins.ask(0, { document, variables: { id } })).toEqual({ text: expected.text, isWritten });
  }
});

test("a null where none may be, below an object too, gets graphql-js's error and path", async () => {
  await database.superuserPool.query('alter table customer_user alter name drop not null');
  await database.superuserPool.query(`update customer_user set name = null where name like 'é "%'`);
  const { expected, others } = await twins.executions({
    document: `{ customer(by: { id: "${customers[0]}" }) { users { nodes { name } } } }`,
  });
  expect(expected.text).toMatch(/^{"errors":\[{.*"path":\["customer","users","nodes",\d+,"name"/);
  expect(others).toEqual(others.map(() => ({ text: expected.text, isWritten: false })));
});
