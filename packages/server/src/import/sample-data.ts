import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { systemActor } from '../access/actor.ts';
import { addDays, weekdayOf, type CalendarDate } from '../calendar-date.ts';
import { editAssociations, endAssociations } from '../association/association.writers.ts';
import { refreshDashboardRows } from '../contract-change/dashboard-row.queries.ts';
import { readAs, type PartnerReader } from '../database/reader.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { writePartnerSettings } from '../partner/partner-settings.queries.ts';
import { insertPartnerUser } from '../partner/partner-user.queries.ts';
import { editPreference } from '../reminder/reminder-preference.writers.ts';
import { readReminderSettings } from '../reminder/reminder-settings.queries.ts';
import { lockReminderSettings, writeReminderSettings } from '../reminder/reminder-settings.writers.ts';
import { importFolder } from './import-folder.ts';

// A story for people who try the product: every type and status, days around every limit, and two partners with one shared account.

export const samplePartnerName = 'Nordlicht Beratung';
/** The ADMIN of that partner: the page of a newcomer is signed in as this user. */
export const sampleAdministrator = 'alex@nordlicht.example';
const otherPartnerName = 'Atlas Growth Partners';
const sampleActor = 'sample data';

/** The history of a customer, in days from the business date. */
type Story = {
  name: string;
  host?: string;
  product?: string;
  /** day of the open renewal */
  renewal: number;
  term?: number;
  billing?: string;
  mrr: string;
  currency?: string;
  autoRenew?: boolean;
  /** days on which the renewal was accepted or its cancellation requested; both also announce new terms */
  accepted?: number;
  cancelled?: number;
  newMrr?: string;
  upgrade?: { day: number; contacts: number; mrr: string; accepted?: number; cancelled?: number };
  overage?: { day: number; limit: number; mrr: string; accepted?: number; cancelled?: number };
};

const stories: readonly Story[] = [
  { name: 'Blumen Åström', host: 'blumen-astrom.example', renewal: 121, mrr: '240.00' },
  { name: 'Café Über Alles', host: 'www.cafe-ueber.example', renewal: 120, mrr: '89.50' },
  { name: 'Zimmerei Groß & Söhne', host: 'zimmerei-gross.example', renewal: 46, mrr: '410.00' },
  { name: 'Łódź Logistics', host: 'lodz-logistics.example', renewal: 45, mrr: '1250.00', newMrr: '1375.00' },
  { name: 'Éclair Pâtisserie', host: 'eclair.example', renewal: 44, mrr: '132.00' },
  { name: 'Fjord Fisch', host: 'fjordfisch.example', renewal: 1, mrr: '77.70' },
  { name: 'Granite Gym', host: 'granitegym.example', renewal: 0, mrr: '310.00' },
  { name: 'Hafenkran Verleih', host: 'hafenkran.example', renewal: 90, mrr: '980.00', accepted: -5, newMrr: '1040.00' },
  { name: 'Ikebana Studio', host: 'ikebana.example', renewal: 70, mrr: '45000', currency: 'JPY', cancelled: -3 },
  { name: 'Jade Analytics', host: 'jade.example', renewal: 100, mrr: '2600.00', currency: 'USD', autoRenew: false },
  { name: 'Kaffeerösterei Kolibri', host: 'kolibri.example', renewal: 30, mrr: '205.25', cancelled: -10 },
  { name: 'Lumen & Partner', host: 'lumen.example', renewal: 20, mrr: '600.00', accepted: -40, cancelled: -2 },
  {
    name: 'Mühlenbäckerei',
    host: 'muehlenbaeckerei.example',
    renewal: 80,
    mrr: '150.00',
    upgrade: { day: 10, contacts: 5000, mrr: '210.00' },
  },
  {
    name: 'Nova Kliniken',
    host: 'nova-kliniken.example',
    renewal: 200,
    mrr: '3900.00',
    upgrade: { day: 25, contacts: 100_000, mrr: '4700.00', accepted: -4 },
  },
  { name: 'Oslo Optik', host: 'oslo-optik.example', renewal: 60, mrr: '95.00', upgrade: { day: 1, contacts: 2000, mrr: '120.00' } },
  {
    name: 'Pixel Pirates',
    host: 'pixelpirates.example',
    renewal: 75,
    mrr: '520.00',
    currency: 'GBP',
    overage: { day: 0, limit: 200_000, mrr: '580.00' },
  },
  {
    name: 'Quarzwerk',
    host: 'quarzwerk.example',
    renewal: 110,
    mrr: '700.00',
    overage: { day: 40, limit: 300_000, mrr: '815.00', accepted: -1 },
  },
  {
    name: 'Rhönrad Reisen',
    host: 'rhoenrad.example',
    renewal: 50,
    mrr: '333.33',
    overage: { day: 15, limit: 60_000, mrr: '360.00', cancelled: -6 },
  },
  { name: 'Segelschule Süd', host: 'segelschule-sued.example', renewal: 12, term: 1, billing: 'monthly', mrr: '29.00' },
  { name: 'Tidal Tutors', host: 'tidal-tutors.example', renewal: 55, term: 3, billing: 'other (3)', mrr: '64.00', currency: 'USD' },
  { name: 'Uferlos Verlag', renewal: 95, term: 24, billing: 'annually', mrr: '410.10' },
  { name: 'Vogelwarte', host: 'vogelwarte.example', renewal: 47, term: 6, billing: 'semi-annually', mrr: '58.40' },
  { name: 'Wärmepumpen Weiß', host: 'wp-weiss.example', renewal: 85, billing: 'quarterly', mrr: '1120.00', newMrr: '990.00' },
  { name: 'Ypsilon Yachten', host: 'ypsilon.example', renewal: 65, mrr: '2050.00' },
];

