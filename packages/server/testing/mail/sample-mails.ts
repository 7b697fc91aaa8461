import { lastMomentOf } from '../../src/reminder/last-day.rules.ts';
import type { ContractTerms } from '../../src/contract/contract.entity.ts';
import type { ReminderLanguage } from '../../src/reminder/reminder-kind.ts';
import type { MailItem, ReminderMail } from '../../src/reminder/reminder-mail.types.ts';

// Mails of each kind, on 26 November 2026. The golden texts and the pages that Chromium checks are made from them.

const zone = 'Europe/Berlin';
const page = 'https://renewals.example.com/r';
const token = 'eyJwIjoiMDE5OGY0YTIifQ.c2lnbmF0dXJl';

const links = { accept: `${page}/accept/${token}`, requestCancellation: `${page}/cancel/${token}`, snooze: `${page}/snooze/${token}` };

const terms = (currencyCode: string, amount: string, others: Partial<ContractTerms> = {}): ContractTerms => ({
  maxContacts: 10_000,
  emailLimit: 50_000,
  billingFrequency: 'MONTHLY',
  billingIntervalMonths: 1,
  subscriptionTermMonths: 12,
  ...others,
  mrr: { amount, currencyCode },
});

const doctors: MailItem = {
  customerName: 'Ärzte Nord eG',
  product: 'Marketing Hub',
  changeType: 'RENEWAL',
  outcome: null,
  currentTerms: terms('EUR', '1240.00'),
  newTerms: terms('EUR', '1390.00', { maxContacts: 15_000, billingFrequency: 'ANNUALLY', billingIntervalMonths: 12 }),
  effectiveDate: '2027-01-17',
  lastMoment: lastMomentOf('2026-12-03', zone),
  owner: 'PARTNER',
  primaryContact: { name: 'Dr. Imke Boysen', email: 'imke@aerztenord.example' },
  usage: { contactsUsed: 9412, emailsSent: 48_100, date: '2026-11-25' },
  links,
};

const bakery: MailItem = {
  ...doctors,
  customerName: 'Bäckerei Müller',
  currentTerms: terms('EUR', '640.00'),
  newTerms: terms('EUR', '640.00'),
  effectiveDate: '2027-01-10',
  lastMoment: lastMomentOf('2026-11-26', zone),
  primaryContact: null,
  usage: null,
};

const cycling: MailItem = {
  ...doctors,
  customerName: 'Cobalt Cycling',
  product: 'Sales Hub',
  changeType: 'CONTACT_TIER_UPGRADE',
  currentTerms: terms('USD', '890', { maxContacts: 5000 }),
  newTerms: terms('USD', '1150'),
  effectiveDate: '2026-12-05',
  lastMoment: lastMomentOf('2026-12-04', zone),
  owner: 'VENDOR',
  links: { snooze: links.snooze },
};

const fish: MailItem = {
  ...doctors,
  customerName: 'Fjord Fisch',
  changeType: 'EMAIL_OVERAGE',
  currentTerms: terms('EUR', '77.70'),
  newTerms: terms('EUR', '99.90', { emailLimit: 75_000 }),
  effectiveDate: '2026-11-28',
  lastMoment: lastMomentOf('2026-11-27', zone),
};

const over = (item: MailItem, outcome: MailItem['outcome']): MailItem => ({ ...item, outcome, links: {} });

const toUser = (language: ReminderLanguage): ReminderMail => ({
  kind: 'DEADLINE_REMINDER',
  language,
  timeZone: zone,
  now: new Date('2026-11-26T09:00:00Z'),
  reader: { kind: 'USER', name: 'Jonas Krüger' },
  partnerName: 'Nordlicht Digital GmbH',
  ask: { name: 'partners@vendor.example', email: 'partners@vendor.example' },
  items: [doctors],
  more: 0,
  totals: [],
  why: 'POINT_OF_CONTACT',
  unsubscribeUrl: `https://renewals.example.com/r/unsubscribe/${token}`,
  dashboardUrl: null,
});

