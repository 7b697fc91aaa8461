// Long: a table of rows for every table of the database.
import { createHash } from 'node:crypto';
import { addDays, addMonths } from '../../src/calendar-date.ts';
import type { SessionDigest } from '../../src/session/session-secret.ts';
import { searchText } from '../../src/customer/search-text.ts';
import { addReminders } from './reminder-rows.ts';
import { idOf, today, userId, userRoles, type Make, type Row } from './row-parts.ts';
import { number, partnerIds, registered, text, uuid, type Letter } from './canaries.ts';

export type KeyRow = {
  id: string;
  secretHash: Buffer;
  role: string;
  userId: string | null;
  /** A browser that signed in with the key. */
  session?: SessionDigest;
};

const long = '2021-03-01T10:00:00Z';
const locked = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
const currencies: Readonly<Record<Letter, string>> = { A: 'EUR', B: 'BBD', C: 'CAD' };
const letterOrder: Readonly<Record<Letter, number>> = { A: 0, B: 1, C: 2 };

const roleElsewhere = { VIEWER: 'ADMIN', MANAGER: 'VIEWER', ADMIN: 'VIEWER' } as const;

/**
 * The customers of each partner, with the same ids and Hub IDs. The association of 3 has ended at A alone, that of 4 at the others. The
 * renewal of 5 is due at A first. "shared" has a contract that A and C hold under one external id; its id differs. "own" has an id of its
 * own at each partner.
 */
const customerNames = ['1', '2', '3', '4', '5', 'shared', 'own'] as const;
type CustomerName = (typeof customerNames)[number];

const sharedExternalId = 'Shared-contract';
const renewsIn: Readonly<Record<CustomerName, number>> = { '1': 60, '2': 70, '3': 50, '4': 30, '5': 1, shared: 65, own: 100 };

/**
 * Ids of keys. Users have the same ids everywhere: `one` of A and `two` of B are made by an administrator with the same id, and `two` is made with
 * `one`. So whoever takes B's rows for A's finds that the administrator has made `three` of A, which is made with `two`.
 */
export type MadeKeys = { one: string; two: string; three: string };

/** All rows of one partner: every text and number is a canary, where the database accepts one. */
export function partnerRows(
  letter: Letter,
  principals: readonly string[],
  keys: readonly KeyRow[],
  mutations: readonly string[],
  made: MadeKeys,
): Row[] {
  const rows: Row[] = [];
  const make: Make = { letter, rows, add: (table, values) => void rows.push({ table, values }) };
  addPartner(make, keys, made);
  addSessions(make, keys);
  customerNames.forEach((name, index) => addCustomer(make, name, index));
  addChangesOfFirst(make);
  addEndedContract(make);
  addOldRenewals(make);
  addSharedContract(make);
  addChangesOfFifth(make);
  // One that is due and cancelled at A alone; and one whose late request stands at A alone.
  addFurtherRenewal(make, 'due', '2', 2);
  addFurtherRenewal(make, 'late', '1', 35);
  addPassingContracts(make);
  addDecisions(make);
  addTraces(make);
  addKeysAndViews(make, principals, mutations);
  addReminders(make);
  return rows;
}

function addPartner({ letter, add }: Make, keys: readonly KeyRow[], { one, two, three }: MadeKeys): void {
  const partnerId = partnerIds[letter];
  for (const role of userRoles) {
    const itsRole = letter === 'A' ? role : roleElsewhere[role];
    add('partner_user', {
      id: userId(role),
      name: text(letter, `user.${role}`),
      email: text(letter, `${role}@example.com`),
      role: itsRole,
      created_at: long,
    });
  }
  add('partner_user', {
    id: idOf(letter, 'user own'),
    name: text(letter, 'user.own'),
    email: text(letter, 'own@example.com'),
    role: 'ADMIN',
    created_at: long,
  });
  for (const { id, secretHash, role, userId: user } of keys) {
    const made_by = id === one || id === two ? userId('ADMIN') : null;
    const made_with = { [two]: one, [three]: two }[id] ?? (letter === 'A' ? null : text(letter, 'made-with'));
    add('api_key', { id, partner_user_id: user, role, secret_hash: secretHash, created_at: long, made_by, made_with });
  }
  const columns = letter === 'A' ? [...locked, 'WEBSITE'] : [...locked, 'HUB_ID', 'CURRENT_MRR'].reverse();
  const choosers = letter === 'A' ? [userId('ADMIN'), partnerId] : [...userRoles.map(userId), partnerIds.A, partnerId];
  for (const chooser of choosers) add('dashboard_column_choice', { principal_id: chooser, columns });
}

