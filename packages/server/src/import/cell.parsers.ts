import { isEmailAddress } from '../graphql/input-limits.ts';
import { largestHubId } from '../graphql/scalars.ts';
import { isCalendarDate } from '../calendar-date.ts';
import { fold } from '../customer/search-text.ts';
import { parseWebsite } from '../customer/website.ts';
import type { ContractChangeType } from '../contract-change/contract-change.rules.ts';

/** Why a cell cannot be taken, as a sentence. */
export class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What PostgreSQL is to read: one text for each column of the staging table that the cell fills. */
export type Parsed = string | readonly string[] | Refusal;

/** Indexed texts must fit a B-tree page; longer ones are no names anyway. */
export const text =
  (maxLength: number) =>
  (cell: string): Parsed =>
    cell.length <= maxLength ? cell : new Refusal(`Longer than ${maxLength} characters.`);

export function hubId(cell: string): Parsed {
  if (/^\d{1,19}$/.test(cell)) {
    const id = BigInt(cell);
    if (id > 0n && id <= largestHubId) return id.toString();
  }
  return new Refusal(`A Hub ID is a whole number from 1 to ${largestHubId}.`);
}

const largestCount = 2 ** 31 - 1;

export function count(cell: string): Parsed {
  return /^\d{1,10}$/.test(cell) && Number(cell) <= largestCount
    ? String(Number(cell))
    : new Refusal(`Not a whole number from 0 to ${largestCount}, without separators.`);
}

/** Years outside these are slips of the keyboard; within them every date computed from one has four digits too. */
const firstDate = '1900-01-01';
const lastDate = '2999-12-31';

export const date = remembered((cell) =>
  isCalendarDate(cell) && cell >= firstDate && cell <= lastDate
    ? cell
    : new Refusal(`Not a date of the calendar, written YYYY-MM-DD, from ${firstDate} to ${lastDate}.`),
);

const mostMonths = 1200;
const isMonths = (months: number) => months >= 1 && months <= mostMonths;

/** P12M, P1Y, P1Y6M, or a number of months. */
export function term(cell: string): Parsed {
  const [, plain, years, months] = /^(?:(\d{1,4})|P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?)$/i.exec(cell) ?? [];
  const total = Number(plain ?? 0) + 12 * Number(years ?? 0) + Number(months ?? 0);
  return isMonths(total) ? String(total) : new Refusal(`Not a term such as P12M, P1Y or 12 (months), of 1 to ${mostMonths} months.`);
}

const frequencies = new Map<string, readonly [string, string]>([
  ...['monthly', 'monatlich'].map((label) => [label, ['MONTHLY', '1']] as const),
  ...['quarterly', 'vierteljahrlich'].map((label) => [label, ['QUARTERLY', '3']] as const),
  ...['semiannually', 'halfyearly', 'halbjahrlich'].map((label) => [label, ['SEMI_ANNUALLY', '6']] as const),
  ...['annually', 'yearly', 'jahrlich'].map((label) => [label, ['ANNUALLY', '12']] as const),
]);

/** The frequency and its months. */
export const billingFrequency = remembered((cell) => {
  const named = frequencies.get(letters(cell));
  if (named) return named;
  const months = /^(?:other|sonstige)\s*\((\d{1,4})\)(?:\s*(?:months?|monate?))?$/i.exec(cell)?.[1];
  if (months !== undefined && isMonths(Number(months))) return ['OTHER', String(Number(months))];
  return new Refusal('Not one of monthly, quarterly, semi-annually, annually and other (n).');
});

/** Kept as it came, 417.00 too; never a float. */
export function amount(cell: string): Parsed {
  return /^\d+(\.\d+)?$/.test(cell) && cell.replace('.', '').length <= 20
    ? cell
    : new Refusal('Not an amount such as 1234.50: digits and a decimal point, at most 20 digits, not negative.');
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

export function currency(cell: string): Parsed {
  const code = cell.toUpperCase();
  return currencies.has(code) ? code : new Refusal('Not a currency code of ISO 4217, such as EUR.');
}

const yes = new Set(['true', 'yes', 'y', '1', 'ja', 'wahr']);
const no = new Set(['false', 'no', 'n', '0', 'nein', 'falsch']);

export function boolean(cell: string): Parsed {
  const word = cell.toLowerCase();
  if (yes.has(word)) return 'true';
  return no.has(word) ? 'false' : new Refusal('Neither true nor false.');
}

export function email(cell: string): Parsed {
  return isEmailAddress(cell) ? cell : new Refusal('Not an e-mail address.');
}

/** The website and the key by which it is looked up. */
export function website(cell: string): Parsed {
  const found = parseWebsite(cell);
  return found ? [found.website, found.key] : new Refusal('Not the host name of a website, such as example.com.');
}

const changeTypes = new Map<string, ContractChangeType>([
  ...['renewal', 'verlangerung'].map((label) => [label, 'RENEWAL'] as const),
  ...['contacttierupgrade', 'contactupgrade', 'kontaktupgrade'].map((label) => [label, 'CONTACT_TIER_UPGRADE'] as const),
  ...['emailoverage', 'uberziehungdesemailvolumens'].map((label) => [label, 'EMAIL_OVERAGE'] as const),
]);

export const contractChangeType = remembered(
  (cell) => changeTypes.get(letters(cell)) ?? new Refusal('Not one of renewal, contact upgrade and email overage.'),
);

/** Letters and digits alone, without case and accents: what headers and labels are compared by. */
export function letters(label: string): string {
  return fold(label).replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Files repeat the same dates and labels in every row, and these parsers are slow. */
function remembered(parse: (cell: string) => Parsed): (cell: string) => Parsed {
  const known = new Map<string, Parsed>();
  return (cell) => {
    let parsed = known.get(cell);
    if (parsed === undefined) {
      parsed = parse(cell);
      if (known.size >= 10_000) known.clear();
      if (cell.length <= 40) known.set(cell, parsed);
    }
    return parsed;
  };
}
