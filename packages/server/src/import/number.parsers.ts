import { Noted, Refusal, type Decimal, type Parsed, type Reading } from './parsed.ts';
import { monthsOf } from './period.parsers.ts';

/** A number as a file writes it: what it is read as with either decimal sign; one that shows its sign has one reading. */
type Written = Partial<Record<Decimal, string>>;

const spaces = String.raw`[ '’\u00a0\u202f]`;
const grouped = new RegExp(String.raw`^(\d{1,3}(?:${spaces}\d{3})+)(?:([.,])(\d+))?$`);

/** Longer cells are no numbers, and would keep the expressions here busy. */
const longestNumber = 60;

/** undefined = no number that is 0 or more */
function written(text: string): Written | undefined {
  if (text.length > longestNumber) return undefined;
  if (/^\d+$/.test(text)) return { point: text, comma: text };
  const lone = /^(\d+)([.,])(\d+)$/.exec(text);
  if (lone) {
    const [, whole = '', mark = '', rest = ''] = lone;
    const decimal = decimalOf(mark);
    // 1.350 may be a thousand and more; 0.350, 1350.350 and 1.35 may not.
    const isAmbiguous = /^[1-9]\d{0,2}$/.test(whole) && rest.length === 3;
    if (isAmbiguous) return { [decimal]: `${whole}.${rest}`, [other(decimal)]: whole + rest };
    return mark === '.' ? { point: text } : { comma: `${whole}.${rest}` };
  }
  const [, groups, sign, fraction] = grouped.exec(text) ?? [];
  if (groups !== undefined) {
    const digits = groups.replaceAll(/\D/g, '');
    return sign === undefined ? { point: digits, comma: digits } : { [decimalOf(sign)]: `${digits}.${fraction}` };
  }
  if (/^\d{1,3}(,\d{3})+\.\d+$/.test(text) || /^\d{1,3}(,\d{3}){2,}$/.test(text)) return { point: text.replaceAll(',', '') };
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(text) || /^\d{1,3}(\.\d{3}){2,}$/.test(text)) {
    return { comma: text.replaceAll('.', '').replace(',', '.') };
  }
  return undefined;
}

const decimalOf = (sign: string): Decimal => (sign === ',' ? 'comma' : 'point');
const other = (decimal: Decimal): Decimal => (decimal === 'comma' ? 'point' : 'comma');

/** Which decimal sign a cell proves; undefined when it proves none. */
export function provenDecimal(cell: string): Decimal | undefined {
  const { point, comma } = written(withoutCurrency(cell).number) ?? {};
  if (point !== undefined && comma !== undefined) return undefined;
  return point === undefined ? (comma === undefined ? undefined : 'comma') : 'point';
}

function readNumber(text: string, { decimal, isProven }: Reading, otherwise: string): string | Refusal {
  const { point, comma } = written(text) ?? {};
  if (point === undefined && comma === undefined) return new Refusal(otherwise);
  if (point === comma) return point!;
  if (point !== undefined && comma !== undefined) {
    if (decimal && isProven) return decimal === 'point' ? point : comma;
    return new Refusal(
      `This is ${comma} with a decimal comma and ${point} with a decimal point, and the file does not show which it uses: ` +
        'say --decimal comma or --decimal point.',
    );
  }
  const shown: Decimal = point === undefined ? 'comma' : 'point';
  if (decimal && decimal !== shown) {
    return new Refusal(`This number has a decimal ${shown}, the others of the file a decimal ${decimal}.`);
  }
  return (point ?? comma)!;
}

const largestCount = 2 ** 31 - 1;

/** A whole number; 10.0 is one. */
export function count(cell: string, reading: Reading = {}): Parsed {
  if (/^(?:0|[1-9]\d{0,8})$/.test(cell)) return cell;
  const reason = `Not a whole number from 0 to ${largestCount}.`;
  const value = readNumber(cell, reading, reason);
  if (value instanceof Refusal) return value;
  const whole = /^(\d{1,10})(?:\.0+)?$/.exec(value)?.[1];
  return whole !== undefined && Number(whole) <= largestCount ? String(Number(whole)) : new Refusal(reason);
}

const noAmount = 'Not an amount such as 1234.50: at most 20 digits, not negative.';