/** Users with the same ids have other sessions, and what is live at A has ended at the others. */
function addSessions({ letter, add }: Make, keys: readonly KeyRow[]): void {
  const isA = letter === 'A';
  const session = (name: string, values: object) =>
    add('user_session', {
      ...{ id: idOf(letter, name), method: 'SIGN_ON', secret_hash: Buffer.alloc(32, letter), user_agent: text(letter, 'Firefox/1.0') },
      ...{ created_at: long, last_used_at: long, active_until: '2999-01-01T10:00:00Z', expires_at: '2999-01-01T10:00:00Z' },
      ...{ ended_at: isA ? null : '2021-05-01T10:00:00Z', ...values },
    });
  for (const { id: api_key_id, userId: partner_user_id, session: signedIn } of keys) {
    if (!signedIn) continue;
    const { id, secretHash: secret_hash } = signedIn;
    // It is in use.
    session('', { id, secret_hash, api_key_id, partner_user_id, method: 'API_KEY', last_used_at: '2998-01-01T10:00:00Z', ended_at: null });
  }
  session('own session 1', { partner_user_id: userId(isA ? 'ADMIN' : 'VIEWER') });
  session('own session 2', { partner_user_id: userId(isA ? 'VIEWER' : 'ADMIN'), ended_at: isA ? '2021-05-01T10:00:00Z' : null });
  session('own session 3', { api_key_id: keys.find(({ userId: user }) => user === null)?.id, method: 'API_KEY' });
  session('own session 4', { partner_user_id: userId('ADMIN') });
}

const activeAt = (letter: Letter, name: CustomerName) => (letter === 'A' ? name !== '3' : name !== '4');

const ownerAt = (letter: Letter, name: CustomerName) => {
  if (name === '5' || name === 'own') return null;
  return letter === 'A' ? 'PARTNER' : 'VENDOR';
};

/** At the others, the contact of 4 has the address that 3's has at A. */
const emailOf = (letter: Letter, name: CustomerName, user: string) =>
  letter !== 'A' && name === '4' ? text('A', `3.${user}`) : text(letter, `${name}.${user}`);

/** By its Hub ID, an operator's decision on the shared contract reaches C and not B. */
function hubIdOf(letter: Letter, name: CustomerName, index: number): number {
  if (name === 'own') return number(letter, 1);
  return 1001 + index + (name === 'shared' && letter === 'B' ? 1000 : 0);
}

