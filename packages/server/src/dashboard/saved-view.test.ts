// Long: one view through its whole life.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ViewerRole } from '../access/role.rules.ts';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
const locked = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];

let server: TestServer;
let data: TestData;
/** A manager. */
let token: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  token = await userToken('MANAGER');
});

async function userToken(role: ViewerRole): Promise<string> {
  const partnerUserId = randomUUID();
  await server.database.superuserPool.query(
    `insert into partner_user (partner_id, id, name, email, role) values ($1, $2, 'Somebody', $4, $3)`,
    [data.partnerId, partnerUserId, role, `${partnerUserId}@example.com`],
  );
  return await server.createToken(data.partnerId, role, { partnerUserId });
}

async function ask(document: string, variables: Record<string, unknown> = {}, as = token) {
  const { body } = await server.query(document, variables, { token: as });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const errors = 'userErrors { __typename code field message ... on LockedColumnError { columns } ... on ConflictError { currentVersion } }';
const view =
  'savedView { id name isShared isOwn columns { key label } query filter orderBy { field direction } version problems { message field } }';

async function run(field: string, input: Record<string, unknown>, as = token) {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  const selection = field === 'deleteSavedView' ? `deletedSavedViewId ${errors}` : `${view} ${errors}`;
  return (await ask(`mutation ($input: ${type}) { ${field}(input: $input) { ${selection} } }`, { input }, as))[field];
}

const create = async (input: Record<string, unknown>, as = token): Promise<string> => {
  const { savedView, userErrors } = await run('createSavedView', { columns: locked, ...input }, as);
  expect(userErrors).toEqual([]);
  return savedView.id;
};

const names = async (as: string) =>
  (await ask('{ viewer { savedViews(first: 100) { nodes { name } } } }', {}, as)).viewer.savedViews.nodes.map(
    (each: { name: string }) => each.name,
  );

const changes = async (args: string, as = token) =>
  await ask(
    `{ upcomingContractChanges(${args}) { nodes { customer { name } } } upcomingContractChangesSummary(${args.replace(/, orderBy:.*/, '')}) { totalCount } }`,
    {},
    as,
  );

/** The customers' names in dashboard order, after checking that the summary counts as many. */
const customers = async (args: string, as = token): Promise<string> => {
  const { upcomingContractChanges, upcomingContractChangesSummary } = await changes(args, as);
  const found = upcomingContractChanges.nodes.map((node: { customer: { name: string } }) => node.customer.name);
  expect(upcomingContractChangesSummary.totalCount).toBe(found.length);
  return found.join(' ');
};

const auditOf = async (): Promise<string[]> =>
  (
    await server.database.superuserPool.query<{ action: string }>(
      `select action from audit_event where partner_id = $1 and action like '%SAVED_VIEW' order by occurred_at`,
      [data.partnerId],
    )
  ).rows.map(({ action }) => action);

/** Stores a view as if an earlier API with more parts had saved it. */
const store = async (id: string, values: { columns?: string[]; filter?: unknown; orderBy?: unknown }) =>
  await server.database.superuserPool.query(
    'update saved_view set columns = coalesce($2, columns), filter = coalesce($3, filter), order_by = coalesce($4, order_by) where id = $1',
    [
      id.slice(4),
      values.columns ?? null,
      values.filter ? JSON.stringify(values.filter) : null,
      values.orderBy ? JSON.stringify(values.orderBy) : null,
    ],
  );

describe('a saved view', () => {
  test('keeps name, columns in order, search, filter and order', async () => {
    const input = {
      name: '  Soon  ',
      columns: ['HUB_ID', ...locked.toReversed()],
      query: 'müller',
      filter: { status: { in: ['PENDING'] }, daysUntilDeadline: { lte: 14, isNull: null }, not: { or: [{ hasPrimaryContact: true }] } },
      orderBy: [{ field: 'CURRENT_MRR', direction: 'DESC' }, { field: 'CUSTOMER_NAME' }],
    };
    const { savedView, userErrors } = await run('createSavedView', input);
    expect(userErrors).toEqual([]);
    expect(savedView).toEqual({
      id: expect.stringMatching(/^vie_/),
      name: 'Soon',
      isShared: false,
      isOwn: true,
      columns: expect.any(Array),
      query: 'müller',
      filter: input.filter,
      orderBy: [
        { field: 'CURRENT_MRR', direction: 'DESC' },
        { field: 'CUSTOMER_NAME', direction: 'ASC' },
      ],
      version: 1,
      problems: [],
    });
    expect(savedView.columns.map((column: { key: string }) => column.key)).toEqual(input.columns);
    expect(savedView.columns[0]).toEqual({ key: 'HUB_ID', label: 'Hub ID' });
    const found = await ask(
      `query ($id: ID!) { node(id: $id) { __typename id ... on SavedView { name filter } } viewer { savedViews { nodes { id query } } } }`,
      {
        id: savedView.id,
      },
    );
    expect(found).toEqual({
      node: { __typename: 'SavedView', id: savedView.id, name: 'Soon', filter: input.filter },
      viewer: { savedViews: { nodes: [{ id: savedView.id, query: 'müller' }] } },
    });
  });

  test('is refused with errors the user can fix', async () => {
    await create({ name: 'Taken' });
    const refused = async (input: Record<string, unknown>) =>
      (await run('createSavedView', { name: 'New', columns: locked, ...input })).userErrors[0];
    expect(await refused({ columns: ['STATUS', 'HUB_ID', 'CUSTOMER_NAME', 'CONTRACT_TYPE'] })).toEqual({
      __typename: 'LockedColumnError',
      code: 'LOCKED_COLUMN',
      field: ['input', 'columns'],
      message: 'These columns can be moved, but not removed: Communication owner, Renewal deadline.',
      columns: ['COMMUNICATION_OWNER', 'RENEWAL_DEADLINE'],
    });
    const invalid = (field: string, message: string | RegExp) => ({
      __typename: 'InvalidInputError',
      code: 'INVALID',
      field: ['input', field],
      message: expect.stringMatching(message),
    });
    expect(await refused({ columns: [...locked, 'STATUS'] })).toEqual(invalid('columns', /Status/));
    expect(await refused({ name: 'tAKEN ' })).toEqual({
      ...invalid('name', 'There is a view “tAKEN” already'),
      code: 'TAKEN',
    });
    expect(await refused({ name: ' ' })).toEqual(invalid('name', 'Enter at least one character'));
    expect(await refused({ name: 'x'.repeat(101) })).toEqual(invalid('name', 'at most 100 characters, not 101'));
    expect(await refused({ name: 'a\0' })).toEqual(invalid('name', 'cannot be stored'));
    expect(await refused({ name: '\ud800' })).toEqual(invalid('name', 'cannot be stored'));
    expect(await refused({ query: 'x'.repeat(201) })).toEqual(invalid('query', 'at most 200 characters, not 201'));
    const ids = (lists: number) => Array.from({ length: lists }, () => ({ customerId: { in: Array(200).fill('cus_'.padEnd(36, 'x')) } }));
    expect(await refused({ filter: { and: ids(3) } })).toEqual(invalid('filter', 'at most 16 KB; this one has 24 KB'));
    expect(await refused({ filter: { customerId: { eq: 'x'.repeat(400_000) } } })).toEqual(invalid('filter', 'at most 16 KB'));
    expect(await refused({ filter: { customerId: { eq: '\0' } } })).toEqual(invalid('filter', 'cannot be stored'));
    expect(await refused({ filter: { customerId: { in: Array(251).fill('x') } } })).toEqual(invalid('filter', 'at most 250'));
    const conditions = Array.from({ length: 51 }, () => ({ type: { in: [], nin: [] } }));
    expect(await refused({ filter: { or: conditions } })).toEqual(invalid('filter', 'at most 100 conditions'));
    expect(await refused({ orderBy: Array.from({ length: 4 }, () => ({ field: 'STATUS' })) })).toEqual(invalid('orderBy', 'at most 3'));
    expect(await names(token)).toEqual(['Taken']);
    expect(await auditOf()).toEqual(['CREATE_SAVED_VIEW']);
  });

  test('changes only in the given fields, once per version; the same input again changes nothing', async () => {
    const id = await create({ name: 'A', query: 'x', filter: { hasPrimaryContact: true }, orderBy: [{ field: 'STATUS' }] });
    await create({ name: 'B' });
    const changed = await run('updateSavedView', { id, expectedVersion: 1, name: 'C', filter: null });
    expect(changed).toMatchObject({
      savedView: { name: 'C', query: 'x', filter: null, orderBy: [{ field: 'STATUS' }], version: 2 },
      userErrors: [],
    });
    expect(await run('updateSavedView', { id, name: 'C', query: 'x' })).toMatchObject({ savedView: { version: 2 }, userErrors: [] });
    const conflict = { __typename: 'ConflictError', code: 'CONFLICT', currentVersion: 2 };
    expect(await run('updateSavedView', { id, expectedVersion: 1, name: 'D' })).toMatchObject({ savedView: null, userErrors: [conflict] });
    expect(await run('deleteSavedView', { id, expectedVersion: 1 })).toMatchObject({ deletedSavedViewId: null, userErrors: [conflict] });
    expect(await run('updateSavedView', { id, name: 'b' })).toMatchObject({
      savedView: null,
      userErrors: [{ code: 'TAKEN', field: ['input', 'name'] }],
    });
    expect(await run('updateSavedView', { id, columns: ['STATUS'] })).toMatchObject({
      savedView: null,
      userErrors: [{ code: 'LOCKED_COLUMN' }],
    });
    expect(await run('deleteSavedView', { id })).toEqual({ deletedSavedViewId: id, userErrors: [] });
    expect(await run('deleteSavedView', { id })).toMatchObject({
      deletedSavedViewId: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }],
    });
    expect(await names(token)).toEqual(['B']);
    expect(await auditOf()).toEqual(['CREATE_SAVED_VIEW', 'CREATE_SAVED_VIEW', 'UPDATE_SAVED_VIEW', 'DELETE_SAVED_VIEW']);
    // The trail keeps what changed, and not the rest of the view again.
    const { rows } = await server.database.superuserPool.query(
      `select before, after from audit_event where partner_id = $1 and action in ('UPDATE_SAVED_VIEW', 'DELETE_SAVED_VIEW') order by occurred_at`,
      [data.partnerId],
    );
    const savedViewId = uuidOf('SavedView', id);
    expect(rows).toEqual([
      { before: { savedViewId, name: 'A', filter: { hasPrimaryContact: true } }, after: { savedViewId, name: 'C', filter: null } },
      { before: { savedViewId, name: 'C', isShared: false }, after: null },
    ]);
  });

  test('with a large filter leave its hash in the trail, which one client could otherwise fill', async () => {
    const filterOf = (letter: string) => ({ customerId: { in: Array(200).fill(letter.repeat(60)) } });
    const id = await create({ name: 'A', filter: filterOf('a') });
    await run('updateSavedView', { id, filter: filterOf('b') });
    await run('updateSavedView', { id, name: 'B' });
    const { rows } = await server.database.superuserPool.query(
      `select before, after from audit_event where partner_id = $1 and action like '%SAVED_VIEW' order by occurred_at`,
      [data.partnerId],
    );
    const traced = { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: expect.any(Number) };
    expect(rows).toMatchObject([{ after: { filter: traced } }, { before: { filter: traced }, after: { filter: traced } }, {}]);
    expect(rows[1].before.filter).toEqual(rows[0].after.filter);
    expect(rows[1].after.filter).not.toEqual(rows[0].after.filter);
    expect(rows[2].after).toEqual({ savedViewId: uuidOf('SavedView', id), name: 'B' });
  });

  test('changes once per version: of 20 concurrent edits, 1 succeeds; of 20 views with one name, 1 is created', async () => {
    const id = await create({ name: 'A' });
    const edits = await Promise.all(
      Array.from({ length: 20 }, (_, index) => run('updateSavedView', { id, expectedVersion: 1, query: `${index}` })),
    );
    expect(edits.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(edits.filter(({ userErrors }) => userErrors[0]?.code === 'CONFLICT')).toHaveLength(19);
    const made = await Promise.all(Array.from({ length: 20 }, () => run('createSavedView', { name: 'B', columns: locked })));
    expect(made.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    const ids = await Promise.all(['C', 'D', 'E'].map((name) => create({ name })));
    const renamed = await Promise.all(ids.map((each) => run('updateSavedView', { id: each, name: 'F' })));
    expect(renamed.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(renamed.filter(({ userErrors }) => userErrors[0]?.field?.[1] === 'name')).toHaveLength(2);
  });

  test('is created at most a hundred times', async () => {
    await create({ name: 'First' });
    await server.database.superuserPool.query(
      `insert into saved_view (partner_id, id, principal_id, name, columns)
       select partner_id, gen_random_uuid(), principal_id, 'View ' || n, columns from saved_view, generate_series(2, 100) n where partner_id = $1`,
      [data.partnerId],
    );
    expect(await run('createSavedView', { name: 'One more', columns: locked })).toMatchObject({
      savedView: null,
      userErrors: [{ code: 'INVALID' }],
    });
    expect(await names(token)).toHaveLength(100);
  });
});

describe('who sees and changes a view', () => {
  test('only its owner until it is shared; then every user of the partner sees it, and its owner and ADMIN change it', async () => {
    const [viewer, manager, admin] = [await userToken('VIEWER'), await userToken('MANAGER'), await userToken('ADMIN')];
    const id = await create({ name: 'Mine' });
    for (const other of [viewer, manager, admin]) {
      expect(await names(other)).toEqual([]);
      expect((await ask('query ($id: ID!) { node(id: $id) { id } }', { id }, other)).node).toBeNull();
      expect(await run('updateSavedView', { id, name: 'Yours' }, other)).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
      expect(await run('deleteSavedView', { id }, other)).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    }
    expect(await run('updateSavedView', { id, isShared: true })).toMatchObject({
      savedView: { isShared: true, isOwn: true },
      userErrors: [],
    });
    const notAllowed = { code: 'NOT_ALLOWED', field: ['input', 'id'], message: expect.stringContaining('Only its owner or an ADMIN') };
    for (const other of [viewer, manager, admin]) {
      expect((await ask('{ viewer { savedViews { nodes { name isOwn isShared } } } }', {}, other)).viewer.savedViews.nodes).toEqual([
        { name: 'Mine', isOwn: false, isShared: true },
      ]);
      expect(await customers(`viewId: "${id}"`, other)).toBe('');
      if (other === admin) continue;
      expect(await run('updateSavedView', { id, name: 'Yours' }, other)).toMatchObject({ savedView: null, userErrors: [notAllowed] });
      expect(await run('deleteSavedView', { id }, other)).toMatchObject({ deletedSavedViewId: null, userErrors: [notAllowed] });
    }
    expect(await run('updateSavedView', { id, name: 'Ours' }, admin)).toMatchObject({
      savedView: { name: 'Ours', isOwn: false },
      userErrors: [],
    });
    expect(await run('updateSavedView', { id, isShared: false }, admin)).toEqual({ savedView: null, userErrors: [] });
    expect(await names(admin)).toEqual([]);
    expect(await names(token)).toEqual(['Ours']);
  });

  test('sharing requires MANAGER or ADMIN; every user of the partner may have private views', async () => {
    const refusals: unknown[] = [];
    for (const role of ['VIEWER', 'MANAGER', 'ADMIN'] as const) {
      const as = await userToken(role);
      await create({ name: `Private of ${role}` }, as);
      const { userErrors } = await run('createSavedView', { name: `Shared by ${role}`, columns: locked, isShared: true }, as);
      refusals.push(userErrors);
    }
    const message = 'Sharing a view needs the role MANAGER or ADMIN. You can keep it as your own.';
    expect(refusals).toEqual([[{ __typename: 'InvalidInputError', code: 'NOT_ALLOWED', field: ['input', 'isShared'], message }], [], []]);
    expect(await names(await userToken('VIEWER'))).toEqual(['Shared by ADMIN', 'Shared by MANAGER']);
  });

  test("a VIEWER changes no view that is shared, even if it is the viewer's own", async () => {
    const needsManager = [
      { __typename: 'InvalidInputError', code: 'NOT_ALLOWED', field: ['input', 'id'], message: expect.stringContaining('MANAGER') },
    ];
    const demoted = await userToken('MANAGER');
    const partnerKey = await server.createToken(data.partnerId, 'MANAGER');
    const views = [
      [demoted, await create({ name: 'Ours', isShared: true }, demoted)],
      [await server.createToken(data.partnerId, 'VIEWER'), await create({ name: "The partner's", isShared: true }, partnerKey)],
    ] as const;
    await server.database.superuserPool.query(`update partner_user set role = 'VIEWER' where partner_id = $1 and role = 'MANAGER'`, [
      data.partnerId,
    ]);
    for (const [as, id] of views) {
      for (const change of [{ name: 'Mine' }, { isShared: false }, { isShared: true }, { isShared: false, name: 'Mine' }, {}]) {
        expect(await run('updateSavedView', { id, ...change }, as)).toEqual({ savedView: null, userErrors: needsManager });
      }
      expect(await run('deleteSavedView', { id }, as)).toEqual({ deletedSavedViewId: null, userErrors: needsManager });
    }
    expect(await names(await userToken('VIEWER'))).toEqual(['Ours', "The partner's"]);
    expect(await run('updateSavedView', { id: views[1][1], isShared: false }, partnerKey)).toMatchObject({ userErrors: [] });
    // Private again, it is like any other view of its owner.
    expect(await run('deleteSavedView', { id: views[1][1] }, views[1][0])).toMatchObject({ userErrors: [] });
  });

  test("keys without a user have the partner's views; the operator sees shared views and cannot create any", async () => {
    const key = await server.createToken(data.partnerId, 'VIEWER');
    const sameKind = await server.createToken(data.partnerId, 'MANAGER');
    await create({ name: "Partner's" }, key);
    await create({ name: "User's" });
    expect(await names(sameKind)).toEqual(["Partner's"]);
    expect(await names(token)).toEqual(["User's"]);
    const vendor = await server.createPartner(`Vendor ${count}`);
    const operator = await server.createToken(vendor, 'OPERATOR');
    const asOperator = async (document: string, variables = {}) =>
      await server.query(document, variables, { token: operator, headers: { 'x-partner-id': data.globalId } });
    const list = '{ viewer { savedViews { nodes { name isOwn } } } }';
    expect((await asOperator(list)).body.data.viewer.savedViews.nodes).toEqual([]);
    await create({ name: 'Shared', isShared: true });
    expect((await asOperator(list)).body.data.viewer.savedViews.nodes).toEqual([{ name: 'Shared', isOwn: false }]);
    const refused = await asOperator('mutation ($input: CreateSavedViewInput!) { createSavedView(input: $input) { savedView { id } } }', {
      input: { name: 'X', columns: locked },
    });
    expect(refused.body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test("another user's, another partner's and a missing view get the same answer, byte for byte", async () => {
    const hidden = await create({ name: 'CANARY' }, await userToken('ADMIN'));
    const shared = await create({ name: 'CANARY', isShared: true });
    const stranger = await server.createToken(await server.createPartner(`Other ${count}`), 'ADMIN');
    const bytes = async (id: string, as: string) => {
      const ids = JSON.stringify(id);
      const texts: string[] = [];
      // One after the other: on a busy machine, a burst of one partner beside another may be refused.
      for (const document of [
        `{ upcomingContractChanges(viewId: ${ids}) { totalCount } }`,
        `{ upcomingContractChangesSummary(viewId: ${ids}) { totalCount } }`,
        `{ node(id: ${ids}) { id } }`,
        `mutation { updateSavedView(input: { id: ${ids}, name: "x" }) { savedView { id } userErrors { code message field } } }`,
        `mutation { deleteSavedView(input: { id: ${ids} }) { deletedSavedViewId userErrors { code message field } } }`,
      ]) {
        // The error's location depends only on the document.
        const { status, text } = await server.query(document, {}, { token: as });
        texts.push(`${status} ${text.replaceAll(id, 'ID')}`);
      }
      return texts;
    };
    const missing = await bytes(`vie_${randomUUID()}`, token);
    expect(missing[0]).toContain('"message":"There is no such view."');
    expect(missing[0]).toContain('"code":"BAD_USER_INPUT"');
    expect(await bytes(hidden, token)).toEqual(missing);
    expect(await bytes(hidden, stranger)).toEqual(missing);
    expect(await bytes(shared, stranger)).toEqual(missing);
    expect(await bytes('nonsense', token)).toEqual(missing);
    expect(await bytes(`cus_${hidden.slice(4)}`, token)).toEqual(missing);
    expect(await names(stranger)).toEqual([]);
  });
});

describe('the dashboard with a view', () => {
  beforeEach(async () => {
    for (const [name, days, noticeContact] of [
      ['Anna', 50, true],
      ['Bert', 60, false],
      ['Carl', 70, true],
    ] as const) {
      const customerId = await data.customer({ name });
      await data.renewal(customerId, addDays(today, days));
      if (noticeContact) await data.user(customerId, { name: 'Contact', isPrimaryContact: true });
    }
  });

  test('applies the view; given arguments replace its parts', async () => {
    const id = await create({
      name: 'With a contact, by name from the end',
      filter: { hasPrimaryContact: true },
      orderBy: [{ field: 'CUSTOMER_NAME', direction: 'DESC' }],
    });
    const searching = await create({ name: 'Search', query: 'ar' });
    const viewed = (further = '', of = id) => customers(`viewId: "${of}"${further}`);
    expect(await viewed()).toBe('Carl Anna');
    expect(await viewed(', query: "ann"')).toBe('Anna');
    expect(await viewed(', filter: { hasPrimaryContact: false }')).toBe('Bert');
    expect(await viewed(', filter: {}')).toBe('Carl Bert Anna');
    expect(await viewed(', filter: null')).toBe('Carl Bert Anna');
    expect(await viewed(', orderBy: [{ field: EFFECTIVE_DATE }]')).toBe('Anna Carl');
    expect(await viewed(', orderBy: null')).toBe('Anna Carl');
    expect(await viewed('', searching)).toBe('Carl');
    expect(await viewed(', query: null', searching)).toBe('Anna Bert Carl');
    expect(await viewed(', query: ""', searching)).toBe('Anna Bert Carl');
    expect(await customers('viewId: null')).toBe('Anna Bert Carl');
  });

  test('is paged by the order of the view', async () => {
    const id = await create({ name: 'From the end', orderBy: [{ field: 'CUSTOMER_NAME', direction: 'DESC' }] });
    const document =
      'query ($id: ID!, $after: String) { upcomingContractChanges(viewId: $id, first: 1, after: $after) { nodes { customer { name } } pageInfo { endCursor } } }';
    const first = (await ask(document, { id })).upcomingContractChanges;
    const second = (await ask(document, { id, after: first.pageInfo.endCursor })).upcomingContractChanges;
    expect([...first.nodes, ...second.nodes]).toEqual([{ customer: { name: 'Carl' } }, { customer: { name: 'Bert' } }]);
  });

  test('reads the view in one statement, even if several fields use it, and in none without viewId', async () => {
    const id = await create({ name: 'V', query: 'a' });
    const statements = async (document: string) => {
      server.database.markStatements();
      await ask(document);
      return server.database.statements().filter((text) => /saved_view/.test(text)).length;
    };
    expect(await statements('{ upcomingContractChanges { totalCount } }')).toBe(0);
    const of = `viewId: "${id}"`;
    expect(
      await statements(
        `{ upcomingContractChanges(${of}) { totalCount } again: upcomingContractChanges(${of}) { nodes { id } } upcomingContractChangesSummary(${of}) { totalCount } }`,
      ),
    ).toBe(1);
    const list = '{ viewer { savedViews { nodes { name columns { label } filter orderBy { field } problems { message } } } } }';
    expect(await statements(list)).toBe(1);
    for (const name of ['W', 'X', 'Y']) await create({ name });
    expect(await statements(list)).toBe(1);
  });

  test('opens without parts that no longer exist, and reports them', async () => {
    const id = await create({ name: 'Old', filter: { hasPrimaryContact: true } });
    await store(id, {
      columns: ['HUB_ID', 'A_COLUMN_THAT_WAS', 'constructor', ...locked.slice(1)],
      filter: {
        hasPrimaryContact: true,
        churnRisk: { gte: 3 },
        __proto__thing: 1,
        status: { in: ['PENDING', 'SNOOZED'] },
        communicationOwner: { eq: 'NOBODY' },
        effectiveDate: { gte: 'soon' },
        not: { type: { eq: 'DOWNGRADE' } },
        or: [{ type: { in: ['DOWNGRADE'] } }, { type: { eq: 'RENEWAL' } }],
        and: [{ type: { in: ['DOWNGRADE'] } }],
      },
      orderBy: [
        { field: 'CHURN_RISK', direction: 'ASC' },
        { field: 'CUSTOMER_NAME', direction: 'DESC' },
      ],
    });
    expect(await customers(`viewId: "${id}"`)).toBe('Carl Anna');
    const { viewer } = await ask(
      '{ viewer { savedViews { nodes { columns { key } filter orderBy { field direction } problems { message field } } } } }',
    );
    const [opened] = viewer.savedViews.nodes;
    expect(opened.columns.map((column: { key: string }) => column.key)).toEqual(['HUB_ID', ...locked.slice(1), 'CUSTOMER_NAME']);
    expect(opened.filter).toEqual({ hasPrimaryContact: true, status: { in: ['PENDING'] }, or: [{ type: { eq: 'RENEWAL' } }] });
    expect(opened.orderBy).toEqual([{ field: 'CUSTOMER_NAME', direction: 'DESC' }]);
    const gone = (what: string) => `The ${what} no longer exists; the view is shown without it.`;
    expect(opened.problems).toEqual(
      expect.arrayContaining([
        { message: gone('column “A_COLUMN_THAT_WAS”'), field: ['columns'] },
        { message: gone('column “constructor”'), field: ['columns'] },
        { message: gone('filter by “churnRisk”'), field: ['filter', 'churnRisk'] },
        { message: gone('filter by “__proto__thing”'), field: ['filter', '__proto__thing'] },
        { message: gone('filter by status “SNOOZED”'), field: ['filter', 'status', 'in'] },
        { message: gone('filter by communicationOwner “NOBODY”'), field: ['filter', 'communicationOwner', 'eq'] },
        { message: gone('filter by effectiveDate “soon”'), field: ['filter', 'effectiveDate', 'gte'] },
        { message: gone('filter by type “DOWNGRADE”'), field: ['filter', 'not', 'type', 'eq'] },
        { message: gone('filter by type “DOWNGRADE”'), field: ['filter', 'or', 'type', 'in'] },
        { message: gone('filter by type “DOWNGRADE”'), field: ['filter', 'and', 'type', 'in'] },
        { message: gone('order by “CHURN_RISK”'), field: ['orderBy', 'field'] },
      ]),
    );
    expect(opened.problems).toHaveLength(11);
  });

  test('without any remaining part shows the default dashboard', async () => {
    const id = await create({ name: 'Old', filter: { hasPrimaryContact: true } });
    await store(id, { filter: { not: { or: [{ status: { in: ['SNOOZED'] } }] } }, orderBy: [{ field: 'CHURN_RISK', direction: 'ASC' }] });
    expect(await customers(`viewId: "${id}"`)).toBe('Anna Bert Carl');
    await store(id, { filter: [], orderBy: {} });
    expect(await customers(`viewId: "${id}"`)).toBe('Anna Bert Carl');
    expect(
      (await ask('{ viewer { savedViews { nodes { filter orderBy { field } problems { field } } } } }')).viewer.savedViews.nodes,
    ).toEqual([{ filter: null, orderBy: null, problems: [{ field: ['filter'] }] }]);
  });
});
