import { addDays } from '../calendar-date.ts';
import type { MailFacts } from './compose-mail.ts';
import { lastMomentOf } from './last-day.rules.ts';
import type { MailItem } from './reminder-mail.types.ts';

/** A change that is made up, for a mail that shows how reminders look. */
export function testItem({ today, businessTimeZone }: MailFacts): MailItem {
  const lastDay = addDays(today, 14);
  const terms = {
    ...{ maxContacts: 1_000, emailLimit: 10_000, billingFrequency: 'ANNUALLY' as const, billingIntervalMonths: 12 },
    subscriptionTermMonths: 12,
  };
  return {
    customerName: 'Example Ltd',
    product: 'Example product',
    changeType: 'RENEWAL',
    outcome: null,
    currentTerms: { ...terms, mrr: { amount: '100.00', currencyCode: 'EUR' } },
    newTerms: { ...terms, mrr: { amount: '110.00', currencyCode: 'EUR' } },
    effectiveDate: addDays(lastDay, 45),
    lastMoment: lastMomentOf(lastDay, businessTimeZone),
    owner: 'PARTNER',
    primaryContact: { name: 'Alex Example', email: 'alex@example.com' },
    usage: { contactsUsed: 950, emailsSent: 4_200, date: addDays(today, -1) },
    links: {},
  };
}