function addCustomer({ letter, add }: Make, name: CustomerName, index: number): void {
  const id = idOf(letter, `customer ${name}`);
  const customerName = text(letter, `customer.${name}`);
  // The same host at all partners: each finds its own customer by it.
  const host = name === '1' ? 'same-host.example' : `${text(letter, `host-${name}`).toLowerCase()}.example`;
  const website = `https://${host}`;
  add('customer', {
    ...{ id, hub_id: hubIdOf(letter, name, index), name: customerName, website, website_key: host },
    ...{ external_id: text(letter, `account.${name}`), search_text: searchText(customerName, website) },
    ...{ imported_digest: text(letter, 'customer.digest') },
  });
  // User 3 is inactive at A and active at the others.
  for (const user of name === '1' ? ['1', '2', '3', 'own'] : ['1']) {
    add('customer_user', {
      ...{ id: idOf(letter, `user ${user} of ${name}`), customer_id: id, external_id: text(letter, `person.${name}.${user}`) },
      ...{ name: text(letter, `person-name.${name}.${user}`), email: `${emailOf(letter, name, user)}@example.com` },
      ...{ first_name: text(letter, 'first'), last_name: text(letter, 'last'), job_title: text(letter, `job.${name}.${user}`) },
      ...{ is_active: user !== '3' || letter !== 'A', imported_digest: text(letter, 'person.digest') },
    });
  }
  add('customer_association', {
    // An ended association is found by its customer, so its id has to name the partner.
    ...{ id: name === '3' ? uuid(`${letter} association 3`) : idOf(letter, `association ${name}`), customer_id: id, started_at: long },
    ...{ ended_at: activeAt(letter, name) ? null : '2021-05-01T10:00:00Z', communication_owner: ownerAt(letter, name) },
    // Customer 1 has another contact at the others.
    ...{
      primary_contact_id: idOf(letter, `user ${name === '1' && letter !== 'A' ? 2 : 1} of ${name}`),
      version: letter === 'A' || name === '1' ? 1 : number(letter, 2),
    },
  });
  for (const app of ['Same app', text(letter, 'app')]) {
    add('app_usage', {
      ...{
        customer_id: id,
        app,
        date: '2026-11-01',
        contacts_used: number(letter, 3),
        emails_sent: number(letter, 4),
        active_users: number(letter, 5),
      },
      imported_digest: text(letter, 'usage.digest'),
    });
  }
  const renewal = addDays(today, renewsIn[name] + (name === '5' ? letterOrder[letter] * 40 : 0));
  const contractId = idOf(letter, `contract ${name}`);
  const months = 48 - 12 * letterOrder[letter];
  add('contract', {
    ...{ id: contractId, customer_id: id, product: text(letter, `product.${name}`), ...terms(letter, '') },
    external_id: name === 'shared' && letter === 'A' ? sharedExternalId : text(letter, `contract.${name}`),
    ...{ anchor_date: addMonths(renewal, -months), term_start_months: months - 12, renewal_months: months, ...noticeOf(letter) },
    ...{ imported_digest: text(letter, 'contract.digest'), imported_term_months: number(letter, 6) },
    ...{ imported_on: addDays(today, -60 - letterOrder[letter]), scheduled_on: addDays(today, -61 - letterOrder[letter]) },
    // Only A's contract goes on.
    ...(letter !== 'A' && name === '4' && { stated_end: addDays(today, 1) }),
  });
  addImportedTerms({ add, letter }, name);
  add('contract_change', {
    ...{ id: idOf(letter, `renewal ${name}`), contract_id: contractId, customer_id: id, type: 'RENEWAL', effective_date: renewal },
    ...{ notice_period_days: 45 + letterOrder[letter], version: letter === 'A' ? 1 : number(letter, 7) },
    ...{
      imported_digest: text(letter, 'change.digest'),
      ...((name === '1' || name === '2') && terms(letter, 'new_', firstNumbers.renewal)),
    },
    ...(name === '2' && { opened_on: addDays(today, -100) }),
  });
}

/**
 * Each contract's imported terms are applied. But terms of contract 5 wait at the others for days to pass: at both on a day before A's
 * renewal, and at B also on the day after it.
 */
function addImportedTerms({ letter, add }: Pick<Make, 'letter' | 'add'>, name: CustomerName): void {
  const waiting: Readonly<Record<Letter, readonly number[]>> = { A: [], B: [-62, 2], C: [-62] };
  for (const days of name === '5' ? [-62, 2] : [-60 - letterOrder[letter]]) {
    add('imported_terms', {
      ...{ contract_id: idOf(letter, `contract ${name}`), imported_on: addDays(today, days), ...noticeOf(letter) },
      ...terms(letter, '', firstNumbers.imported + (days > 0 ? 10 : 0)),
      ...{ told: toldColumns, is_applied: name !== '5' || !waiting[letter].includes(days) },
    });
  }
}

// Only the others count the notice in months.
const noticeOf = (letter: Letter) => ({
  notice_period_days: 45 + letterOrder[letter],
  notice_period_months: letter === 'A' ? null : 1 + letterOrder[letter],
});

// Numbers of months and days that go into dates stay small; they differ by partner.
const firstNumbers = { '': 11, new_: 21, from_: 31, imported: 41, renewal: 61 } as const;
const terms = (letter: Letter, prefix: '' | 'new_' | 'from_', first: number = firstNumbers[prefix]) => ({
  [`${prefix}max_contacts`]: number(letter, first),
  [`${prefix}email_limit`]: number(letter, first + 1),
  [`${prefix}billing_frequency`]: 'OTHER',
  [`${prefix}billing_interval_months`]: number(letter, first + 2),
  [`${prefix}subscription_term_months`]: 12 + letterOrder[letter],
  [`${prefix}mrr`]: `${number(letter, first + 3)}.25`,
  [`${prefix}currency_code`]: currencies[letter],
});

