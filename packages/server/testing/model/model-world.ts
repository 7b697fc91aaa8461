import { TestData } from '../test-data.ts';
import type { TestServer } from '../test-server.ts';
import { dateOf, dayOf, monthsAfter } from './civil-day.ts';
import {
  DashboardModel,
  keyOf,
  openRenewal,
  type Contract,
  type Customer,
  type Line,
  type Partner,
  type Role,
  type Terms,
  type Type,
} from './dashboard.model.ts';

// Creates the same partners twice: in the model, and in the database of a server.

/** The content of a world, in numbers small enough that every combination is valid. */
export type ContractPlan = {
  anchor: string;
  term: number;
  notice: number;
  renewal: number;
  next: number;
  renewalDecisions: DecisionPlan[];
  nextDecisions: DecisionPlan[];
  changes: ChangePlan[];
};
export type ChangePlan = {
  type: Type;
  inDays: number;
  terms: number;
  isShared: boolean;
  /** on the day of the contract's first change */
  isWithFirst: boolean;
  decisions: DecisionPlan[];
};
/** A decision that an import recorded, in days from a renewal's deadline or from another change's date. */
export type DecisionPlan = { action: Line['action']; inDays: number };
export type CustomerPlan = { isShared: boolean; contracts: ContractPlan[] };
export type Plan = { today: string; customers: CustomerPlan[] };

const terms: Terms = {
  maxContacts: 1000,
  emailLimit: null,
  billingFrequency: 'MONTHLY',
  billingIntervalMonths: 1,
  subscriptionTermMonths: 12,
  mrr: { amount: '100.00', currencyCode: 'EUR' },
};

/** New terms that changes announce; the first entry announces nothing. */
export const announcements: Partial<Terms>[] = [
  {},
  { mrr: { amount: '120.5', currencyCode: 'EUR' } },
  { maxContacts: 5000, mrr: { amount: '0.10', currencyCode: 'USD' } },
  { subscriptionTermMonths: 1 },
  { subscriptionTermMonths: 6, emailLimit: 0 },
  { billingFrequency: 'OTHER', billingIntervalMonths: 5 },
];

export type PartnerAccess = {
  partner: Partner;
  data: TestData;
  keys: Record<Role | 'USER', string>;
  customerIds: Map<string, string>;
  contactIds: Map<string, string>;
  /** ids of contract changes by the model's keys; ids of changes opened by passing days come from answers */
  changeIds: Map<string, string>;
  auditedBefore: number;
};

export async function layOut(server: TestServer, plan: Plan): Promise<{ model: DashboardModel; accesses: PartnerAccess[] }> {
  const accesses: PartnerAccess[] = [];
  const model = new DashboardModel(dayOf(plan.today), []);
  for (const name of ['One', 'Two']) {
    const access = await layOutPartner(server, plan, name);
    model.partners.push(access.partner);
    accesses.push(access);
  }
  return { model, accesses };
}

async function layOutPartner(server: TestServer, plan: Plan, name: string): Promise<PartnerAccess> {
  const { pool, superuserPool } = server.database;
  const data = await TestData.of(pool, { name, passedThrough: plan.today });
  const partner: Partner = { name, ownsAll: false, customers: [], columns: new Map(), audited: 0 };
  const access: PartnerAccess = {
    ...{ partner, data, customerIds: new Map(), contactIds: new Map(), changeIds: new Map(), auditedBefore: 0 },
    keys: { VIEWER: '', MANAGER: '', ADMIN: '', OPERATOR: '', USER: '' },
  };
  for (const [index, customer] of plan.customers.entries()) {
    if (customer.isShared || (index % 2 === 0) === (name === 'One')) await layOutCustomer(access, plan, customer, index);
  }
  const { rows } = await superuserPool.query<{ id: string }>(
    `insert into partner_user (partner_id, id, name, email, role) values ($1, gen_random_uuid(), 'Ute', 'ute@example.com', 'MANAGER') returning id`,
    [data.partnerId],
  );
  access.keys.USER = await server.createToken(data.partnerId, 'MANAGER', { partnerUserId: rows[0]!.id });
  for (const role of ['VIEWER', 'MANAGER', 'ADMIN', 'OPERATOR'] as const)
    access.keys[role] = await server.createToken(data.partnerId, role);
  access.auditedBefore = await countAudited(server, access);
  return access;
}

export async function countAudited(server: TestServer, { data }: PartnerAccess): Promise<number> {
  const { rows } = await server.database.superuserPool.query<{ count: number }>(
    `select count(*)::int as count from audit_event where partner_id = $1 and action <> 'OPERATOR_ACCESS'`,
    [data.partnerId],
  );
  return rows[0]!.count;
}