const toContact = (language: ReminderLanguage): ReminderMail => ({
  ...toUser(language),
  kind: 'CUSTOMER_NOTICE',
  reader: { kind: 'CONTACT', name: 'Dr. Imke Boysen' },
  ask: { name: 'Jonas Krüger', email: 'jonas@nordlicht.example' },
  items: [{ ...doctors, links: {} }],
  why: 'PRIMARY_CONTACT',
});

/** What is sent, by a name. */
export const sampleMails: Record<string, (language: ReminderLanguage) => ReminderMail> = {
  'deadline-reminder': toUser,
  'deadline-reminder-last-day': (language) => ({ ...toUser(language), items: [bakery], why: 'ADMIN' }),
  'deadline-reminder-vendor-is-owner': (language) => ({ ...toUser(language), items: [cycling], why: 'CHOSEN', ask: null }),
  'deadline-reminder-after-snooze': (language) => ({ ...toUser(language), items: [fish], why: 'SNOOZE_ENDED' }),
  'deadline-reminder-honolulu': (language) => ({ ...toUser(language), timeZone: 'Pacific/Honolulu' }),
  'deadline-reminder-to-vendor': (language) => ({
    ...toUser(language),
    reader: { kind: 'VENDOR', name: null },
    ask: { name: 'Jonas Krüger', email: 'jonas@nordlicht.example' },
    items: [{ ...doctors, owner: 'VENDOR', links: {} }],
    why: 'VENDOR_ADDRESS',
  }),
  'deadline-reminder-bundle': (language) => ({ ...toUser(language), items: [bakery, fish, doctors, cycling], more: 3 }),
  'customer-notice': toContact,
  'customer-notice-upgrade': (language) => ({ ...toContact(language), items: [{ ...cycling, owner: 'PARTNER', links: {} }], ask: null }),
  'customer-notice-bundle': (language) => ({
    ...toContact(language),
    items: [doctors, { ...doctors, product: 'Sales Hub' }].map((item) => ({ ...item, links: {} })),
  }),
  'after-deadline': (language) => ({ ...toUser(language), kind: 'AFTER_DEADLINE', items: [over(doctors, 'RENEWS')] }),
  'after-deadline-bundle': (language) => ({
    ...toUser(language),
    kind: 'AFTER_DEADLINE',
    items: [over(doctors, 'RENEWS'), over(bakery, 'RENEWS')],
  }),
  'on-effective-date-renewed': (language) => ({ ...toUser(language), kind: 'ON_EFFECTIVE_DATE', items: [over(bakery, 'RENEWED')] }),
  'on-effective-date-cancelled': (language) => ({ ...toUser(language), kind: 'ON_EFFECTIVE_DATE', items: [over(doctors, 'CANCELLED')] }),
  'on-effective-date-lapsed': (language) => ({ ...toUser(language), kind: 'ON_EFFECTIVE_DATE', items: [over(cycling, 'LAPSED')] }),
  'on-effective-date-confirmed': (language) => ({ ...toUser(language), kind: 'ON_EFFECTIVE_DATE', items: [over(fish, 'CONFIRMED')] }),
  'on-effective-date-bundle': (language) => ({
    ...toUser(language),
    kind: 'ON_EFFECTIVE_DATE',
    items: [over(fish, 'CANCELLED'), over(bakery, 'RENEWED'), over(cycling, 'LAPSED'), over(fish, 'CONFIRMED')],
  }),
  'weekly-digest': (language) => ({
    ...toUser(language),
    kind: 'WEEKLY_DIGEST',
    items: [bakery, fish, doctors, cycling]
      .map((item) => ({ ...item, links: {} }))
      .concat(over(doctors, 'RENEWS'), over(fish, 'CONFIRMED')),
    totals: [
      { currencyCode: 'EUR', count: 3, currentMrr: '1957.70', newMrr: '2129.90' },
      { currencyCode: 'GBP', count: 12, currentMrr: '520', newMrr: '520.00' },
      { currencyCode: 'USD', count: 1, currentMrr: '890', newMrr: '1150' },
    ],
    why: 'CHOSEN',
  }),
  test: (language) => ({ ...toUser(language), kind: 'TEST', why: 'TEST', unsubscribeUrl: null }),
};