// Each import's file had all columns.
const toldColumns = [...Object.keys(terms('A', '')), ...Object.keys(noticeOf('A'))];

function addChangesOfFirst({ letter, add }: Make): void {
  const of1 = {
    customer_id: idOf(letter, 'customer 1'),
    contract_id: idOf(letter, 'contract 1'),
    version: letter === 'A' ? 1 : number(letter, 7),
  };
  const change = (name: string, type: string, days: number, values: object = {}) =>
    add('contract_change', {
      ...{ id: idOf(letter, name), ...of1, type, effective_date: addDays(today, days), external_id: text(letter, `change.${name}`) },
      ...{ imported_digest: text(letter, 'change.digest'), ...values },
    });
  change('upgrade', 'CONTACT_TIER_UPGRADE', 30, terms(letter, 'new_'));
  change('overage', 'EMAIL_OVERAGE', 20);
  // After the upgrade, which only the others have confirmed.
  change('overage own', 'EMAIL_OVERAGE', 35);
  // After the renewal, which ends the contract only at the others; below, after one that ends it only at A.
  change('later', 'CONTACT_TIER_UPGRADE', 80);
  // It took effect the day before yesterday, and only at A.
  change('news', 'CONTACT_TIER_UPGRADE', -2, {
    ...{ settled_on: addDays(today, -1), is_applied: letter === 'A', ...terms(letter, 'from_') },
    settled_position: letter === 'A' ? 2 : number(letter, 17),
  });
  add('contract_change', {
    ...{
      id: idOf(letter, 'later 2'),
      customer_id: idOf(letter, 'customer 2'),
      contract_id: idOf(letter, 'contract 2'),
      type: 'EMAIL_OVERAGE',
    },
    ...{
      effective_date: addDays(today, 75),
      external_id: text(letter, 'change.later 2'),
      version: letter === 'A' ? 1 : number(letter, 7),
    },
  });
  const past = letter === 'B' ? -31 : -30;
  change('history', 'CONTACT_TIER_UPGRADE', past, {
    ...{ settled_on: addDays(today, past + 1), is_applied: true, ...terms(letter, 'from_') },
    ...{ settled_position: letter === 'A' ? 1 : number(letter, 15), is_history: letter === 'A' },
  });
}

/** At C, the contract with the shared external id has its own id, although C also has a contract with A's id. */
function addSharedContract({ letter, add }: Make): void {
  if (letter !== 'C') return;
  const [id, customerId, renewal] = [idOf(letter, 'contract own shared'), idOf(letter, 'customer shared'), addDays(today, renewsIn.shared)];
  add('contract', {
    ...{ id, customer_id: customerId, product: text(letter, 'product.shared'), ...terms(letter, ''), external_id: sharedExternalId },
    ...{
      anchor_date: addMonths(renewal, -48),
      term_start_months: 36,
      renewal_months: 48,
      imported_digest: text(letter, 'contract.digest'),
    },
  });
  add('contract_change', {
    ...{ id: idOf(letter, 'renewal own shared'), contract_id: id, customer_id: customerId, type: 'RENEWAL', effective_date: renewal },
  });
}

/** An upgrade of contract 5 that only the others have confirmed changes its term; the others already have its next renewal. */
function addChangesOfFifth({ letter, add }: Make): void {
  const of5 = { customer_id: idOf(letter, 'customer 5'), contract_id: idOf(letter, 'contract 5') };
  add('contract_change', {
    ...{ id: idOf(letter, 'upgrade 5'), ...of5, type: 'CONTACT_TIER_UPGRADE', effective_date: addDays(today, 1) },
    ...{ external_id: text(letter, 'change.upgrade 5'), new_subscription_term_months: 5 + letterOrder[letter] },
  });
  if (letter === 'A') return;
  add('contract_change', {
    ...{ id: successorOf(idOf(letter, 'renewal 5')), ...of5, type: 'EMAIL_OVERAGE', effective_date: addDays(today, 90) },
    external_id: text(letter, 'change.next 5'),
  });
  // It is due only by A's contract.
  add('contract_change', { id: idOf(letter, 'announced 5'), ...of5, type: 'RENEWAL', effective_date: addDays(today, 1) });
}

