import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { buildApiSchema } from './schema.ts';

let server: TestServer;
let token: string;
let viewId: string;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22' });
  token = await server.createToken(await server.createPartner('Acme'), 'ADMIN');
  const { body } = await createView({ name: 'Mine' });
  viewId = body.data.result.savedView.id;
});
afterAll(() => server.close());

const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
const run = (field: string, selection: string, input: object) => {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { result: ${field}(input: $input) { ${selection} userErrors { code field message } } }`;
  return server.query(document, { input }, { token });
};
const createView = (input: object) =>
  run('createSavedView', 'savedView { id name query }', { columns, name: `View ${(count += 1)}`, ...input });
const createUser = (input: object) =>
  run('createPartnerUser', 'user { name email }', { name: 'Ann', email: `ann${(count += 1)}@acme.example`, role: 'VIEWER', ...input });
const search = (field: string) => (query: string) =>
  server.query(`query ($query: String) { ${field}(query: $query) { totalCount } }`, { query }, { token });

/** Free texts that are stored, and how to send one. */
const stored: Record<string, (text: string) => ReturnType<typeof run>> = {
  'CreatePartnerUserInput.name': (name) => createUser({ name }),
  'CreatePartnerUserInput.email': (text) => createUser({ email: `ann${(count += 1)}${text}@acme.example` }),
  'CreateSavedViewInput.name': (name) => createView({ name }),
  'CreateSavedViewInput.query': (query) => createView({ query }),
  'UpdateReminderSettingsInput.senderName': (senderName) =>
    run('updateReminderSettings', 'partner { reminderSettings { senderName } }', { senderName }),
  'UpdateSavedViewInput.name': (name) => run('updateSavedView', 'savedView { name }', { id: viewId, name }),
  'UpdateSavedViewInput.query': (query) => run('updateSavedView', 'savedView { query }', { id: viewId, query }),
};
/** Free texts that are only compared. */
const compared: Record<string, (text: string) => ReturnType<typeof run>> = {
  'CustomerBy.website': (website) =>
    server.query('query ($website: String!) { customer(by: { website: $website }) { id } }', { website }, { token }),
  'Customer.users(query)': (query) =>
    server.query('query ($query: String) { customers { nodes { users(query: $query) { totalCount } } } }', { query }, { token }),
  'Query.customers(query)': search('customers'),
  'Query.endedCustomers(query)': search('endedCustomers'),
  'Query.upcomingContractChanges(query)': search('upcomingContractChanges'),
  'Query.upcomingContractChangesSummary(query)': search('upcomingContractChangesSummary'),
  'ReminderFilter.recipient': (recipient) =>
    server.query('query ($recipient: String) { reminders(filter: { recipient: $recipient }) { totalCount } }', { recipient }, { token }),
};
const isCursor = (name: string) => /\((after|before)\)$/.test(name);

test('every free text of the schema has the rule', () => {
  const found = Object.values(buildApiSchema().getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    const inputs = isInputObjectType(type)
      ? Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, type: field.type }))
      : isObjectType(type)
        ? Object.values(type.getFields()).flatMap(({ name, args }) =>
            args.map((argument) => ({ name: `${type.name}.${name}(${argument.name})`, type: argument.type })),
          )
        : [];
    return inputs.filter((each) => getNamedType(each.type).name === 'String' && !isCursor(each.name)).map(({ name }) => name);
  });
  expect(found.toSorted()).toEqual([...Object.keys(stored), ...Object.keys(compared)].toSorted());
});

const forbidden = {
  escape: 'a\u001b[31mb',
  bell: 'a\u0007b',
  'line feed': 'a\nb',
  'next line': 'a\u0085b',
  'line separator': 'a\u2028b',
  'right-to-left override': 'a\u202eb',
  'left-to-right embedding': 'a\u202ab',
  isolate: 'a\u2066b',
  'zero-width space': 'a\u200bb',
  'zero-width space at the end': 'a\u200b',
  'soft hyphen': 'a\u00adb',
  'right-to-left mark': 'a\u200fb',
  'word joiner': 'a\u2060b',
  'only a joiner': '\u200d',
  'only zero-width characters': '\u200b\u2060',
  'only a filler': '\u3164',
  NUL: 'a\0b',
};
const legitimate = [
  'نمی\u200cخواهم',
  'क्\u200dष',
  '👨\u200d👩\u200d👧',
  'Łódź',
  'محمد',
  'O’Hara & Söhne',
  '株式会社',
  '🏴\u{e0067}\u{e0062}\u{e007f}',
];

describe.each(Object.keys(stored))('%s', (name) => {
  test.each(Object.entries(forbidden))('refuses %s', async (_name, text) => {
    const { body } = await stored[name]!(text);
    const message = body.data?.result.userErrors[0]?.message as string | undefined;
    expect(message).toMatch(/^(Remove the|Enter at least one visible|Enter an e-mail address)/);
    expect(message).not.toContain(text);
  });

  if (name.endsWith('.email')) return;
  test.each(legitimate)('takes %s', async (legitimateText) => {
    const text = `${legitimateText} ${(count += 1)}`;
    const { body } = await stored[name]!(` ${text} `);
    expect(body.data.result.userErrors).toEqual([]);
    expect(JSON.stringify(body)).toContain(name.endsWith('.name') ? `"${text}"` : text);
  });
});

describe.each(Object.keys(compared))('%s', (name) => {
  test.each(Object.entries({ ...forbidden, ...Object.fromEntries(legitimate.map((text) => [text, text])) }))(
    'answers %s without an internal error',
    async (_name, text) => {
      const { body } = await compared[name]!(text);
      for (const { extensions } of body.errors ?? []) expect(extensions['code']).toBe('BAD_USER_INPUT');
    },
  );
});
