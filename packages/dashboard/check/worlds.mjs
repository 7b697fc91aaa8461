// Partners for journeys: each journey has one of its own, so that none sees what another changed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@partner-renewals/sdk';
import { createApiKey } from '../../server/dist/api-key/api-key.queries.js';
import { readConfig } from '../../server/dist/config.js';
import { openDatabase } from '../../server/dist/database/database.js';
import { inPartnerTransaction } from '../../server/dist/database/transaction.js';
import { importFolder } from '../../server/dist/import/import-folder.js';
import { customers } from './customers.mjs';

/** The day of all servers here. Deadlines of these renewals are 45 days earlier. */
export const today = '2026-11-26';

/** Every view has them. */
export const lockedColumns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];

const dayFrom = (days) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);

/** Opens the database of a server of these checks, to fill it. */
export async function openWorlds({ url, environment }) {
  const config = readConfig(environment);
  const database = await openDatabase(config, { migrate: false });
  let count = 0;

  /** A partner with customers, and three users with a key each. */
  async function createWorld({ name = `Nordlicht Digital ${(count += 1)}`, stories = customers, ownsAll = false } = {}) {
    const partnerId = await importPartner(database.pool, name, stories);
    const { key } = await createApiKey(database.pool, partnerId, { role: 'ADMIN', partnerUserId: null, expiresAt: null, actor: 'check' });
    const api = createClient({ url: `${url}/graphql`, token: key });
    const keys = {};
    for (const [role, person, email] of people) {
      const { user } = await api.createPartnerUser({ name: person, email, role });
      keys[role] = (await api.createApiKey({ role, userId: user.id })).key;
    }
    if (ownsAll) await api.updatePartnerSettings({ ownsAllTransactionalConversations: true });
    const all = await api.query({
      customers: { $: { first: 100 }, nodes: { id: true, name: true, users: { $: { isActive: true, first: 1 }, nodes: { id: true } } } },
    });
    const ids = new Map(all.customers.nodes.map((customer) => [customer.name, customer.id]));
    const acts = stories.flatMap(({ name: customer, owner, hasContact }) => {
      const node = all.customers.nodes.find((each) => each.name === customer);
      if (!node) return [];
      const contact = hasContact && node.users.nodes[0];
      return [
        ...(owner ? [() => api.setCommunicationOwner({ customerId: node.id, owner })] : []),
        ...(contact ? [() => api.setPrimaryContact({ customerId: node.id, contactId: contact.id })] : []),
      ];
    });
    // One after another: the partner pays for the time of its reads, and many at once are slow.
    for (const act of acts) {
      const outcome = await act();
      if (!outcome.ok) throw new Error(JSON.stringify(outcome));
    }
    return { name, partnerId, url, keys, api, idOf: (customer) => ids.get(customer) };
  }

  /** Runs a statement of the partner, for what no request and no import writes. */
  const write = async ({ partnerId }, sql, values) =>
    await inPartnerTransaction(database.pool, partnerId, async (tx) => tx.query(sql, values));

  return { createWorld, write, close: () => database.close() };
}

const people = [
  ['VIEWER', 'Vera Winter', 'vera@nordlicht.example'],
  ['MANAGER', 'Mika Lang', 'mika@nordlicht.example'],
  ['ADMIN', 'Alex Krüger', 'alex@nordlicht.example'],
];

async function importPartner(pool, newPartnerName, stories) {
  const partnerId = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), 'renewals-world-'));
  try {
    for (const [file, lines] of Object.entries(exportOf(stories))) writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
    const { files } = await importFolder({ pool, partnerId, newPartnerName, folder, businessDate: today });
    const [fault] = files.flatMap(({ faults }) => faults);
    if (fault) throw new Error(`The customers of the checks have a fault: ${JSON.stringify(fault)}`);
    return partnerId;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;

/** Customers as the files of a CRM export. */
function exportOf(stories) {
  const day = (days) => (days === undefined ? '' : dayFrom(days));
  const companies = ['Record ID,Company name,Company Domain Name'];
  const contacts = ['Record ID,First name,Last name,E-mail,Job title,Associated Company ID,Active'];
  const contracts = [
    'Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,Max contacts,Email limit,MRR,Currency,Auto-renew',
  ];
  const changes = [
    'Change ID,Contract ID,Type,Effective date,New max contacts,New email limit,Estimated new MRR,Accepted on,Cancellation requested on',
  ];
  const usage = ['Hub ID,App,Date,Contacts used,E-mails sent,Active users'];
  for (const [index, story] of stories.entries()) {
    const hubId = 7_200_001 + index;
    const { renewal, term = 12, billing = 'annually', currency = 'EUR', product = 'Marketing Hub Professional', mrr } = story;
    const contract = `C-${hubId}`;
    companies.push(`${hubId},${quoted(story.name)},${story.host ?? ''}`);
    for (const [at, { first, last, email, title = '', isActive = true }] of (story.people ?? defaultPeople(story, index)).entries())
      contacts.push(`${hubId}-${at},${quoted(first)},${quoted(last)},${email},${quoted(title)},${hubId},${isActive}`);
    const start = `${Number(day(renewal).slice(0, 4)) - 4}${day(renewal).slice(4)}`;
    contracts.push(
      `${contract},${hubId},${quoted(product)},${start},P${term}M,${billing},${story.maxContacts ?? 2000},${story.emailLimit ?? 20_000},${mrr},${currency},true`,
    );
    if (story.newMrr ?? story.accepted ?? story.cancelled)
      changes.push(
        `${contract}-R,${contract},renewal,${day(renewal)},,,${story.newMrr ?? ''},${day(story.accepted)},${day(story.cancelled)}`,
      );
    const { upgrade, overage } = story;
    if (upgrade)
      changes.push(
        `${contract}-U,${contract},contact upgrade,${day(upgrade.day)},${upgrade.contacts},,${upgrade.mrr},${day(upgrade.accepted)},`,
      );
    if (overage)
      changes.push(
        `${contract}-O,${contract},email overage,${day(overage.day)},,${overage.limit},${overage.mrr},${day(overage.accepted)},`,
      );
    if (stories.length < 1000)
      for (const [month, app] of [2, 1, 0].flatMap((before) => ['Marketing', 'Sales'].map((each) => [before, each])))
        usage.push(
          `${hubId},${app},${day(-5 - 30 * month)},${900 + ((hubId * 37 + month * 211) % 1300)},${(hubId * 13) % 19_000},${3 + (hubId % 9)}`,
        );
  }
  return { 'companies.csv': companies, 'contacts.csv': contacts, 'contracts.csv': contracts, 'changes.csv': changes, 'usage.csv': usage };
}

const firstNames = ['Imke', 'Jonas', 'Priya', 'Sven', 'Ada', 'Tom', 'Mei', 'Liam', 'Noor', 'Olga'];
const lastNames = ['Boysen', 'Müller', 'Nair', 'Aas', 'Engel', 'Blake', 'Tanaka', 'O’Brien', 'Haddad', 'Petrova'];

/** Two active users and one who has left. */
function defaultPeople({ host = 'kunde.example' }, index) {
  return ['Head of Marketing', 'Finance', 'IT Manager'].map((title, at) => {
    const [first, last] = [firstNames[(index + at * 3) % 10], lastNames[(index * 3 + at) % 10]];
    const email = `${first}.${last}@${host.replace('www.', '')}`.toLowerCase().replaceAll('’', '').replaceAll('ü', 'ue');
    return { first, last, email, title, isActive: at < 2 };
  });
}
