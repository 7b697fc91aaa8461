import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

// availableActions must list exactly the actions that the mutations accept. The expected actions follow domain.md; they are written
// out here again, without importing a rule.

const today = '2026-11-22';
const noticeDays = 45;

const roles = ['VIEWER', 'MANAGER', 'ADMIN', 'OPERATOR'] as const;
const owners = ['VENDOR', 'PARTNER', 'PARTNER_BY_SETTING'] as const;
const types = ['RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE'] as const;
const states = ['undecided', 'accepted', 'cancelled', 'withdrawn', 'cancelled late'] as const;
const actions = ['ACCEPT', 'REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION'] as const;
const mutations = {
  ACCEPT: 'acceptContractChange',
  REQUEST_CANCELLATION: 'requestCancellation',
  WITHDRAW_CANCELLATION: 'withdrawCancellation',
};

type Cell = {
  id: string;
  role: (typeof roles)[number];
  owner: (typeof owners)[number];
  type: (typeof types)[number];
  day: number;
  state: (typeof states)[number];
  action: (typeof actions)[number];
};

/** The decisions that bring a change into a state. The timely ones are dated before any deadline of yesterday. */
function decisionsOf({ type, day, state }: Cell): { action: string; decidedOn: string }[] {
  const inTime = addDays(today, Math.min(-2, type === 'RENEWAL' ? day - noticeDays - 2 : -2));
  const request = { action: 'REQUEST_CANCELLATION', decidedOn: inTime };
  if (state === 'accepted') return [{ action: 'ACCEPT', decidedOn: inTime }];
  if (state === 'cancelled') return [request];
  if (state === 'withdrawn') return [request, { action: 'WITHDRAW_CANCELLATION', decidedOn: inTime }];
  return state === 'cancelled late' ? [{ ...request, decidedOn: addDays(today, -1) }] : [];
}

/** A cancellation can only be late after the deadline. */
const isPossible = ({ type, day, state }: Cell) => state !== 'cancelled late' || (type === 'RENEWAL' && day < noticeDays - 1);

const mayDecide = ({ role, owner }: Cell) => role === 'OPERATOR' || (owner !== 'VENDOR' && role !== 'VIEWER');
const isOpen = ({ type, day }: Cell) => day >= (type === 'RENEWAL' ? noticeDays : 1);

const isKeptForLater = ({ state, day }: Cell) => state === 'cancelled late' && day >= 0;

function expectedActions(cell: Cell): string[] {
  if (!mayDecide(cell)) return [];
  // A request that is too late for this renewal is kept for later renewals until it is withdrawn.
  if (!isOpen(cell)) return isKeptForLater(cell) ? ['WITHDRAW_CANCELLATION'] : [];
  if (cell.state === 'cancelled') return ['ACCEPT', 'WITHDRAW_CANCELLATION'];
  return cell.state === 'accepted' ? ['REQUEST_CANCELLATION'] : ['ACCEPT', 'REQUEST_CANCELLATION'];
}

let server: TestServer;
const partners = new Map<Cell['owner'], TestData>();
const tokens = new Map<string, string>();

beforeAll(async () => {
  server = await startTestServer({ businessDate: addDays(today, -1) });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: addDays(today, -1) });
  const owning = await TestData.of(server.database.pool, { name: 'Globex', passedThrough: addDays(today, -1), ownsAll: true });
  for (const owner of owners) partners.set(owner, owner === 'PARTNER_BY_SETTING' ? owning : data);
  for (const each of [data, owning])
    for (const role of roles) tokens.set(each.partnerId + role, await server.createToken(each.partnerId, role));
});
afterAll(() => server.close());

const dataOf = (cell: Cell) => partners.get(cell.owner) as TestData;
const ask = async (cell: Cell, document: string, variables: object) => {
  const { partnerId, globalId } = dataOf(cell);
  const token = tokens.get(partnerId + cell.role) as string;
  return (await server.query(document, { ...variables }, { token, headers: { 'x-partner-id': globalId } })).body;
};

/** A customer, a contract and a change for each cell. */
async function layOut(tx: PartnerTransaction, laid: readonly Cell[]): Promise<void> {
  const rows = laid.map((cell, index) => {
    const date = addDays(today, cell.day);
    return {
      ...cell,
      hub: index + 1,
      date,
      anchor: `${Number(date.slice(0, 4)) - 4}${date.slice(4)}`,
      months: cell.type === 'RENEWAL' ? 48 : 60,
      manual: cell.owner === 'PARTNER_BY_SETTING' ? null : cell.owner,
    };
  });
  const from = `from jsonb_to_recordset($2::jsonb) x (id uuid, hub bigint, date date, anchor date, months int, manual communication_owner, type contract_change_type)`;
  for (const insert of [
    `customer (partner_id, id, hub_id, name, search_text) select $1::uuid, x.id, x.hub, 'C', 'c' ${from}`,
    `customer_association (partner_id, id, customer_id, communication_owner) select $1::uuid, x.id, x.id, x.manual ${from}`,
    `contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months, subscription_term_months, mrr,
       currency_code, anchor_date, term_start_months, renewal_months)
     select $1::uuid, x.id, x.id::text, x.id, 'P', 'MONTHLY', 1, 12, 100, 'EUR', x.anchor, x.months - 12, x.months ${from}`,
    `contract_change (partner_id, id, customer_id, contract_id, type, effective_date) select $1::uuid, x.id, x.id, x.id, x.type, x.date ${from}`,
  ]) {
    await tx.query(`insert into ${insert}`, [tx.partnerId, JSON.stringify(rows)]);
  }
  const decisions = laid.flatMap((cell) => decisionsOf(cell).map((decision, index) => ({ id: cell.id, sequence: index + 1, ...decision })));
  await tx.query(
    `insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
     select $1::uuid, x.id, x.sequence, x.action, x."decidedOn", 'test', false, 'MANUAL'
     from jsonb_to_recordset($2::jsonb) x (id uuid, sequence int, action contract_change_action, "decidedOn" date)`,
    [tx.partnerId, JSON.stringify(decisions)],
  );
}

