import { columns, type Translated } from '../../contract-change/contract-change.columns.ts';
import type { ContractTerms } from '../../contract/contract.entity.ts';
import type { MailItem } from '../reminder-mail.types.ts';
import type { Fact } from './content.ts';
import { moneyChange } from './formats.ts';
import type { Reader } from './reader.ts';
import { shownName } from './shown-text.ts';

/** The small table of a change: what it is about, and which terms change. */
export function factsOf(reader: Reader, item: MailItem): Fact[] {
  const { words, formats, mail } = reader;
  const label = labelIn(reader);
  const isForContact = mail.reader.kind === 'CONTACT';
  const isRenewal = item.changeType === 'RENEWAL';
  return [
    { label: isRenewal ? label(columns.RENEWAL_START_DATE.label) : words.effectiveDate, value: formats.date(item.effectiveDate) },
    ...priceFacts(reader, termsToShow(item)),
    ...termFacts(reader, termsToShow(item)),
    ...(item.outcome === null ? usageFacts(reader, item) : []),
    ...(isForContact ? [] : peopleFacts(reader, item)),
  ];
}

/** What did not take effect changes no term. */
export const termsToShow = ({ outcome, currentTerms, newTerms }: MailItem): Pick<MailItem, 'currentTerms' | 'newTerms'> => ({
  currentTerms,
  newTerms: outcome === 'CANCELLED' || outcome === 'LAPSED' ? currentTerms : newTerms,
});

const labelIn = ({ mail }: Reader) => {
  const key = mail.language === 'de' ? 'DE' : 'EN';
  return (label: Translated): string => label[key];
};

/** The customer's contact reads about a price, the partner and the vendor about MRR. */
function priceFacts(reader: Reader, { currentTerms, newTerms }: ReturnType<typeof termsToShow>): Fact[] {
  const { words, formats, mail } = reader;
  const label = labelIn(reader);
  const was = formats.money(currentTerms.mrr);
  const next = formats.money(newTerms.mrr);
  const change = moneyChange(currentTerms.mrr, newTerms.mrr);
  const value = change === null ? next : `${next} (${formats.moneyChange(change)})`;
  if (mail.reader.kind === 'CONTACT') return [{ label: words.monthlyPrice, ...(was === next ? { value: next } : { was, value }) }];
  const current = { label: label(columns.CURRENT_MRR.label), value: was };
  return was === next ? [current] : [current, { label: label(columns.ESTIMATED_NEW_MRR.label), value }];
}

/** The terms that change; those that stay are on the dashboard. */
function termFacts(reader: Reader, { currentTerms, newTerms }: ReturnType<typeof termsToShow>): Fact[] {
  const label = labelIn(reader);
  const terms: [Translated, (terms: ContractTerms) => string | null][] = [
    [columns.MAX_CONTACTS.label, ({ maxContacts }) => numberOrNull(reader, maxContacts)],
    [columns.EMAIL_LIMIT.label, ({ emailLimit }) => numberOrNull(reader, emailLimit)],
    [columns.BILLING_FREQUENCY.label, (each) => frequency(reader, each)],
    [columns.SUBSCRIPTION_TERM.label, ({ subscriptionTermMonths: months }) => (months === null ? null : reader.words.months(months))],
  ];
  return terms.flatMap(([name, read]) => {
    const was = read(currentTerms) ?? '—';
    const value = read(newTerms) ?? '—';
    return was === value ? [] : [{ label: label(name), was, value }];
  });
}

const numberOrNull = ({ formats }: Reader, value: number | null): string | null => (value === null ? null : formats.number(value));

function frequency(reader: Reader, { billingFrequency, billingIntervalMonths }: ContractTerms): string | null {
  if (billingFrequency === null) return null;
  const label = labelIn(reader)(columns.BILLING_FREQUENCY.values[billingFrequency]);
  return label.replace('(n)', `(${billingIntervalMonths ?? 'n'})`);
}

/** Against today's limits: whoever is near one decides differently. */
function usageFacts({ words, formats }: Reader, { usage, currentTerms }: MailItem): Fact[] {
  if (usage === null) return [];
  const { contactsUsed, emailsSent, date } = usage;
  const fact = (label: string, used: number | null, limit: number | null): Fact[] =>
    used === null
      ? []
      : [{ label, value: words.usage(formats.number(used), limit === null ? null : formats.number(limit), formats.date(date)) }];
  return [
    ...fact(words.contactsUsed, contactsUsed, currentTerms.maxContacts),
    ...fact(words.emailsSent, emailsSent, currentTerms.emailLimit),
  ];
}

function peopleFacts(reader: Reader, { owner, primaryContact }: MailItem): Fact[] {
  const label = labelIn(reader);
  return [
    { label: label(columns.COMMUNICATION_OWNER.label), value: owner === 'PARTNER' ? reader.partner : label(columns.COMMUNICATION_OWNER.values.VENDOR) },
    { label: label(columns.PRIMARY_CONTACT.label), value: primaryContact === null ? reader.words.noContact : shownName(primaryContact.name) },
  ];
}
