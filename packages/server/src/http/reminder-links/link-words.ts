import { Temporal } from 'temporal-polyfill';
import { addDays, type CalendarDate } from '../../calendar-date.ts';
import { columns, type ColumnKey } from '../../contract-change/contract-change.columns.ts';
import type { ContractTerms } from '../../contract/contract.entity.ts';
import type { ReminderLanguage } from '../../reminder/reminder-kind.ts';
import { Html, html, named } from '../html.ts';
import { linkTexts } from './link-texts.ts';

const locales: Readonly<Record<ReminderLanguage, string>> = { en: 'en-GB', de: 'de-DE' };

/** Puts values in the place of `{name}` in a text; texts of others are kept apart from it. */
export function fill(text: string, values: Readonly<Record<string, string | Html>>): Html {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part;
    const value = values[part]!;
    return value instanceof Html ? value : named(value);
  });
  return html`${parts}`;
}

export const dateText = (language: ReminderLanguage, date: CalendarDate): string =>
  Temporal.PlainDate.from(date).toLocaleString(locales[language], { dateStyle: 'long' });

/**
 * The last day to decide in the reader's time zone, with the time if the business day ends in the middle of a day there.
 */
export function lastDayText(
  language: ReminderLanguage,
  lastDay: CalendarDate,
  { businessTimeZone, timeZone }: { businessTimeZone: string; timeZone: string },
): string {
  const end = Temporal.PlainDate.from(addDays(lastDay, 1)).toZonedDateTime(businessTimeZone).withTimeZone(timeZone);
  const day = end.subtract({ nanoseconds: 1 }).toPlainDate().toLocaleString(locales[language], { dateStyle: 'full' });
  if (end.equals(end.startOfDay())) return day;
  const time = end.toPlainTime().toLocaleString(locales[language], { timeStyle: 'short' });
  return linkTexts[language].lastDayUntil.replace('{day}', day).replace('{time}', time).replace('{zone}', timeZone);
}

const labelOf = (language: ReminderLanguage, key: ColumnKey) => columns[key].label[language === 'de' ? 'DE' : 'EN'];

export function typeText(language: ReminderLanguage, type: keyof (typeof columns)['CONTRACT_TYPE']['values']): string {
  return columns.CONTRACT_TYPE.values[type][language === 'de' ? 'DE' : 'EN'];
}

function monthsText(language: ReminderLanguage, count: number): string {
  const { month, months } = linkTexts[language];
  return count === 1 ? month : months.replace('{count}', String(count));
}

/** The term of a contract that a column shows, as text; null if the contract has none. */
const termTexts: readonly (readonly [ColumnKey, (terms: ContractTerms, language: ReminderLanguage) => string | null])[] = [
  ['CURRENT_MRR', ({ mrr }, language) => moneyText(language, mrr.amount, mrr.currencyCode)],
  ['MAX_CONTACTS', ({ maxContacts }, language) => numberText(language, maxContacts)],
  ['EMAIL_LIMIT', ({ emailLimit }, language) => numberText(language, emailLimit)],
  [
    'BILLING_FREQUENCY',
    ({ billingFrequency, billingIntervalMonths }, language) =>
      billingFrequency === null
        ? null
        : columns.BILLING_FREQUENCY.values[billingFrequency][language === 'de' ? 'DE' : 'EN'].replace('(n)', String(billingIntervalMonths)),
  ],
  [
    'SUBSCRIPTION_TERM',
    ({ subscriptionTermMonths }, language) => (subscriptionTermMonths === null ? null : monthsText(language, subscriptionTermMonths)),
  ],
];

const numberText = (language: ReminderLanguage, value: number | null) =>
  value === null ? null : new Intl.NumberFormat(locales[language]).format(value);

/** With all digits that the amount has. */
function moneyText(language: ReminderLanguage, amount: string, currency: string): string {
  const digits = amount.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locales[language], { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(amount as `${number}`)}\u00a0${currency}`;
}

/** The terms that a change alters, each before and after; the price always. */
export function termRows(language: ReminderLanguage, current: ContractTerms, next: ContractTerms) {
  return termTexts
    .map(([key, textOf]) => {
      const label = key === 'CURRENT_MRR' ? 'MRR' : labelOf(language, key);
      return { key, label, before: textOf(current, language), after: textOf(next, language) };
    })
    .filter(({ key, before, after }) => key === 'CURRENT_MRR' || before !== after);
}
