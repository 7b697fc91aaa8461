import type { CalendarDate } from '../../calendar-date.ts';
import { columns, type Translated } from '../../contract-change/contract-change.columns.ts';
import type { ContractChangeType } from '../../contract-change/contract-change.rules.ts';
import type { ContractTerms } from '../../contract/contract.entity.ts';
import { lastMomentOf, localLastDay } from '../../reminder/last-day.rules.ts';
import type { ReminderLanguage } from '../../reminder/reminder-kind.ts';
import { english } from '../../reminder/texts/english.words.ts';
import { formatsOf } from '../../reminder/texts/formats.ts';
import { german } from '../../reminder/texts/german.words.ts';
import { Html, html, named } from '../html.ts';

// Days, amounts and terms look as in the mail that the link was in.
const wordsOf = (language: ReminderLanguage) => (language === 'de' ? german : english);
const inLanguage = (language: ReminderLanguage, { EN, DE }: Translated): string => (language === 'de' ? DE : EN);

/** Puts values in the place of `{name}` in a text; texts of others are kept apart from it. */
export function fill(text: string, values: Readonly<Record<string, string | Html>>): Html {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part;
    const value = values[part]!;
    return value instanceof Html ? value : named(value);
  });
  return html`${parts}`;
}

export const dateText = (language: ReminderLanguage, date: CalendarDate): string => formatsOf(language).date(date);

/** The last day to decide in the reader's time zone, with the time if the business day ends in the middle of a day there. */
export function lastDayText(
  language: ReminderLanguage,
  lastDay: CalendarDate,
  { businessTimeZone, timeZone }: { businessTimeZone: string; timeZone: string },
): string {
  const { date, time } = localLastDay(lastMomentOf(lastDay, businessTimeZone), timeZone);
  const day = formatsOf(language).longDate(date);
  return time === null ? day : wordsOf(language).dayUntil(day, time, timeZone);
}

export const typeText = (language: ReminderLanguage, type: ContractChangeType): string =>
  inLanguage(language, columns.CONTRACT_TYPE.values[type]);

type TermText = (terms: ContractTerms, language: ReminderLanguage) => string | null;

/** The terms of a contract, each with its label; a text is null if the contract has none. */
const termTexts: readonly (readonly [label: Translated, TermText])[] = [
  [{ EN: 'MRR', DE: 'MRR' }, ({ mrr }, language) => formatsOf(language).money(mrr)],
  [columns.MAX_CONTACTS.label, ({ maxContacts }, language) => numberText(language, maxContacts)],
  [columns.EMAIL_LIMIT.label, ({ emailLimit }, language) => numberText(language, emailLimit)],
  [columns.BILLING_FREQUENCY.label, frequencyText],
  [
    columns.SUBSCRIPTION_TERM.label,
    ({ subscriptionTermMonths: count }, language) => (count === null ? null : wordsOf(language).months(count)),
  ],
];

const numberText = (language: ReminderLanguage, value: number | null) => (value === null ? null : formatsOf(language).number(value));

function frequencyText({ billingFrequency, billingIntervalMonths }: ContractTerms, language: ReminderLanguage): string | null {
  if (billingFrequency === null) return null;
  return inLanguage(language, columns.BILLING_FREQUENCY.values[billingFrequency]).replace('(n)', `(${billingIntervalMonths ?? 'n'})`);
}

/** The terms that a change alters, each before and after; the price, which is the first, always. */
export function termRows(language: ReminderLanguage, current: ContractTerms, next: ContractTerms) {
  return termTexts
    .map(([label, textOf]) => ({ label: inLanguage(language, label), before: textOf(current, language), after: textOf(next, language) }))
    .filter(({ before, after }, index) => index === 0 || before !== after);
}
