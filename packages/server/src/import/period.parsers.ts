import { fold } from '../customer/search-text.ts';
import { Refusal } from './parsed.ts';
import { remembered } from './remembered.ts';

/** Letters and digits alone, without case and accents: what headers and labels are compared by. Ä, Ae and A are one letter. */
export function letters(label: string): string {
  return words(label).replaceAll(' ', '');
}

/** The words of a label as they are compared, with single spaces between them. */
function words(label: string): string {
  return fold(label)
    .replaceAll(/([aou])e/g, '$1')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const mostMonths = 1200;
const isMonths = (months: number) => Number.isInteger(months) && months >= 1 && months <= mostMonths;

const numerals = new Map(
  [
    ['one', 'ein', 'einen', 'eine'],
    ['two', 'zwei'],
    ['three', 'drei'],
    ['four', 'vier'],
    ['five', 'funf'],
    ['six', 'sechs'],
  ].flatMap((each, index) => each.map((numeral) => [numeral, index + 1] as const)),
);

const lengths = new Map(
  (
    [
      [1, ['month', 'months', 'mo', 'mon', 'm', 'monat', 'monate', 'monaten', 'monthly', 'monatlich', 'month to month']],
      [3, ['quarter', 'quarters', 'quarterly', 'quartal', 'quartale', 'quartalsweise', 'vierteljahr', 'vierteljährlich']],
      [6, ['half-year', 'half-yearly', 'semi-annual', 'semi-annually', 'Halbjahr', 'Halbjahre', 'halbjährlich']],
      [12, ['year', 'years', 'yr', 'yrs', 'y', 'annual', 'annually', 'yearly', 'Jahr', 'Jahre', 'Jahren', 'jährlich']],
    ] as const
  ).flatMap(([length, labels]) => labels.map((label) => [letters(label), length] as const)),
);

/** Patterns take the square of the time for a long cell. */
const longestPeriod = 60;

/** A period of whole months in one of many spellings: P1Y6M, 3 months, every 2 years, per_two_years, alle 6 Monate; null if it is none. */
export function monthsOf(cell: string): number | null {
  if (cell.length > longestPeriod) return null;
  const [, isoYears, isoMonths] = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?$/i.exec(cell) ?? [];
  const iso = 12 * Number(isoYears ?? 0) + Number(isoMonths ?? 0);
  if (iso > 0) return isMonths(iso) ? iso : null;
  if (isNegative(cell)) return null;
  const text = words(asWholeNumber(cell.replace(/\((?:s|e|en)\)/i, ''))).replace(/^(?:every|each|per|pro|je|jed[ens]+|alle) /, '');
  const whole = lengths.get(text.replaceAll(' ', ''));
  if (whole !== undefined) return whole;
  const [, count = '', unit = ''] = /^(\d{1,4}|[a-z]+) ?([a-z]+)$/.exec(text) ?? [];
  const length = (numerals.get(count) ?? Number(count)) * (lengths.get(unit) ?? Number.NaN);
  return isMonths(length) ? length : null;
}

/** A minus sign of any kind, or the brackets of accountants. */
const isNegative = (cell: string) => /^(?:\p{Dash}|\(\s*\d)/u.test(cell);

/** 12.0 is 12. */
const asWholeNumber = (cell: string) => cell.replace(/^(\D*\d+)[.,]0{1,2}(?=\D|$)/, '$1');

/** P12M, 1 year, 12 Monate, annual, or a number of months. */
export const term = remembered((cell) => {
  const plain = /^\d{1,4}$/.exec(asWholeNumber(cell))?.[0];
  const length = plain === undefined ? monthsOf(cell) : Number(plain);
  if (length !== null && isMonths(length)) return String(length);
  return new Refusal(`Not a term of 1 to ${mostMonths} months, such as P12M, 1 year or 12 (months).`);
});

const named = new Map([
  [1, 'MONTHLY'],
  [3, 'QUARTERLY'],
  [6, 'SEMI_ANNUALLY'],
  [12, 'ANNUALLY'],
]);

/** The frequency and its months. Other (3) stays other: the vendor has it beside quarterly. */
export const billingFrequency = remembered((cell) => {
  const said = /^(?:other|sonstige)\s*\((\d{1,4})\)(?:\s*(?:months?|monate?))?$/i.exec(cell)?.[1];
  if (said !== undefined && isMonths(Number(said))) return ['OTHER', String(Number(said))];
  const length = said === undefined ? monthsOf(cell) : null;
  if (length !== null) return [named.get(length) ?? 'OTHER', String(length)];
  return new Refusal('Not one of monthly, quarterly, semi-annually, annually, every n months and other (n).');
});

const mostNoticeDays = 730;
const mostNoticeMonths = 24;

/** Days, or months of the calendar: one of the two. */
export const noticePeriod = remembered((cell) => {
  const text = isNegative(cell) ? '' : words(asWholeNumber(cell));
  const [, count, unit = ''] = /^(?:p ?)?(\d{1,4}) ?(d|days?|tage?n?|w|weeks?|wochen?)?$/.exec(text) ?? [];
  if (count !== undefined) {
    const days = Number(count) * (unit.startsWith('w') ? 7 : 1);
    if (days <= mostNoticeDays) return [String(days), null];
  }
  const length = count === undefined ? monthsOf(cell) : null;
  if (length !== null && length <= mostNoticeMonths) return [null, String(length)];
  return new Refusal(`Not a notice period such as 45 (days), 6 weeks, P2M or 2 months, of at most ${mostNoticeDays} days.`);
});