/** Kept as it came, 417.00 too; never a float. A currency beside it must be that of the row. */
export function amount(cell: string, reading: Reading = {}): string | Refusal {
  const { sign, number: text } = withoutCurrency(cell);
  const value = readNumber(text, reading, noAmount);
  if (value instanceof Refusal) return value;
  if (value.replace('.', '').length > 20) return new Refusal(noAmount);
  if (sign === '') return value;
  if (!reading.currency) return new Refusal(`"${sign}" is a currency: the column for the currency must say which.`);
  return signsOf(reading.currency).has(sign) ? value : new Refusal(`"${sign}" is not the currency of the row, ${reading.currency}.`);
}

/** An amount with its currency before or behind it. */
function withoutCurrency(cell: string): { sign: string; number: string } {
  if (cell.length > longestNumber || /^\d(?:.*\d)?$/.test(cell)) return { sign: '', number: cell };
  const [, before, number, after] = /^([^\d\s.,'’+-]{1,4})?\s*(\d[\d.,'’\s]*?)\s*([^\d\s.,'’+-]{1,4})?$/.exec(cell) ?? [];
  if (number === undefined || (before !== undefined && after !== undefined)) return { sign: '', number: cell };
  return { sign: before ?? after ?? '', number };
}

const knownSigns = new Map<string, ReadonlySet<string>>();

function signsOf(currency: string): ReadonlySet<string> {
  const known = knownSigns.get(currency);
  if (known) return known;
  const signs = ['en', 'en-GB', 'de'].flatMap((language) =>
    (['narrowSymbol', 'symbol'] as const).map(
      (currencyDisplay) =>
        new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay })
          .formatToParts(0)
          .find(({ type }) => type === 'currency')!.value,
    ),
  );
  const all = new Set([currency, currency.toLowerCase(), ...signs, ...(signs.includes('¥') ? ['¥', '￥'] : [])]);
  knownSigns.set(currency, all);
  return all;
}

/** An amount of an interval, or of each of a number of pieces, as the amount of a month. */
export function amountPerMonth(
  { amount: cell, times, per, total }: { amount: string; times?: string | undefined; per: string; total?: string | undefined },
  reading: Reading,
): Parsed {
  const value = amount(cell, reading);
  if (value instanceof Refusal) return value;
  const pieces = times === undefined ? '1' : count(times, reading);
  if (typeof pieces !== 'string') return new Refusal(`"${times}" is not a whole number of pieces.`);
  if (/^[0.]+$/.test(value)) return value;
  const months = monthsOf(per);
  if (months === null) return new Refusal(`"${per}" is not an interval of whole months, so the amount of a month is not known.`);
  const { quotient, isExact } = dividedBy(multipliedBy(value, pieces), months, reading.currency);
  const whole = pieces === '1' ? value : `${pieces} × ${value}`;
  const notes = [];
  if (!isExact) notes.push(`${whole} for ${months} months has no exact monthly amount: rounded to ${quotient}.`);
  if (total !== undefined && !/^(1(\.0+)?)?$/.test(total)) {
    notes.push(`The quantity is ${total}: ${cell} is taken for the amount of all of them.`);
  }
  return notes.length > 0 ? new Noted(quotient, notes.join(' ')) : quotient;
}

/** A decimal number as whole units of its last digit. */
const unitsOf = (value: string) => {
  const [whole = '', fraction = ''] = value.split('.');
  return { units: BigInt(whole + fraction), digits: fraction.length };
};

function decimalText(units: bigint, digits: number): string {
  const text = units.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function multipliedBy(value: string, factor: string): string {
  const { units, digits } = unitsOf(value);
  return decimalText(units * BigInt(factor), digits);
}

/** Exact when the fraction ends; else rounded to the digits of the currency, halves up. */
function dividedBy(value: string, divisor: number, currency: string | null | undefined): { quotient: string; isExact: boolean } {
  const { units, digits } = unitsOf(value);
  // The divisors here have at most ten factors of 2 or of 5.
  for (let more = 0n; more <= 10n; more++) {
    const scaled = units * 10n ** more;
    if (scaled % BigInt(divisor) === 0n) return { quotient: decimalText(scaled / BigInt(divisor), digits + Number(more)), isExact: true };
  }
  const wanted = currency ? new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits! : 2;
  const scaled = units * 10n ** BigInt(wanted + 1);
  const tenths = scaled / (BigInt(divisor) * 10n ** BigInt(digits));
  return { quotient: decimalText((tenths + 5n) / 10n, wanted), isExact: false };
}
