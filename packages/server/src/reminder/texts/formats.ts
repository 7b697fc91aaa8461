import { Temporal } from 'temporal-polyfill';
import type { CalendarDate } from '../../calendar-date.ts';
import type { Money } from '../../graphql/money.type.ts';
import type { ReminderLanguage } from '../reminder-kind.ts';

export const locales = { en: 'en-GB', de: 'de-DE' } as const satisfies Record<ReminderLanguage, string>;

type Formats = {
  /** Thursday, 3 December 2026 */
  longDate(date: CalendarDate): string;
  /** 3 December 2026 */
  date(date: CalendarDate): string;
  number(value: number): string;
  money(money: Money): string;
  /** With its sign. */
  moneyChange(money: Money): string;
};

/** How a language writes dates, numbers and amounts. Intl has the words; their order stands here, because it differs between versions. */
export const formatsOf = (language: ReminderLanguage): Formats => formats[language];

function makeFormats(language: ReminderLanguage): Formats {
  const locale = locales[language];
  const dot = language === 'de' ? '.' : '';
  const numbers = new Intl.NumberFormat(locale);
  const months = Array.from({ length: 12 }, (_, index) => wordOf(locale, { month: 'long' }, { year: 2026, month: index + 1, day: 1 }));
  // 1 June 2026 is a Monday.
  const weekdays = Array.from({ length: 7 }, (_, index) => wordOf(locale, { weekday: 'long' }, { year: 2026, month: 6, day: index + 1 }));
  const date = (text: CalendarDate) => {
    const day = Temporal.PlainDate.from(text);
    return `${day.day}${dot} ${months[day.month - 1]} ${day.year}`;
  };
  return {
    date,
    longDate: (text) => `${weekdays[Temporal.PlainDate.from(text).dayOfWeek - 1]}, ${date(text)}`,
    number: (value) => numbers.format(value),
    money: (money) => formatMoney(locale, money, 'auto'),
    moneyChange: (money) => formatMoney(locale, money, 'exceptZero'),
  };
}

const wordOf = (locale: string, options: Intl.DateTimeFormatOptions, date: { year: number; month: number; day: number }): string =>
  Temporal.PlainDate.from(date).toLocaleString(locale, options);

/** The amount is a decimal number in a text and stays one: as a float it could change. */
function formatMoney(locale: string, { amount, currencyCode }: Money, signDisplay: 'auto' | 'exceptZero'): string {
  const given = fractionOf(amount).replace(/0+$/, '').length;
  return currencyFormat(locale, currencyCode, signDisplay, Math.min(20, given)).format(amount as Intl.StringNumericLiteral);
}

/** Making a format takes longer than using it a hundred times. There are as many as currencies, twice for each number of digits in use. */
const currencyFormats = new Map<string, Intl.NumberFormat>();

function currencyFormat(locale: string, currency: string, signDisplay: 'auto' | 'exceptZero', digits: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${signDisplay} ${digits}`;
  const known = currencyFormats.get(key);
  if (known) return known;
  // Two currencies are called dollar, so the code stands there.
  const options = { style: 'currency', currency, currencyDisplay: 'code', signDisplay } as const;
  const usual = new Intl.NumberFormat(locale, options).resolvedOptions().minimumFractionDigits ?? 2;
  const made = new Intl.NumberFormat(locale, {
    ...options,
    minimumFractionDigits: usual,
    maximumFractionDigits: Math.max(usual, digits),
  });
  currencyFormats.set(key, made);
  return made;
}

/** The difference of two amounts of one currency, exactly; null if the currencies differ. */
export function moneyChange(from: Money, to: Money): Money | null {
  if (from.currencyCode !== to.currencyCode) return null;
  const digits = Math.max(fractionOf(from.amount).length, fractionOf(to.amount).length);
  const difference = scaled(to.amount, digits) - scaled(from.amount, digits);
  const sign = difference < 0n ? '-' : '';
  const text = (difference < 0n ? -difference : difference).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return { amount: `${sign}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''}`, currencyCode: to.currencyCode };
}

const fractionOf = (amount: string): string => amount.split('.')[1] ?? '';

const scaled = (amount: string, digits: number): bigint => BigInt(amount.split('.')[0]! + fractionOf(amount).padEnd(digits, '0'));

const formats = { en: makeFormats('en'), de: makeFormats('de') };