async function layOutCustomer(
  { partner, data, customerIds, contactIds, changeIds }: PartnerAccess,
  plan: Plan,
  from: CustomerPlan,
  index: number,
) {
  const hubId = String(9_223_372_036_854_775_000n + BigInt(index));
  const customer: Customer = {
    ...{ hubId, name: `Customer ${index} of ${partner.name}`, contracts: [] },
    association: { number: 0, owner: null, contact: null, version: 1 },
    users: ['Zoë', 'Ivo', 'Gone'].map((name) => ({ name: `${name} ${index}`, isActive: name !== 'Gone' })),
  };
  partner.customers.push(customer);
  const customerId = await data.customer({ name: customer.name, hubId });
  customerIds.set(hubId, customerId);
  for (const user of customer.users) contactIds.set(user.name, await data.user(customerId, user));
  for (const [number, contract] of from.contracts.entries()) {
    // A shared customer's contracts have the same id at both partners. Others may have equal ids too, without being the same contract.
    const externalId = from.isShared ? `shared-${index}-${number}` : `own-${index}-${number}`;
    await layOutContract({ data, changeIds }, customer, customerId, plan, contract, externalId);
  }
}

async function layOutContract(
  { data, changeIds }: Pick<PartnerAccess, 'data' | 'changeIds'>,
  customer: Customer,
  customerId: string,
  plan: Plan,
  from: ContractPlan,
  externalId: string,
): Promise<void> {
  const today = dayOf(plan.today);
  let renewalMonths = from.term;
  while (monthsAfter(from.anchor, renewalMonths) < today) renewalMonths += from.term;
  const began: Terms = { ...terms, subscriptionTermMonths: from.term };
  const contract: Contract = {
    ...{ externalId, customer, product: `Product ${externalId}`, anchor: from.anchor, notice: from.notice, endedOn: null, changes: [] },
    ...{ renewalMonths, termStartMonths: renewalMonths - from.term, terms: [{ since: -Infinity, terms: began }] },
    announcements: [
      { plan: from.renewalDecisions, terms: announcements[from.renewal]!, on: monthsAfter(from.anchor, renewalMonths) },
      { plan: from.nextDecisions, terms: announcements[from.next]!, on: monthsAfter(from.anchor, renewalMonths + from.term) },
    ].map(({ plan: decisions, terms: announced, on }) => ({ on, terms: announced, lines: linesOf(decisions, on - from.notice) })),
  };
  customer.contracts.push(contract);
  openRenewal(contract, -Infinity);
  const contractId = await data.contract(customerId, {
    ...{ external_id: externalId, product: contract.product, anchor_date: from.anchor, notice_period_days: from.notice },
    ...{ term_start_months: contract.termStartMonths, renewal_months: renewalMonths, ...columnsOf(began) },
  });
  for (const [index, { on, terms: announced, lines }] of contract.announcements.entries()) {
    if (index > 0 && Object.keys(announced).length === 0 && lines.length === 0) continue;
    const date = dateOf(on);
    const id = await data.changeOf(customerId, contractId, {
      ...{ type: 'RENEWAL', effective_date: date, notice_period_days: from.notice },
      ...columnsOf(announced, 'new_'),
    });
    changeIds.set(keyOf(externalId, 'RENEWAL', date), id);
    await record(data, id, lines);
  }
  for (const [index, change] of from.changes.entries()) {
    const on = today + (change.isWithFirst ? from.changes[0]! : change).inDays;
    // Ids whose order by code point is not that of an alphabet: "B" comes before "a".
    const id = `${'aBc'[index]} ${externalId} ${change.isShared ? 'shared' : data.partnerId}`;
    const key = keyOf(externalId, change.type, id);
    const lines = linesOf(change.decisions, on);
    const announced = announcements[change.terms]!;
    contract.changes.push({
      ...{ key, externalId: id, type: change.type, contract, on, notice: 45, opened: -Infinity, announced },
      ...{ lines, isSettled: false, from: null, version: 1 },
    });
    const columns = columnsOf(announced, 'new_');
    const values = { type: change.type, effective_date: dateOf(on), external_id: id, ...columns };
    changeIds.set(key, await data.changeOf(customerId, contractId, values));
    await record(data, changeIds.get(key)!, lines);
  }
}

/** Decisions that an import recorded, all at once. */
const linesOf = (decisions: readonly DecisionPlan[], day: number): Line[] =>
  decisions.map(({ action, inDays }) => ({ action, on: day + inDays, recorded: 0, onBehalfOfCustomer: false, takenBackOn: null }));

async function record(data: TestData, changeId: string, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  await data.change((tx) =>
    tx.query(
      `insert into contract_change_decision
         (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source, recorded_at)
       select $1, $2, line.sequence, line.action, line.decided_on, 'import', false, 'IMPORT', '2020-01-01'
       from unnest($3::contract_change_action[], $4::date[]) with ordinality line(action, decided_on, sequence)`,
      [data.partnerId, changeId, lines.map(({ action }) => action), lines.map(({ on }) => dateOf(on))],
    ),
  );
}

const columnNames = {
  ...{ maxContacts: 'max_contacts', emailLimit: 'email_limit', billingFrequency: 'billing_frequency' },
  ...{ billingIntervalMonths: 'billing_interval_months', subscriptionTermMonths: 'subscription_term_months' },
};

function columnsOf({ mrr, ...others }: Partial<Terms>, prefix = ''): Record<string, unknown> {
  const columns = Object.entries(others).map(([name, value]) => [`${prefix}${columnNames[name as keyof typeof columnNames]}`, value]);
  return {
    ...Object.fromEntries(columns),
    ...(mrr && { [`${prefix}mrr`]: mrr.amount, [`${prefix}currency_code`]: mrr.currencyCode }),
  };
}