// As passing-days.queries.ts derives it.
const successorOf = (id: string) => registered(createHash('md5').update(`${id} next`).digest('hex'));

/** One more contract of a customer, with its renewal. */
function addFurtherRenewal(make: Make, name: string, customer: CustomerName, days: number): void {
  const renewal = addDays(today, days);
  addFurtherContract(make, name, customer, { anchor_date: addMonths(renewal, -48), term_start_months: 36, renewal_months: 48 });
  addRenewal(make, name, customer, `renewal ${name}`, renewal);
}

function addFurtherContract({ letter, add }: Make, name: string, customer: CustomerName, dates: object): void {
  add('contract', {
    ...{ id: idOf(letter, `contract ${name}`), customer_id: idOf(letter, `customer ${customer}`), ...terms(letter, '') },
    ...{ product: text(letter, `product.${name}`), external_id: text(letter, `contract.${name}`) },
    ...{ imported_digest: text(letter, 'contract.digest'), ...dates },
  });
}

function addRenewal({ letter, add }: Make, name: string, customer: CustomerName, renewal: string, date: string, values: object = {}): void {
  add('contract_change', {
    ...{ id: idOf(letter, renewal), contract_id: idOf(letter, `contract ${name}`), customer_id: idOf(letter, `customer ${customer}`) },
    ...{ type: 'RENEWAL', effective_date: date, ...values },
  });
}

/**
 * Contracts that renew when days pass. Late requests: "passing" has one to pass on at A; "passed" has passed its own on before. The next
 * renewal of "stale" has one that A has to take back, since no renewal before it has that request. The others hold the same ids with
 * other dates and under other contracts: whatever A reads of theirs passes a request on or takes it back.
 */
function addPassingContracts(make: Make): void {
  const { letter } = make;
  const isA = letter === 'A';
  const renewal = addDays(today, 1);
  const anchor = addMonths(renewal, -48);
  const after = (months: number) => addMonths(anchor, months);
  const contract = (name: string, anchorDate: string, months: number) =>
    addFurtherContract(make, name, '5', {
      ...{ anchor_date: anchorDate, term_start_months: months - 12, renewal_months: months, subscription_term_months: 12 },
    });
  const change = (name: string, id: string, date: string, values: object = {}) => addRenewal(make, name, '5', id, date, values);
  for (const name of ['passing', 'passed']) {
    contract(name, anchor, 48);
    change(name, `renewal ${name}`, renewal);
  }
  change('passed', 'next of passed', after(60));

  contract('stale', anchor, isA ? 48 : 72);
  contract('stale elsewhere', after(12), 60);
  change(isA ? 'stale' : 'stale elsewhere', 'renewal stale', isA ? renewal : addDays(today, 200));
  change(isA ? 'stale' : 'stale elsewhere', 'next of stale', isA ? after(60) : addDays(today, 210));
  change('stale', 'next of stale at the others', after(72));
  change(isA ? 'stale elsewhere' : 'stale', 'open elsewhere', isA ? after(72) : after(60));
  for (const [id, months, isHistory] of [
    ['told', 36, isA],
    ['settled', 24, !isA],
  ] as const) {
    change('stale', `${id} of stale`, after(months), {
      ...{ settled_on: addDays(after(months), 1), is_applied: true, is_history: isHistory, ...terms(letter, 'from_') },
      ...(isHistory ? {} : { settled_position: 1 }),
    });
  }
}

