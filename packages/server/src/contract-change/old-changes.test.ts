// Long: each way in which rows of long ago are read, changed and removed.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, type CalendarDate } from '../calendar-date.ts';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { manyCustomers } from '../../testing/many-customers.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { TestData } from '../../testing/test-data.ts';
import { globalId } from '../graphql/global-id.ts';
import { surveyDaysUnscoped } from '../partner/partner-directory.queries.ts';
import { passIdlePartnersUnscoped } from './idle-partners.queries.ts';
import { passDays } from './passing-days.queries.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

// A change that took effect more than 366 days ago leaves dashboard_row. The API must not show that.

const start = '2026-01-01';
const on = '2026-03-31';
const lastDay = addDays(on, 366);

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: start, mostDays: Infinity })));
afterAll(() => server.close());

const rows = async (sql: string, partnerId: string) =>
  (await server.database.superuserPool.query(sql, [partnerId])).rows as Record<string, unknown>[];
const storedDays = async ({ partnerId }: TestData) =>
  (await rows('select effective_date from dashboard_row where partner_id = $1 order by 1', partnerId)).map((row) => row['effective_date']);
const differences = async ({ partnerId }: TestData) => await rowDifferences(server.database.superuserPool, partnerId);
async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const changeFields = `id type status statusReason effectiveDate renewalDeadline lastDecisionDate version availableActions lateCancellationRequest
  customer { id name website hubId association { version } } communicationOwner communicationOwnerSource primaryContact { id name }
  decision { action decidedOn recordedBy } lateRequest { action decidedOn } estimatedMrrChange { amount currencyCode }
  currentTerms { mrr { amount currencyCode } maxContacts emailLimit subscriptionTermMonths billingFrequency }
  newTerms { mrr { amount currencyCode } maxContacts } contract { id externalId customer { id name } }
  reminderMutes(first: 5) { totalCount nodes { until forEveryone } } nextCancellableRenewalDate timeline(first: 20) { totalCount nodes { __typename } }`;
const historyOf = `query ($id: ID!, $first: Int!, $after: String) { customer(by: { id: $id }) {
  contractChanges(first: $first, after: $after) { totalCount nodes { ${changeFields} } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
const byIds = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ContractChange { ${changeFields} } } }`;

/** A partner with a customer whose contract renews monthly from that day on, an upgrade of that day, and a key. */
async function world(name: string) {
  const data = await TestData.of(server.database.pool, { name, passedThrough: start, ownsAll: true });
  const customerId = await data.customer({ name: 'Łódź Ltd', website: 'https://lodz.example', hubId: '4711' });
  await data.user(customerId, { name: 'Ada', isPrimaryContact: true });
  const terms = { subscription_term_months: 1, term_start_months: 47, notice_period_days: 10 };
  const { contractId, id: renewalId } = await data.renewal(customerId, on, terms, { new_mrr: '120.00', notice_period_days: 10 });
  const upgradeId = await data.changeOf(customerId, contractId, {
    ...{ type: 'CONTACT_TIER_UPGRADE', effective_date: on, new_mrr: '110.0', new_max_contacts: 5000, external_id: 'U-1' },
  });
  await data.decide(upgradeId, 'ACCEPT', addDays(on, -5));
  await data.decide(renewalId, 'REQUEST_CANCELLATION', addDays(on, -3));
  await data.decide(renewalId, 'WITHDRAW_CANCELLATION', addDays(on, -2));
  const token = await server.createToken(data.partnerId, 'ADMIN');
  const ids = [renewalId, upgradeId].map((id) => globalId('ContractChange', id));
  const ask = async (document: string, variables: object) => (await server.query(document, { ...variables }, { token })).body;
  const pages = async (first: number) => {
    const found = [];
    for (let after: string | null = null; ;) {
      const body = await ask(historyOf, { id: globalId('Customer', customerId), first, after });
      expect(body.errors).toBeUndefined();
      const page = body.data.customer.contractChanges;
      found.push(page);
      if (!page.pageInfo.hasNextPage) return found;
      after = page.pageInfo.endCursor;
    }
  };
  return { data, customerId, renewalId, upgradeId, ids, ask, pages };
}

/** Passes days up to a date, as the server does, and waits until old rows are removed. */
async function passTo(data: TestData, date: CalendarDate): Promise<void> {
  await passDays(server.database.pool, data.partnerId, date);
  server.setBusinessDate(date);
}

