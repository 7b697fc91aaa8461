// Long: one table of what each role may do.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { getNamedType, isObjectType } from 'graphql';
import { addDays } from '../calendar-date.ts';
import { buildApiSchema } from '../api/schema.ts';
import { globalId } from '../graphql/global-id.ts';
import { createSession, sessionLifeOf } from '../session/session.writers.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { partnerUserRoles, viewerRoles, type ViewerPermission, type ViewerRole } from './role.rules.ts';

const today = '2026-11-22';

// The result of a mutation for each role: success, an error before any look-up, or a user error.
type Cell = 'done' | 'FORBIDDEN' | 'NOT_ALLOWED' | 'NOT_COMMUNICATION_OWNER' | 'NOT_FOUND';
type Row = {
  mutation: string;
  when: string;
  cells: Record<ViewerRole, Cell>;
  /** Creates a valid input; every cell gets its own. */
  input: (role: ViewerRole) => Promise<Record<string, unknown>>;
};

const cells = (VIEWER: Cell, MANAGER: Cell, ADMIN: Cell, OPERATOR: Cell): Row['cells'] => ({ VIEWER, MANAGER, ADMIN, OPERATOR });
const allPartnerRoles = cells('done', 'done', 'done', 'FORBIDDEN');
const managers = cells('FORBIDDEN', 'done', 'done', 'FORBIDDEN');
const admins = cells('FORBIDDEN', 'FORBIDDEN', 'done', 'FORBIDDEN');
const whilePartnerOwnsCommunication = cells('FORBIDDEN', 'done', 'done', 'done');
const whileVendorOwnsCommunication = cells('FORBIDDEN', 'NOT_COMMUNICATION_OWNER', 'NOT_COMMUNICATION_OWNER', 'done');

const schema = buildApiSchema();
const mutations = schema.getMutationType()?.getFields() ?? {};

let server: TestServer;
let data: TestData;
let tokens: Record<ViewerRole, string>;
/** The users of these keys. */
const userIds: Partial<Record<ViewerRole, string>> = {};
/** The API key of a second manager, who owns views of their own. */
let otherManager: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  const tokenOf = async (role: ViewerRole) => {
    if (role === 'OPERATOR') return await server.createToken(data.partnerId, role);
    userIds[role] = await user(role);
    return await server.createToken(data.partnerId, role, { partnerUserId: userIds[role].slice(4) });
  };
  tokens = Object.fromEntries(await Promise.all(viewerRoles.map(async (role) => [role, await tokenOf(role)]))) as typeof tokens;
  otherManager = await server.createToken(data.partnerId, 'MANAGER', { partnerUserId: (await user('MANAGER')).slice(4) });
});
afterAll(() => server.close());

async function user(role: (typeof partnerUserRoles)[number] = 'VIEWER'): Promise<string> {
  const id = await createPartnerUser(server.database.pool, data.partnerId, {
    name: role,
    email: `${randomUUID()}@acme.example`,
    role,
    actor: 'test',
  });
  return `usr_${id}`;
}

/** A session of that user. */
async function session(userId: string | undefined): Promise<{ sessionId: string }> {
  const whose = { partnerUserId: userId!.slice(4), apiKeyId: null, method: 'SIGN_ON' as const, userAgent: null };
  const { id } = await createSession(server.database.pool, data.partnerId, { ...whose, life: sessionLifeOf(1) });
  return { sessionId: globalId('Session', id) };
}

const customer = async (owner?: 'PARTNER' | 'VENDOR') => await data.customer({ name: 'Customer', ...(owner && { owner }) });
const change = async (owner: 'PARTNER' | 'VENDOR') => (await data.renewal(await customer(owner), addDays(today, 60))).id;
async function decidable(decision: string, owner: 'PARTNER' | 'VENDOR'): Promise<{ contractChangeId: string }> {
  const id = await change(owner);
  if (decision === 'withdrawCancellation') await data.decide(id, 'REQUEST_CANCELLATION', today);
  return { contractChangeId: `cch_${id}` };
}

const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];

/** Creates a saved view. */
async function view(as: string, isShared: boolean): Promise<{ id: string }> {
  const answer = await send('createSavedView', { name: randomUUID(), columns, isShared }, as, 'savedView { id }');
  return answer.body.data.createSavedView.savedView;
}
/** A view of the viewer's own; operators have no views, so they get one of the other manager. */
const ownView = async (role: ViewerRole) => await view(role === 'OPERATOR' ? otherManager : tokens[role], false);

