import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ViewerRole } from '../access/role.rules.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];

let server: TestServer;
let data: TestData;
let count = 0;
/** The keys of an administrator, of two managers, of the partner itself and of an operator. */
let admin: string;
let manager: string;
let other: string;
let partner: string;
let operator: string;
let managerId: string;

beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  [admin] = await user('ADMIN');
  [manager, managerId] = await user('MANAGER');
  [other] = await user('MANAGER');
  partner = await server.createToken(data.partnerId, 'ADMIN');
  operator = await server.createToken(data.partnerId, 'OPERATOR');
});

/** The key and the id of a new user. */
async function user(role: ViewerRole): Promise<[key: string, id: string]> {
  const partnerUserId = randomUUID();
  await server.database.superuserPool.query(
    `insert into partner_user (partner_id, id, name, email, role) values ($1, $2, 'Somebody', $4, $3)`,
    [data.partnerId, partnerUserId, role, `${partnerUserId}@example.com`],
  );
  return [await server.createToken(data.partnerId, role, { partnerUserId }), `usr_${partnerUserId}`];
}

async function run(field: string, input: object, selection: string, as: string) {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} userErrors { code message field } } }`;
  const { body } = await server.query(document, { input }, { token: as, headers: { 'x-partner-id': data.globalId } });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data[field];
}

const view = async (name: string, isShared: boolean, as: string): Promise<string> =>
  (await run('createSavedView', { name, columns, isShared }, 'savedView { id }', as)).savedView.id;

const choose = async (viewId: string | null, as: string, forEveryone = false) =>
  await run('setDefaultView', { viewId, forEveryone }, 'viewer { defaultView { name } }', as);

/** The name of the view with which the dashboard opens. */
async function opens(as: string): Promise<string | null> {
  const { body } = await server.query('{ viewer { defaultView { name } } }', {}, { token: as, headers: { 'x-partner-id': data.globalId } });
  return body.data.viewer.defaultView?.name ?? null;
}
const allOpen = async () => await Promise.all([admin, manager, other, partner, operator].map(opens));

test("the viewer's own default view goes before the one for everyone, and is chosen anew or not at all", async () => {
  const team = await view('Team', true, admin);
  const mine = await view('Mine', false, manager);
  expect(await allOpen()).toEqual([null, null, null, null, null]);
  expect(await choose(team, admin, true)).toEqual({ viewer: { defaultView: { name: 'Team' } }, userErrors: [] });
  expect(await allOpen()).toEqual(['Team', 'Team', 'Team', 'Team', 'Team']);
  expect(await choose(mine, manager)).toEqual({ viewer: { defaultView: { name: 'Mine' } }, userErrors: [] });
  expect(await allOpen()).toEqual(['Team', 'Mine', 'Team', 'Team', 'Team']);
  // The choice of a key without a user is its own, not that for everyone.
  expect((await choose(await view("The partner's", false, partner), partner)).userErrors).toEqual([]);
  expect(await allOpen()).toEqual(['Team', 'Mine', 'Team', "The partner's", 'Team']);
  expect((await choose(null, manager)).viewer.defaultView).toEqual({ name: 'Team' });
  await choose(null, admin, true);
  expect(await allOpen()).toEqual([null, null, null, "The partner's", null]);
});

test('everyone sees the default view for everyone: only an ADMIN chooses it, and it is shared', async () => {
  const mine = await view('Mine', false, admin);
  const theirs = await view('Theirs', false, manager);
  const shared = await view('Shared', true, manager);
  const errorOf = async (viewId: string | null, as: string, forEveryone: boolean) =>
    (await choose(viewId, as, forEveryone)).userErrors.map((error: { code: string; field: string[] }) => [error.code, ...error.field]);
  expect(await errorOf(shared, manager, true)).toEqual([['NOT_ALLOWED', 'input', 'forEveryone']]);
  expect(await errorOf(null, manager, true)).toEqual([['NOT_ALLOWED', 'input', 'forEveryone']]);
  expect(await errorOf(mine, admin, true)).toEqual([['INVALID', 'input', 'viewId']]);
  for (const hidden of [theirs, `view_${randomUUID()}`, 'nonsense', 'cus_1']) {
    expect(await errorOf(hidden, admin, false)).toEqual([['NOT_FOUND', 'input', 'viewId']]);
    expect(await errorOf(hidden, admin, true)).toEqual([['NOT_FOUND', 'input', 'viewId']]);
  }
  await expect(run('setDefaultView', {}, 'viewer { id }', admin)).rejects.toThrow('viewId');
  expect(await allOpen()).toEqual([null, null, null, null, null]);
});

test('a view that is deleted, or shared no more, is the default of nobody who does not see it', async () => {
  const shared = await view('Shared', true, manager);
  const everyones = await view("Everyone's", true, admin);
  await choose(everyones, admin, true);
  for (const each of [manager, other]) await choose(shared, each);
  expect(await allOpen()).toEqual(["Everyone's", 'Shared', 'Shared', "Everyone's", "Everyone's"]);
  const update = async (id: string, isShared: boolean, as: string) =>
    expect((await run('updateSavedView', { id, isShared }, '', as)).userErrors).toEqual([]);
  await update(shared, false, manager);
  expect(await allOpen()).toEqual(["Everyone's", 'Shared', "Everyone's", "Everyone's", "Everyone's"]);
  // Forgotten for good.
  await update(shared, true, manager);
  expect(await opens(other)).toBe("Everyone's");
  await run('deleteSavedView', { id: shared }, '', manager);
  expect(await opens(manager)).toBe("Everyone's");
  await update(everyones, false, admin);
  expect(await allOpen()).toEqual([null, null, null, null, null]);
});

test("a removed user's choice goes; the shared view of a removed user stays the default of others", async () => {
  const shared = await view('Shared', true, manager);
  for (const [as, forEveryone] of [
    [manager, false],
    [admin, true],
  ] as const)
    await choose(shared, as, forEveryone);
  expect((await run('removePartnerUser', { userId: managerId }, '', admin)).userErrors).toEqual([]);
  expect([await opens(admin), await opens(other)]).toEqual(['Shared', 'Shared']);
  const { rows } = await server.database.superuserPool.query(
    'select principal_id as principal, for_everyone as everyone from default_view where partner_id = $1',
    [data.partnerId],
  );
  expect(rows).toEqual([{ principal: data.partnerId, everyone: true }]);
});

test('each choice is audited, and the same one again changes nothing', async () => {
  const [one, two] = [await view('One', true, admin), await view('Two', true, admin)];
  for (const [viewId, forEveryone] of [
    ...[[one, true] as const, [one, true] as const, [two, true] as const, [two, false] as const],
    ...[[null, true] as const, [null, true] as const],
  ]) {
    await choose(viewId, admin, forEveryone);
  }
  const { rows } = await server.database.superuserPool.query<{ before: object; after: object }>(
    `select before, after from audit_event where partner_id = $1 and action = 'SET_DEFAULT_VIEW' order by occurred_at, id`,
    [data.partnerId],
  );
  const uuid = (id: string | null) => id && id.slice(id.indexOf('_') + 1);
  const step = (from: string | null, to: string | null, forEveryone: boolean) => ({
    before: { savedViewId: uuid(from), forEveryone },
    after: { savedViewId: uuid(to), forEveryone },
  });
  expect(rows).toEqual([step(null, one, true), step(one, two, true), step(null, two, false), step(two, null, true)]);
});

test('a view that is being unshared does not become the default for everyone', async () => {
  const id = await view('View', true, admin);
  const unsharing = await server.database.superuserPool.connect();
  await unsharing.query('begin');
  await unsharing.query('update saved_view set is_shared = false where partner_id = $1', [data.partnerId]);
  const answered: unknown[] = [];
  const choice = choose(id, admin, true).finally(() => answered.push(id));
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while (answered.length === 0 && (await server.database.superuserPool.query(waiting)).rowCount === 0);
  await unsharing.query('commit');
  unsharing.release();
  expect((await choice).userErrors).toMatchObject([{ code: 'INVALID' }]);
  expect(await opens(other)).toBeNull();
});