describe('a change that took effect longer ago than asOf reaches', () => {
  test('leaves the dashboard’s table, and every answer about it stays the same', async () => {
    const { data, ids, ask, pages } = await world('Leaving');
    await passTo(data, lastDay);
    expect((await storedDays(data)).slice(0, 3)).toEqual([on, on, '2026-04-30']);
    const mute = await ask(
      `mutation ($id: ID!) { muteReminders(input: { contractChangeId: $id, forEveryone: true }) { userErrors { message } } }`,
      { id: ids[0] },
    );
    expect(mute.data.muteReminders.userErrors).toEqual([]);
    const before = { nodes: (await ask(byIds, { ids })).data.nodes, history: await pages(100) };
    expect(before.nodes).toMatchObject([
      {
        status: 'RENEWED',
        currentTerms: { mrr: { amount: '110.0' } },
        newTerms: { mrr: { amount: '120.00' } },
        reminderMutes: { totalCount: 1 },
      },
      { status: 'CONFIRMED', currentTerms: { mrr: { amount: '100.00' } }, newTerms: { mrr: { amount: '110.0' } } },
    ]);

    await passTo(data, addDays(lastDay, 1));
    expect((await storedDays(data))[0]).toBe('2026-04-30');
    expect(await differences(data)).toEqual([]);
    expect({ nodes: (await ask(byIds, { ids })).data.nodes, history: await pages(100) }).toEqual(before);
  });

  test('is found by pages that begin with later changes, each once and in order', async () => {
    const { data, pages } = await world('Paging');
    await passTo(data, addDays(lastDay, 70));
    expect((await storedDays(data))[0]).toBe('2026-06-30');
    const whole = (await pages(100))[0];
    expect(whole.totalCount).toBe(whole.nodes.length);
    expect(whole.nodes.slice(-3).map((node: { effectiveDate: string }) => node.effectiveDate)).toEqual(['2026-04-30', on, on]);
    for (const size of [1, 3]) {
      const found = await pages(size);
      expect(found.flatMap((page) => page.nodes)).toEqual(whole.nodes);
      expect(new Set(found.map((page) => page.totalCount))).toEqual(new Set([whole.totalCount]));
      expect(found.map((page) => page.pageInfo.hasPreviousPage)).toEqual(found.map((_, index) => index > 0));
    }
  });

  test('cannot be decided, can be muted, and has no other answer on another day', async () => {
    const { data, ids, ask } = await world('Deciding');
    await passTo(data, addDays(lastDay, 1));
    const decide = await ask(
      `mutation ($renewal: ID!, $upgrade: ID!) {
        accept: acceptContractChange(input: { contractChangeId: $upgrade }) { userErrors { code } }
        request: requestCancellation(input: { contractChangeId: $renewal, forNextPossible: true }) { userErrors { code } } }`,
      { renewal: ids[0], upgrade: ids[1] },
    );
    expect([decide.data.accept.userErrors, decide.data.request.userErrors]).toEqual([
      [{ code: 'ALREADY_EFFECTIVE' }],
      [{ code: 'ALREADY_EFFECTIVE' }],
    ]);
    const mute = await ask(
      `mutation ($id: ID!) { muteReminders(input: { contractChangeId: $id, forEveryone: true }) { userErrors { code } } }`,
      {
        id: ids[0],
      },
    );
    expect(mute.data.muteReminders.userErrors).toEqual([]);
    const past = await ask(
      `query ($day: Date!) { upcomingContractChanges(asOf: $day, first: 5) { nodes { id effectiveDate availableActions status } } }`,
      { day: addDays(on, 1) },
    );
    const first = past.data.upcomingContractChanges.nodes[0];
    expect(first).toMatchObject({ effectiveDate: '2026-04-30', availableActions: [] });
    const again = await ask(byIds, { ids: [first.id] });
    expect(again.data.nodes).toMatchObject([{ id: first.id, effectiveDate: '2026-04-30', status: first.status }]);
  });

  test('is gone with its association, and there again with the next one', async () => {
    const { data, customerId, ids, ask } = await world('Ending');
    await passTo(data, addDays(lastDay, 1));
    const before = (await ask(byIds, { ids })).data.nodes;
    const id = globalId('Customer', customerId);
    const end = await ask(`mutation ($id: ID!) { endAssociation(input: { customerId: $id }) { userErrors { code } } }`, { id });
    expect(end.data.endAssociation.userErrors).toEqual([]);
    expect((await ask(byIds, { ids })).data.nodes).toEqual([null, null]);
    const accept = `mutation ($id: ID!) { acceptContractChange(input: { contractChangeId: $id }) { userErrors { code } } }`;
    expect((await ask(accept, { id: ids[0] })).data.acceptContractChange.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
    await ask(`mutation ($id: ID!) { resumeAssociation(input: { customerId: $id }) { userErrors { code } } }`, { id });
    expect((await ask(byIds, { ids })).data.nodes).toMatchObject(
      before.map(({ status, currentTerms }: Record<string, unknown>) => ({ status, currentTerms })),
    );
    expect((await storedDays(data))[0]).toBe('2026-04-30');
    expect(await differences(data)).toEqual([]);
  });
});

describe('rows of changes from long ago', () => {
  /** Puts back what an older version would have left. */
  const keepOldRows = async ({ partnerId }: TestData) =>
    await rows(
      `insert into dashboard_row (partner_id, id, customer_id, contract_id, hub_id, type, effective_date, renewal_deadline, notice_period_days, association_version,
         version, is_accepted, is_cancelled, has_late_cancellation, customer_name, search_text, current_mrr, new_mrr, current_currency_code, new_currency_code)
       select change.partner_id, change.id, change.customer_id, change.contract_id, 1, change.type, change.effective_date, change.renewal_deadline,
         change.notice_period_days, 1, change.version, false, false, false, 'Wrong', '', 0, 0, 'EUR', 'EUR'
       from contract_change change where change.partner_id = $1 on conflict do nothing`,
      partnerId,
    );

  test('that an older version left do not change an answer, and leave when a day passes', async () => {
    const { data, ids, ask, pages } = await world('Upgraded');
    await passTo(data, addDays(lastDay, 1));
    const [history] = await pages(100);
    await keepOldRows(data);
    expect((await storedDays(data))[0]).toBe(on);
    expect(await pages(100)).toEqual([history]);
    await passDays(server.database.pool, data.partnerId, addDays(lastDay, 2));
    expect(await differences(data)).toEqual([]);
    const inHistory = (id: string) => history.nodes.find((node: { id: string }) => node.id === id);
    expect((await ask(byIds, { ids })).data.nodes).toEqual(ids.map(inHistory));
  });

  /** A partner whose only row is of a change that is too old on the day that is returned. Nothing else is due then. */
  async function withOneOldRow(name: string, date: string) {
    const data = await TestData.of(server.database.pool, { name, passedThrough: start });
    await data.renewal(await data.customer({ name: 'Acme' }), date);
    const day = addDays(date, 366);
    await passDays(server.database.pool, data.partnerId, day);
    // Its next renewal is due the day after.
    await data.change(async (tx) => {
      // The server itself deletes none.
      await tx.query('set local role none');
      await tx.query('delete from contract_change where partner_id = $1 and settled_on is null and effective_date < $2', [
        tx.partnerId,
        '2028-01-01',
      ]);
    });
    expect(await storedDays(data)).toContain(date);
    return { data, day: addDays(day, 1) };
  }

  test('leave also when nothing else is due', async () => {
    const { data, day } = await withOneOldRow('Idle', '2026-07-10');
    await passIdlePartnersUnscoped(server.database.pool, day);
    expect((await surveyDaysUnscoped(server.database.pool, day)).behind.map(({ id }) => id)).toContain(data.partnerId);
    server.setBusinessDate(day);
    await until(async () => !(await storedDays(data)).includes('2026-07-10'));
    expect(await differences(data)).toEqual([]);
  });

  test('leave also if an edit holds their customer for long', async () => {
    const { data, day } = await withOneOldRow('Held', '2026-07-20');
    const locker = await server.database.superuserPool.connect();
    await locker.query('begin');
    await locker.query('select from customer_association where partner_id = $1 for update', [data.partnerId]);
    server.setBusinessDate(day);
    await untilLocksAreAwaited(server.database.superuserPool, 1);
    // Days pass, and rows are removed, with locks that are given up after a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await locker.query('rollback');
    locker.release();
    await until(async () => !(await storedDays(data)).includes('2026-07-20'));
    expect(await differences(data)).toEqual([]);
  });

  test('leave in pieces after the partner is served, and an edit at that time brings none back', async () => {
    const data = await TestData.of(server.database.pool, { name: 'Big', passedThrough: '2027-08-01' });
    await manyCustomers(data, 1_200, '2028-01-31');
    await rows(
      `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, new_mrr, settled_on, is_applied, from_mrr)
       select $1, gen_random_uuid(), id, customer_id, 'EMAIL_OVERAGE', date '2026-05-01' + (random() * 29)::int, 5, date '2026-06-01', true, 5 from contract where partner_id = $1`,
      data.partnerId,
    );
    await keepOldRows(data);
    const token = await server.createToken(data.partnerId, 'ADMIN');
    server.setBusinessDate('2027-08-02');
    const edits = async () => {
      const { body } = await server.query('{ customers(first: 20) { nodes { id } } }', {}, { token });
      for (const { id } of body.data.customers.nodes) {
        const edit = `mutation ($id: ID!) { setCommunicationOwner(input: { customerId: $id, owner: PARTNER }) { userErrors { code } } }`;
        expect((await server.query(edit, { id }, { token })).body).toEqual({ data: { setCommunicationOwner: { userErrors: [] } } });
      }
    };
    await edits();
    await until(async () => (await storedDays(data)).length === 1_440);
    expect(await differences(data)).toEqual([]);
  });
});
