import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildSchema, isInputObjectType } from 'graphql';
import { addDays } from '../calendar-date.ts';
import { globalId } from '../graphql/global-id.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { printApiSchema } from './schema.ts';

// Null in these fields erases something. Leaving the field out must not.

const today = '2026-11-22';
let server: TestServer;
let token: string;
let customerId: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  const data = await TestData.of(server.database.pool, { name: `Acme ${(count += 1)}`, passedThrough: today });
  const customer = await data.customer({ name: 'Globex', owner: 'PARTNER' });
  await data.user(customer, { name: 'Ann', isPrimaryContact: true });
  await data.renewal(customer, addDays(today, 60));
  customerId = globalId('Customer', customer);
  token = await server.createToken(data.partnerId, 'ADMIN');
  const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
  const create = 'mutation ($input: CreateSavedViewInput!) { createSavedView(input: $input) { savedView { id } } }';
  const { body } = await server.query(create, { input: { name: 'Mine', columns } }, { token });
  await send('setDefaultView', { viewId: body.data.createSavedView.savedView.id });
});

const send = async (mutation: string, given: object, headers = {}) => {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${mutation}(input: $input) { userErrors { code } } }`;
  return (await server.query(document, { input: given }, { token, headers })).body;
};

const state = async () => {
  const document =
    'query ($id: ID!) { viewer { defaultView { name } } customer(by: { id: $id }) { association { communicationOwnerSource primaryContact { name } version } } }';
  const { viewer, customer } = (await server.query(document, { id: customerId }, { token })).body.data;
  return { ...viewer, ...customer.association };
};
const initial = { communicationOwnerSource: 'MANUAL', primaryContact: { name: 'Ann' }, version: 1, defaultView: { name: 'Mine' } };

const cases = [
  {
    input: 'SetCommunicationOwnerInput',
    field: 'owner',
    given: () => ({ customerId }),
    erased: { communicationOwnerSource: 'VENDOR_DEFAULT', version: 2 },
  },
  {
    input: 'BulkSetCommunicationOwnerInput',
    field: 'owner',
    given: () => ({ customerIds: [customerId] }),
    erased: { communicationOwnerSource: 'VENDOR_DEFAULT', version: 2 },
  },
  { input: 'SetPrimaryContactInput', field: 'contactId', given: () => ({ customerId }), erased: { primaryContact: null, version: 2 } },
  { input: 'SetDefaultViewInput', field: 'viewId', given: () => ({ forEveryone: false }), erased: { defaultView: null } },
];

describe.each(cases)('$field of $input', ({ input, field, given, erased }) => {
  const mutation = `${input[0]!.toLowerCase()}${input.slice(1, -'Input'.length)}`;

  test('that is left out is refused, and nothing changes', async () => {
    const { data, errors } = await send(mutation, given(), { 'idempotency-key': 'one' });
    expect(data).toEqual({ [mutation]: null });
    expect(errors).toMatchObject([
      { message: `Field "${field}" of ${input} was not provided. Give it a value, or null.`, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const literal = JSON.stringify(given()).replaceAll(/"(\w+)":/g, '$1: ');
    const unset =
      `mutation ($unset: ID, $owner: CommunicationOwner) { ${mutation}(input: ${literal.replace('{', `{ ${field}: ${field === 'owner' ? '$owner' : '$unset'}, `)}) { __typename } }`.replace(
        field === 'owner' ? '$unset: ID, ' : ', $owner: CommunicationOwner',
        '',
      );
    expect((await server.query(unset, {}, { token })).body.errors).toMatchObject(errors!.map(({ message }) => ({ message })));
    expect(await state()).toEqual(initial);
    // The refused request did not use the key.
    expect(await send(mutation, { ...given(), [field]: null }, { 'idempotency-key': 'one' })).toEqual({
      data: { [mutation]: { userErrors: [] } },
    });
  });

  test('that is null erases', async () => {
    expect(await send(mutation, { ...given(), [field]: null })).toEqual({ data: { [mutation]: { userErrors: [] } } });
    expect(await state()).toEqual({ ...initial, ...erased });
  });
});

test('the schema marks these fields, and no others', () => {
  const types = Object.values(buildSchema(printApiSchema()).getTypeMap()).filter(isInputObjectType);
  const marked = types.flatMap((type) =>
    Object.values(type.getFields()).flatMap(({ name, astNode }) =>
      astNode?.directives?.some((directive) => directive.name.value === 'mustBePresent') ? `${type.name}.${name}` : [],
    ),
  );
  expect(marked.toSorted()).toEqual(cases.map(({ input, field }) => `${input}.${field}`).toSorted());
});
