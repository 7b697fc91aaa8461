import { useLanguage, type Language } from './language.ts';
import { once } from './once.ts';

/** An amount of the API: a decimal text, which may be longer than a number can hold. */
export type Amount = { readonly amount: string; readonly currencyCode: string };

// Intl takes decimal texts whole; the type of its argument knows only numeric literals.
type Decimal = `${number}`;

const day = 86_400_000;
const timeOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);

export const addDays = (date: string, days: number): string => new Date(timeOf(date) + days * day).toISOString().slice(0, 10);

/** Whole days from one date to another. */
export const daysBetween = (from: string, to: string): number => Math.round((timeOf(to) - timeOf(from)) / day);

/** The date of a moment where the business is. */
export const dateAt = (moment: string, timeZone: string): string =>
  // The Swedish write dates as ISO does.
  new Date(moment).toLocaleDateString('sv-SE', { timeZone });

export type Format = ReturnType<typeof createFormat>;

const formats = { en: once(() => createFormat('en')), de: once(() => createFormat('de')) } satisfies Record<Language, () => unknown>;

export const formatIn = (language: Language): Format => formats[language]();

function createFormat(language: Language) {
  // British dates have the day first, as the API's users in Europe write them.
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const dates = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }));
  const shortDates = once(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }));
  const longDates = once(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }));
  const moments = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
  const months = once(() => new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }));
  const shortMonths = once(() => new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' }));
  const percents = once(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
  const numbers = once(() => new Intl.NumberFormat(locale));
  const amounts = new Map<string, Intl.NumberFormat>();
  const signed = new Map<string, Intl.NumberFormat>();

  const formatOf = (kept: Map<string, Intl.NumberFormat>, currency: string, options: Intl.NumberFormatOptions) => {
    const known = kept.get(currency);
    if (known) return known;
    // The digits of the currency at least, and all that the amount has.
    const digits = new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: 20, ...options });
    kept.set(currency, format);
    return format;
  };

  return {
    /** 26 Nov 2026, from a calendar date. */
    date: (date: string) => dates().format(timeOf(date)),
    /** 26 Nov */
    shortDate: (date: string) => shortDates().format(timeOf(date)),
    /** 26 November 2026 */
    longDate: (date: string) => longDates().format(timeOf(date)),
    /** November 2026, of any of its days. */
    month: (date: string) => months().format(timeOf(date)),
    /** Nov */
    shortMonth: (date: string) => shortMonths().format(timeOf(date)),
    /** 42 %, from 0.42. */
    percent: (part: number) => percents().format(part),
    /** 26 Nov 2026, 14:05 in the browser's time zone, from an instant. */
    moment: (instant: string) => moments().format(Date.parse(instant)),
    number: (value: number | string) => numbers().format(value as Decimal),
    /** 1,240.00, without the currency. */
    amount: ({ amount, currencyCode }: Amount) => formatOf(amounts, currencyCode, {}).format(amount as Decimal),
    /** +150.00 */
    difference: ({ amount, currencyCode }: Amount) =>
      formatOf(signed, currencyCode, { signDisplay: 'exceptZero' }).format(amount as Decimal),
    /** 1,240.00 EUR */
    money: ({ amount, currencyCode }: Amount) => `${formatOf(amounts, currencyCode, {}).format(amount as Decimal)} ${currencyCode}`,
  };
}

/** Formats of the current language. */
export const useFormat = (): Format => formatIn(useLanguage());