/** The same, as if its owner had shared it in a role that it has no more. */
async function ownSharedView(role: ViewerRole): Promise<{ id: string }> {
  const { id } = await ownView(role);
  await server.database.superuserPool.query('update saved_view set is_shared = true where id = $1', [id.slice(id.indexOf('_') + 1)]);
  return { id };
}

async function send(mutation: string, input: Record<string, unknown>, token: string | null, selection = '') {
  const { type } = mutations[mutation]?.args[0] ?? {};
  const payload = getNamedType(mutations[mutation]?.type);
  const results = isObjectType(payload) && 'results' in payload.getFields() ? 'results { userErrors { code } }' : '';
  return await server.query(
    `mutation ($input: ${String(type)}) { ${mutation}(input: $input) { ${results} ${selection} userErrors { code } } }`,
    { input },
    { ...(token !== null && { token }), headers: { 'x-partner-id': data.globalId } },
  );
}

const row = (mutation: string, when: string, expected: Row['cells'], input: Row['input']): Row => ({
  mutation,
  when,
  cells: expected,
  input,
});
const decisions = ['acceptContractChange', 'requestCancellation', 'withdrawCancellation'];

const matrix: Row[] = [
  row('updateDashboardColumns', '', allPartnerRoles, async () => ({ columns })),
  row('createSavedView', 'private', allPartnerRoles, async () => ({ name: randomUUID(), columns })),
  row('createSavedView', 'shared', cells('NOT_ALLOWED', 'done', 'done', 'FORBIDDEN'), async () => ({
    name: randomUUID(),
    columns,
    isShared: true,
  })),
  row('updateSavedView', "of the viewer's own", allPartnerRoles, async (role) => ({ ...(await ownView(role)), name: randomUUID() })),
  row('updateSavedView', 'to share it', cells('NOT_ALLOWED', 'done', 'done', 'FORBIDDEN'), async (role) => ({
    ...(await ownView(role)),
    isShared: true,
  })),
  row('updateSavedView', "of the viewer's own, shared", cells('NOT_ALLOWED', 'done', 'done', 'FORBIDDEN'), async (role) => ({
    ...(await ownSharedView(role)),
    name: randomUUID(),
  })),
  row('updateSavedView', "of the viewer's own, to share it no more", cells('NOT_ALLOWED', 'done', 'done', 'FORBIDDEN'), async (role) => ({
    ...(await ownSharedView(role)),
    isShared: false,
  })),
  row('updateSavedView', "of another user's, shared", cells('NOT_ALLOWED', 'NOT_ALLOWED', 'done', 'FORBIDDEN'), async () => ({
    ...(await view(otherManager, true)),
    name: randomUUID(),
  })),
  row('updateSavedView', "of another user's, private", cells('NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'FORBIDDEN'), async () => ({
    ...(await view(otherManager, false)),
    name: randomUUID(),
  })),
  row('deleteSavedView', "of the viewer's own", allPartnerRoles, ownView),
  row('deleteSavedView', "of the viewer's own, shared", cells('NOT_ALLOWED', 'done', 'done', 'FORBIDDEN'), ownSharedView),
  row(
    'deleteSavedView',
    "of another user's, shared",
    cells('NOT_ALLOWED', 'NOT_ALLOWED', 'done', 'FORBIDDEN'),
    async () => await view(otherManager, true),
  ),
  row(
    'deleteSavedView',
    "of another user's, private",
    cells('NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'FORBIDDEN'),
    async () => await view(otherManager, false),
  ),
  row('setDefaultView', 'for the viewer', allPartnerRoles, async (role) => ({ viewId: (await ownView(role)).id })),
  row('setDefaultView', 'for everyone', cells('NOT_ALLOWED', 'NOT_ALLOWED', 'done', 'FORBIDDEN'), async () => ({
    viewId: (await view(otherManager, true)).id,
    forEveryone: true,
  })),
  row('setCommunicationOwner', '', managers, async () => ({ customerId: `cus_${await customer()}`, owner: 'PARTNER' })),
  row('bulkSetCommunicationOwner', '', managers, async () => ({ customerIds: [`cus_${await customer()}`], owner: 'PARTNER' })),
  row('setPrimaryContact', '', managers, async () => {
    const customerId = await customer();
    return { customerId: `cus_${customerId}`, contactId: `cusr_${await data.user(customerId, { name: 'Contact' })}` };
  }),
  ...decisions.flatMap((decision) => [
    row(decision, 'while the partner owns communication', whilePartnerOwnsCommunication, () => decidable(decision, 'PARTNER')),
    row(decision, 'while the vendor owns communication', whileVendorOwnsCommunication, () => decidable(decision, 'VENDOR')),
  ]),
  row('endAssociation', '', admins, async () => ({ customerId: `cus_${await customer()}` })),
  row('resumeAssociation', '', admins, async () => {
    const customerId = await customer();
    await data.change((tx) =>
      tx.query('update customer_association set ended_at = now() where partner_id = $1 and customer_id = $2', [data.partnerId, customerId]),
    );
    return { customerId: `cus_${customerId}` };
  }),
  row('updatePartnerSettings', '', admins, async () => ({ pointOfContactId: await user() })),
  row('updateReminderSettings', '', admins, async () => ({ senderName: randomUUID() })),
  row('updateMyReminderSettings', '', allPartnerRoles, async () => {
    await server.database.superuserPool.query('update reminder_preference set language = null');
    return { language: 'DE' };
  }),
  row('muteReminders', "the viewer's own", allPartnerRoles, async () => ({ customerId: `cus_${await customer()}` })),
  row('muteReminders', 'for everyone', cells('NOT_ALLOWED', 'done', 'done', 'FORBIDDEN'), async () => ({
    customerId: `cus_${await customer()}`,
    forEveryone: true,
  })),
  row('unmuteReminders', "the viewer's own", allPartnerRoles, async (role) => {
    const target = { customerId: `cus_${await customer()}` };
    if (role !== 'OPERATOR') await send('muteReminders', target, tokens[role]);
    return target;
  }),
  row('unmuteReminders', 'for everyone', cells('NOT_ALLOWED', 'done', 'done', 'FORBIDDEN'), async () => {
    const target = { customerId: `cus_${await customer()}`, forEveryone: true };
    await send('muteReminders', target, tokens.ADMIN);
    return target;
  }),
  row('snoozeReminders', '', allPartnerRoles, async () => ({
    contractChangeId: `cch_${await change('VENDOR')}`,
    until: addDays(today, 1),
  })),
  row('sendTestReminder', '', allPartnerRoles, async () => ({ language: 'DE' })),
  row('liftSuppression', '', admins, async () => {
    const id = randomUUID();
    await data.change((tx) =>
      tx.query(`insert into mail_suppression (partner_id, id, address, reason) values ($1, $2, $3, 'BOUNCED')`, [data.partnerId, id, id]),
    );
    return { suppressionId: `sup_${id}` };
  }),
  row('createPartnerUser', '', admins, async () => ({ name: 'New', email: `${randomUUID()}@acme.example`, role: 'ADMIN' })),
  row('setPartnerUserRole', '', admins, async () => ({ userId: await user(), role: 'ADMIN' })),
  row('removePartnerUser', '', admins, async () => ({ userId: await user() })),
  row('createApiKey', '', admins, async () => ({ role: 'ADMIN' })),
  row('revokeApiKey', '', admins, async () => {
    const key = await server.createToken(data.partnerId, 'VIEWER');
    return { apiKeyId: key.slice(0, key.indexOf('_', 4)) };
  }),
  row('endSession', "of the viewer's own", allPartnerRoles, (role) => session(userIds[role] ?? userIds.ADMIN)),
  row('endSession', "of another user's", cells('NOT_FOUND', 'NOT_FOUND', 'done', 'FORBIDDEN'), async () => session(await user())),
];