const chunks = <T>(list: readonly T[], size: number) =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));

async function readActions(cells: readonly Cell[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const viewer of tokens.keys()) {
    const seen = cells.filter((cell) => dataOf(cell).partnerId + cell.role === viewer);
    for (const some of chunks(seen, 100)) {
      const ids = some.map(({ id }) => `cch_${id}`);
      const { data } = await ask(
        some[0] as Cell,
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ContractChange { availableActions } } }',
        { ids },
      );
      for (const node of data.nodes) if (node) found.set(node.id.slice(4), node.availableActions);
    }
  }
  return found;
}

/** Runs the mutation; returns whether it was refused, else the new status. */
async function act(cell: Cell): Promise<{ isRefused: boolean; status: string | null }> {
  const name = mutations[cell.action];
  const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { outcome: ${name}(input: $input) { contractChange { status } userErrors { code } } }`;
  const { data, errors } = await ask(cell, document, { input: { contractChangeId: `cch_${cell.id}` } });
  const isRefused = errors !== undefined || data.outcome.userErrors.length > 0;
  return { isRefused, status: data?.outcome?.contractChange?.status ?? null };
}

const everything: Cell[] = [];
for (let day = -1; day <= 60; day += 1) {
  // Near a limit all combinations run; on other days a sample of them.
  let turn = day * 7;
  for (const type of types) {
    const isEdge = (type === 'RENEWAL' ? [-1, 0, 44, 45] : [-1, 0, 1]).includes(day);
    for (const state of states)
      for (const action of actions)
        for (const role of roles)
          for (const owner of isEdge ? owners.slice(0, 2) : owners) {
            const cell = { id: randomUUID(), role, owner, type, day, state, action };
            if (isPossible(cell) && (isEdge || (turn += 1) % 61 === 0)) everything.push(cell);
          }
  }
}

describe('availableActions and the mutations', () => {
  let listed: Map<string, string[]>;
  const outcomes = new Map<string, Awaited<ReturnType<typeof act>>>();
  let versions: Map<string, number>;

  beforeAll(async () => {
    for (const data of new Set(partners.values())) {
      await data.change((tx) =>
        layOut(
          tx,
          everything.filter((cell) => dataOf(cell) === data),
        ),
      );
    }
    // The rows are new, and the planner has no statistics of them yet.
    await server.database.superuserPool.query('analyze');
    // The day passes as in the product: changes that took effect yesterday are settled.
    server.setBusinessDate(today);
    listed = await readActions(everything);
    for (const some of chunks(everything, 16)) await Promise.all(some.map(async (cell) => void outcomes.set(cell.id, await act(cell))));
    const { rows } = await server.database.superuserPool.query<{ id: string; version: number }>('select id, version from contract_change');
    versions = new Map(rows.map(({ id, version }) => [id, version]));
  }, 240_000);

  const where = (isWrong: (cell: Cell) => boolean) =>
    everything.filter(isWrong).map(({ id: _id, ...cell }) => Object.values(cell).join(', '));

  test('are compared on every day from −1 to 60, for every role, owner, type, state and action', () => {
    expect(new Set(everything.map(({ day }) => day)).size).toBe(62);
    for (const [key, values] of Object.entries({ role: roles, owner: owners, type: types, state: states, action: actions })) {
      expect(new Set(everything.map((cell) => cell[key as 'role']))).toEqual(new Set(values));
    }
    expect(everything.length).toBeGreaterThan(1200);
  });

  test('follow the rules', () => {
    expect(where((cell) => JSON.stringify(listed.get(cell.id) ?? []) !== JSON.stringify(expectedActions(cell)))).toEqual([]);
  });

  test('accept a listed action, record it once and show it', () => {
    const shown = (cell: Cell) =>
      cell.action === 'REQUEST_CANCELLATION'
        ? 'CANCELLATION_REQUESTED'
        : cell.action === 'WITHDRAW_CANCELLATION'
          ? isOpen(cell)
            ? 'PENDING'
            : 'RENEWED'
          : cell.type === 'RENEWAL'
            ? 'RENEWED'
            : 'CONFIRMED';
    const isListed = (cell: Cell) => listed.get(cell.id)?.includes(cell.action) ?? false;
    expect(where(isListed).length).toBeGreaterThan(100);
    expect(
      where(
        (cell) =>
          isListed(cell) &&
          (outcomes.get(cell.id)?.isRefused === true || versions.get(cell.id) !== 2 || outcomes.get(cell.id)?.status !== shown(cell)),
      ),
    ).toEqual([]);
  });

  test('change nothing for an unlisted action', () => {
    expect(where((cell) => listed.get(cell.id)?.includes(cell.action) !== true && versions.get(cell.id) !== 1)).toEqual([]);
  });

  test('refuse an unlisted action only if it is too late or the viewer may not decide; otherwise it already stands', () => {
    const mustBeRefused = (cell: Cell) =>
      !mayDecide(cell) || (!isOpen(cell) && !(isKeptForLater(cell) && cell.action === 'WITHDRAW_CANCELLATION'));
    expect(where((cell) => outcomes.get(cell.id)?.isRefused !== mustBeRefused(cell))).toEqual([]);
  });
});
