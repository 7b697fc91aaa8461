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
    { label: words.product, value: shownName(item.product) },
    { label: label(columns.CONTRACT_TYPE.label), value: label(columns.CONTRACT_TYPE.values[item.changeType]) },
    { label: isRenewal ? label(columns.RENEWAL_START_DATE.label) : words.effectiveDate, value: formats.date(item.effectiveDate) },
    mrrFact(reader, item),
    ...termFacts(reader, item),
    ...usageFacts(reader, item),
    ...(isForContact ? [] : peopleFacts(reader, item)),
  ];
}

const labelIn = ({ mail }: Reader) => {
  const key = mail.language === 'de' ? 'DE' : 'EN';
  return (label: Translated): string => label[key];
};

function mrrFact({ words, formats }: Reader, { currentTerms, newTerms }: MailItem): Fact {
  const next = formats.money(newTerms.mrr);
  const was = formats.money(currentTerms.mrr);
  if (next === was) return { label: words.mrr, value: next };
  const change = moneyChange(currentTerms.mrr, newTerms.mrr);
  return { label: words.mrr, was, value: change === null ? next : `${next} (${formats.moneyChange(change)})` };
}

/** The terms that change; those that stay are on the dashboard. */
function termFacts(reader: Reader, { currentTerms, newTerms }: MailItem): Fact[] {
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