/** The ids of the partner's audit events, without those that only record an operator's access. */
async function effects(): Promise<string[]> {
  const { rows } = await server.database.superuserPool.query<{ id: string }>(
    `select id from audit_event where partner_id = $1 and action <> 'OPERATOR_ACCESS' order by id`,
    [data.partnerId],
  );
  return rows.map(({ id }) => id);
}

describe('every mutation of the schema', () => {
  test('has a row in the matrix', () => {
    const rows = new Set(matrix.map(({ mutation }) => mutation));
    expect(Object.keys(mutations).filter((mutation) => !rows.has(mutation))).toEqual([]);
    expect([...rows].filter((mutation) => !(mutation in mutations))).toEqual([]);
  });

  test.each(Object.keys(mutations))('takes one input and returns userErrors: %s', (mutation) => {
    expect(mutations[mutation]?.args.map(({ name }) => name)).toEqual(['input']);
    const payload = getNamedType(mutations[mutation]?.type);
    expect(isObjectType(payload) && Object.keys(payload.getFields())).toContain('userErrors');
  });
});

/** The result as a cell of the matrix; an unexpected response is returned whole, so that the failing test shows it. */
function outcomeOf(mutation: string, { body, status }: Awaited<ReturnType<typeof send>>): unknown {
  const [error, ...others] = body.errors ?? [];
  if (error) {
    const isExpectedShape =
      others.length === 0 && body.data?.[mutation] == null && (status === 401 || error.message === `Your role does not allow ${mutation}.`);
    return isExpectedShape ? error.extensions['code'] : body;
  }
  const { userErrors, results = [] } = body.data[mutation] as {
    userErrors: { code: string }[];
    results?: { userErrors: { code: string }[] }[];
  };
  const codes = [...userErrors, ...results.flatMap((result) => result.userErrors)].map(({ code }) => code);
  return codes.length === 0 ? 'done' : codes.join();
}