const firstHubId = 5_100_001;
/** An account of both partners. */
const shared = 'Café Über Alles';
const ended = 'Ypsilon Yachten';

/** Fills an empty database. Both partners get users, imported rows, and settings made by hand. */
export async function loadSampleData({ pool, businessDate }: { pool: Pool; businessDate: CalendarDate }): Promise<void> {
  const nordlicht = await loadPartner(pool, samplePartnerName, stories, businessDate);
  await inPartnerTransaction(pool, nordlicht, async (tx) => {
    const users = await addPartnerUsers(tx, 'nordlicht.example');
    await chooseReminders(tx, users, businessDate);
    const associations = `customer_association association
      join customer on customer.partner_id = association.partner_id and customer.id = association.customer_id`;
    await editAssociations(tx, 'communication_owner', {
      sql: `select association.id, 'PARTNER' as value from ${associations} where association.partner_id = $1 and customer.hub_id % 3 = 0`,
    });
    await editAssociations(tx, 'primary_contact_id', {
      sql: `select association.id, member.id as value from customer_association association
        join customer_user member on member.partner_id = association.partner_id and member.customer_id = association.customer_id
        where association.partner_id = $1 and member.external_id like '%-1' and member.is_active`,
    });
    await endAssociations(tx, {
      sql: `select association.id, association.customer_id from ${associations} where association.partner_id = $1 and customer.name = $2`,
      values: [ended],
    });
    await refreshDashboardRows(tx, 'all');
  });
  const others = stories.filter(({ name }, index) => name === shared || index % 5 === 3);
  const atlas = await loadPartner(pool, otherPartnerName, others, businessDate);
  await inPartnerTransaction(pool, atlas, async (tx) => {
    await addPartnerUsers(tx, 'atlas-growth.example');
    await writePartnerSettings(tx, { ownsAllTransactionalConversations: true, pointOfContactId: null });
  });
}

/** Whether a partner came with the sample data. A real one may have the same name. */
export async function isSamplePartner(reader: PartnerReader): Promise<boolean> {
  const [row] = await reader.select({
    name: 'isSamplePartner',
    select: `select event.id from audit_event event
      where event.partner_id = scope.partner_id and event.actor_kind = 'SYSTEM' and event.actor = $2 limit 1`,
    values: [sampleActor],
  });
  return row !== undefined;
}

