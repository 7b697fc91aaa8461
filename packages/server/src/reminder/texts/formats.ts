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
export const formatsOf = (language: ReminderLanguage): Formats => {
  const locale = locales[language];
  const dot = language === 'de' ? '.' : '';
  const date = (text: CalendarDate) => {
    const day = Temporal.PlainDate.from(text);
    return `${day.day}${dot} ${day.toLocaleString(locale, { month: 'long' })} ${day.year}`;
  };
  return {
    date,
    longDate: (text) => `${Temporal.PlainDate.from(text).toLocaleString(locale, { weekday: 'long' })}, ${date(text)}`,
    number: (value) => new Intl.NumberFormat(locale).format(value),
    money: (money) => formatMoney(locale, money, 'auto'),
    moneyChange: (money) => formatMoney(locale, money, 'exceptZero'),
  };
};

/** The amount is a decimal number in a text and stays one: as a float it could change. */
function formatMoney(locale: string, { amount, currencyCode }: Money, signDisplay: 'auto' | 'exceptZero'): string {
  const usual = new Intl.NumberFormat(locale, { style: 'currency', currency: currencyCode }).resolvedOptions().minimumFractionDigits ?? 2;
  const given = amount.split('.')[1]?.replace(/0+$/, '').length ?? 0;
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currencyCode,
    // Two dollars are two currencies.
    currencyDisplay: 'code',
    minimumFractionDigits: usual,
    maximumFractionDigits: Math.min(20, Math.max(usual, given)),
    signDisplay,
  });
  return format.format(amount as Intl.StringNumericLiteral);
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