/** A contract that has ended at A alone. */
function addEndedContract({ letter, add }: Make): void {
  const customerId = idOf(letter, 'customer 2');
  const id = idOf(letter, 'contract ended');
  add('contract', {
    ...{
      id,
      customer_id: customerId,
      product: text(letter, 'product.ended'),
      ...terms(letter, ''),
      external_id: text(letter, 'contract.ended'),
    },
    ...{ anchor_date: addMonths(addDays(today, 80), -48), term_start_months: 36, renewal_months: 48 },
    ...{
      notice_period_days: 45,
      cancelled_on: letter === 'A' ? addDays(today, -10) : null,
      imported_digest: text(letter, 'contract.digest'),
    },
  });
  for (const days of [-20, 1]) {
    add('contract_change', {
      ...{
        id: idOf(letter, `ended ${days}`),
        contract_id: id,
        customer_id: customerId,
        type: 'EMAIL_OVERAGE',
        effective_date: addDays(today, days),
      },
      ...{ external_id: text(letter, `change.ended ${days}`), version: letter === 'A' ? 1 : number(letter, 7) },
      ...(days < 0 && { settled_on: addDays(today, days + 1), is_applied: false, settled_position: 1, ...terms(letter, 'from_') }),
    });
  }
}

/** Renewals so long ago that the dashboard's table has no rows of them. */
function addOldRenewals(make: Make): void {
  const { letter } = make;
  const anchor = addMonths(addDays(today, 150), -48);
  addFurtherContract(make, 'old', '1', { anchor_date: anchor, term_start_months: 36, renewal_months: 48 });
  for (const [id, days] of oldRenewals) {
    addRenewal(make, 'old', '1', id, addDays(today, days - letterOrder[letter]), {
      ...{ settled_on: addDays(today, days - letterOrder[letter] + 1), is_applied: letter !== 'A', ...terms(letter, 'from_') },
      ...{ settled_position: 1, version: letter === 'A' ? 1 : number(letter, 7) },
    });
  }
}

const oldRenewals = [
  ['old renewal', -400],
  ['old late', -430],
] as const;

function addDecisions({ letter, add }: Make): void {
  let lines = 0;
  const decide = (change: string, action: string, days: number, source = 'MANUAL', by: Letter = letter) =>
    add('contract_change_decision', {
      ...{
        contract_change_id: change === 'next 5' ? successorOf(idOf(letter, 'renewal 5')) : idOf(letter, change),
        sequence: (lines += 1) + (letter === 'A' ? 0 : number(letter, 0)),
        action,
      },
      ...{ decided_on: addDays(today, days), recorded_by: text(by, 'recorded-by'), on_behalf_of_customer: letter === 'A' },
      ...{ source, recorded_at: long },
    });
  // The requests stand at A and are withdrawn at the others. Those on 4, 5, "late", "old late", "passing" and "passed" are late.
  for (const [change, days] of [
    ['renewal 2', -60],
    ['renewal 4', -5],
    ['renewal 5', -42],
    ['renewal due', -60],
    ['renewal late', -5],
    ['old renewal', -460],
    ['old late', -435],
    ['renewal passing', -5],
    ['renewal passed', -5],
  ] as const) {
    decide(change, letter === 'A' ? 'REQUEST_CANCELLATION' : 'ACCEPT', days);
    if (letter !== 'A') decide(change, 'WITHDRAW_CANCELLATION', days + 1);
  }
  decide('overage', letter === 'A' ? 'ACCEPT' : 'REQUEST_CANCELLATION', -3);
  if (letter === 'A') {
    // What was passed on bears the date and the recorder of the request.
    for (const renewal of ['next of passed', 'next of stale', 'next of stale at the others', 'open elsewhere'])
      decide(renewal, 'REQUEST_CANCELLATION', -5, 'CARRIED');
    decide('settled of stale', 'REQUEST_CANCELLATION', -5);
    return;
  }
  decide('renewal 1', 'REQUEST_CANCELLATION', -40);
  decide('upgrade', 'ACCEPT', -40);
  decide('upgrade 5', 'ACCEPT', -4);
  decide('next 5', 'ACCEPT', -4);
  // Later requests than A's, which stand.
  decide('renewal 4', 'REQUEST_CANCELLATION', -2);
  decide('renewal 5', 'REQUEST_CANCELLATION', -38);
  // Accepted after A's late requests.
  decide('renewal 5', 'ACCEPT', -37);
  decide('renewal passing', 'ACCEPT', -3);
  decide('renewal passed', 'ACCEPT', -3);
  // Counts from tomorrow on.
  decide('renewal 5', 'REQUEST_CANCELLATION', 1);
  // As if the others had A's requests, and had taken back what A has passed on.
  decide('next 5', 'REQUEST_CANCELLATION', -42, 'CARRIED', 'A');
  decide('next of stale', 'REQUEST_CANCELLATION', -9, 'CARRIED');
  for (const renewal of ['renewal stale', 'told of stale']) decide(renewal, 'REQUEST_CANCELLATION', -5, 'MANUAL', 'A');
  for (const renewal of ['next of passed', 'next of stale']) decide(renewal, 'WITHDRAW_CANCELLATION', -4, 'CARRIED');
}