describe.each(matrix)('$mutation $when', ({ mutation, cells: expected, input }) => {
  test.each([...viewerRoles.map((role) => [`a ${role}`, role] as const), ['a request without an API key', null] as const])(
    'by %s',
    async (_, role) => {
      const wanted = await input(role ?? 'ADMIN');
      const before = await effects();
      const answer = await send(mutation, wanted, role && tokens[role]);
      const outcome = outcomeOf(mutation, answer);
      const isDone = JSON.stringify(await effects()) !== JSON.stringify(before);
      expect({ outcome, isDone }).toEqual(
        role ? { outcome: expected[role], isDone: expected[role] === 'done' } : { outcome: 'UNAUTHENTICATED', isDone: false },
      );
    },
  );
});

/** A mutation that each permission is about, as the matrix names it. */
const permitted: Record<ViewerPermission, readonly [mutation: string, when: string]> = {
  SET_COMMUNICATION_OWNER: ['setCommunicationOwner', ''],
  SET_PRIMARY_CONTACT: ['setPrimaryContact', ''],
  RECORD_DECISIONS: ['acceptContractChange', 'while the partner owns communication'],
  END_ASSOCIATION: ['endAssociation', ''],
  RESUME_ASSOCIATION: ['resumeAssociation', ''],
  CHOOSE_COLUMNS: ['updateDashboardColumns', ''],
  SAVE_VIEWS: ['createSavedView', 'private'],
  SHARE_VIEWS: ['createSavedView', 'shared'],
  EDIT_SHARED_VIEWS: ['updateSavedView', "of another user's, shared"],
  SET_DEFAULT_VIEW_FOR_EVERYONE: ['updatePartnerSettings', ''],
  MUTE_REMINDERS: ['muteReminders', "the viewer's own"],
  MUTE_REMINDERS_FOR_EVERYONE: ['muteReminders', 'for everyone'],
  UPDATE_REMINDER_SETTINGS: ['updateReminderSettings', ''],
  LIFT_SUPPRESSIONS: ['liftSuppression', ''],
  UPDATE_SETTINGS: ['updatePartnerSettings', ''],
  MANAGE_USERS: ['createPartnerUser', ''],
  MANAGE_API_KEYS: ['createApiKey', ''],
  MANAGE_SESSIONS: ['endSession', "of another user's"],
};

test.each(viewerRoles)('a %s is told the permissions that the matrix gives', async (role) => {
  const names = Object.keys(permitted) as ViewerPermission[];
  const ofMatrix = names.filter((name) => {
    const [mutation, when] = permitted[name];
    return matrix.find((each) => each.mutation === mutation && each.when === when)!.cells[role] === 'done';
  });
  const options = { token: tokens[role], headers: { 'x-partner-id': data.globalId } };
  expect((await server.query('{ viewer { permissions } }', {}, options)).body.data.viewer.permissions).toEqual(ofMatrix);
});