async function loadPartner(pool: Pool, name: string, customers: readonly Story[], today: CalendarDate): Promise<string> {
  const partnerId = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), 'renewals-sample-'));
  try {
    for (const [file, lines] of Object.entries(exportOf(customers, today))) writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
    const { files } = await importFolder({ pool, partnerId, newPartnerName: name, folder, businessDate: today });
    const [fault] = files.flatMap(({ faults }) => faults);
    if (fault !== undefined) throw new Error(`The sample data have a fault: ${JSON.stringify(fault)}`);
    return partnerId;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The stories as the files of a CRM export. */
function exportOf(customers: readonly Story[], today: CalendarDate): Record<string, string[]> {
  const on = (day: number | undefined) => (day === undefined ? '' : addDays(today, day));
  const companies = ['Record ID,Company name,Company Domain Name'];
  const contacts = ['Record ID,First name,Last name,E-mail,Job title,Associated Company ID,Active'];
  const contracts = [
    'Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,Max contacts,Email limit,MRR,Currency,Auto-renew',
  ];
  const changes = [
    'Change ID,Contract ID,Type,Effective date,New max contacts,New email limit,Estimated new MRR,Accepted on,Cancellation requested on',
  ];
  const usage = ['Hub ID,App,Date,Contacts used,E-mails sent,Active users'];
  for (const story of customers) {
    const hubId = firstHubId + stories.indexOf(story);
    const contract = `S-${hubId}`;
    const host = story.host ?? 'uferlos.example';
    companies.push(`${hubId},${story.name},${story.host ?? ''}`);
    for (const [index, [first, last, title]] of people(hubId).entries()) {
      contacts.push(`${hubId}-${index},${first},${last},${first}.${last}@${host.replace('www.', '')},${title},${hubId},${index < 2}`);
    }
    const date = on(story.renewal);
    const { term = 12, billing = 'annually', currency = 'EUR', product = 'GTX Basic' } = story;
    // Four years before, so that a renewal on 29 February keeps its date.
    const start = `${Number(date.slice(0, 4)) - 4}${date.slice(4)}`;
    contracts.push(
      `${contract},${hubId},${product},${start},P${term}M,${billing},1000,50000,${story.mrr},${currency},${story.autoRenew ?? true}`,
    );
    if (story.newMrr ?? story.accepted ?? story.cancelled) {
      changes.push(`${contract}-R,${contract},renewal,${date},,,${story.newMrr ?? ''},${on(story.accepted)},${on(story.cancelled)}`);
    }
    const { upgrade, overage } = story;
    if (upgrade) {
      changes.push(
        `${contract}-U,${contract},contact upgrade,${on(upgrade.day)},${upgrade.contacts},,${upgrade.mrr},${on(upgrade.accepted)},${on(upgrade.cancelled)}`,
      );
    }
    if (overage) {
      changes.push(
        `${contract}-O,${contract},email overage,${on(overage.day)},,${overage.limit},${overage.mrr},${on(overage.accepted)},${on(overage.cancelled)}`,
      );
    }
    for (const [day, app] of [
      [-60, 'Marketing'],
      [-30, 'Marketing'],
      [-30, 'Sales'],
    ] as const) {
      usage.push(`${hubId},${app},${on(day)},${(hubId * 7) % 4000},${(hubId * 13) % 40_000},${hubId % 30}`);
    }
  }
  return { 'companies.csv': companies, 'contacts.csv': contacts, 'contracts.csv': contracts, 'changes.csv': changes, 'usage.csv': usage };
}

/** Three users at each account; the last one has left. */
function people(hubId: number): [first: string, last: string, title: string][] {
  const firsts = ['Ada', 'Bo', 'Chidi', 'Dana', 'Eva', 'Finn', 'Grit', 'Hugo', 'Ines', 'Jan'];
  const lasts = ['Adler', 'Berg', 'Carlsen', 'Dahl', 'Engel', 'Fuchs', 'Graf', 'Holm'];
  const pick = (index: number) =>
    [firsts[(hubId + index * 3) % firsts.length], lasts[(hubId * 5 + index) % lasts.length]] as [string, string];
  return ['Head of Marketing', 'Finance', 'IT Manager'].map((title, index) => [...pick(index), title]);
}

async function addPartnerUsers(tx: PartnerTransaction, host: string): Promise<Map<string, string>> {
  const users = new Map<string, string>();
  for (const [name, role] of [
    ['Vera Winter', 'VIEWER'],
    ['Mika Lang', 'MANAGER'],
    ['Alex Admin', 'ADMIN'],
  ] as const) {
    const email = `${name.split(' ')[0]?.toLowerCase()}@${host}`;
    const id = await insertPartnerUser({ tx, actor: systemActor(sampleActor), requestId: null }, { name, email, role });
    users.set(name, id!);
  }
  return users;
}

/** A reminder of each kind is due on the day of the sample data, at any hour, also the digest of the week. */
async function chooseReminders(tx: PartnerTransaction, users: Map<string, string>, today: CalendarDate): Promise<void> {
  await lockReminderSettings(tx);
  const usual = await readReminderSettings(readAs(tx, tx.partnerId));
  const anyTime = { sendFromHour: 0, sendUntilHour: 24, digestWeekday: weekdayOf(today), digestHour: 0 };
  await writeReminderSettings(tx, { ...usual, ...anyTime, customerNotices: true, customerLanguage: 'de' });
  await editPreference(tx, users.get('Vera Winter')!, { weekly_digest: true });
  await editPreference(tx, users.get('Mika Lang')!, { deadline_reminders: true, only_own_customers: true, language: 'de' });
}