function addTraces({ letter, add }: Make): void {
  const events = letter === 'A' ? ['1'] : ['1', 'own 2'];
  for (const event of events) {
    for (const [change, customer] of [
      ['renewal 1', 'customer 1'],
      ['renewal 2', 'customer 2'],
      [null, 'customer 1'],
    ] as const) {
      add('audit_event', {
        ...{
          id: idOf(letter, `event ${event} of ${change ?? customer}`),
          occurred_at: long,
          ...{ actor: text(letter, 'actor'), actor_kind: change === null ? 'API_KEY' : 'USER', actor_id: text(letter, 'actor-id') },
          action: 'ACCEPT',
        },
        ...{ customer_id: idOf(letter, customer), contract_change_id: change && idOf(letter, change), request_id: text(letter, 'request') },
        ...{ before: JSON.stringify({ decision: text(letter, 'before') }), after: JSON.stringify({ decision: text(letter, 'after') }) },
      });
    }
  }
}

export const usedKey = 'used-by-others';

function addKeysAndViews({ letter, add }: Make, principals: readonly string[], mutations: readonly string[]): void {
  for (const principal of principals) {
    for (const field of mutations) {
      const key = (name: string, createdAt: string) =>
        add('idempotency_key', {
          ...{ principal, field, key: name, input_digest: text(letter, 'digest'), created_at: createdAt },
          outcome: JSON.stringify({ userErrors: [], customerId: idOf(letter, 'customer own'), note: text(letter, 'outcome') }),
        });
      // The others have expired keys, which only they may delete.
      if (letter !== 'A') key(usedKey, '2999-01-01T00:00:00Z');
      if (letter !== 'A') key(text(letter, 'key'), '2020-01-01T00:00:00Z');
    }
  }
  const view = (name: string, principal: string, isShared: boolean, label = name) =>
    add('saved_view', {
      ...{
        id: idOf(letter, `view ${name}`),
        principal_id: principal,
        name: text(letter, `view.${label}`),
        is_shared: isShared,
        created_at: long,
      },
      ...{
        // This column no longer exists: the view lists it as a problem.
        columns: [...locked, ...(letter === 'A' ? [] : ['HUB_ID']), text(letter, 'former-column')],
        version: letter === 'A' || name === 'of the admin' ? 1 : number(letter, 9),
      },
      ...{ query: text(letter, 'customer'), filter: JSON.stringify({ customerId: { nin: [text(letter, 'view-filter')] } }) },
      order_by: JSON.stringify([{ field: letter === 'A' ? 'CURRENT_MRR' : 'WEBSITE', direction: 'DESC' }]),
    });
  view('of the admin', userId('ADMIN'), false);
  view('of the manager', userId('MANAGER'), true);
  // Private at A, shared at the others.
  view('of the viewer', userId('VIEWER'), letter !== 'A');
  view('of A itself', partnerIds.A, false);
  view('own', letter === 'A' ? userId('ADMIN') : idOf(letter, 'user own'), true);
  const byDefault = (name: string, principal: string, forEveryone: boolean) =>
    add('default_view', { principal_id: principal, for_everyone: forEveryone, view_id: idOf(letter, `view ${name}`) });
  byDefault('own', partnerIds[letter], true);
  byDefault(letter === 'A' ? 'of the admin' : 'of the viewer', userId('ADMIN'), false);
  // It would go with A's, when the manager shares that view no more.
  if (letter !== 'A') byDefault('of the manager', userId('VIEWER'), false);
  // B shares as many views as a partner may: counting them for A would be seen.
  if (letter === 'B') for (let index = 0; index < 100; index += 1) view(`own ${index}`, userId('ADMIN'), true);
}
