import { addDays, isCalendarDate } from '../calendar-date.ts';
import { Refusal, type Parsed, type Reading } from './parsed.ts';
import { remembered } from './remembered.ts';

/** Years outside these are slips of the keyboard; within them every date computed from one has four digits too. */
const firstDate = '1900-01-01';
const lastDate = '2999-12-31';

const isDate = (text: string) => isCalendarDate(text) && text >= firstDate && text <= lastDate;

const none = new Refusal(`Not a date of the calendar, such as 2026-03-31 or 31.03.2026, from ${firstDate} to ${lastDate}.`);

const monthNames = [
  ...[['jan'], ['feb'], ['mar', 'mär', 'mrz'], ['apr'], ['may', 'mai'], ['jun']],
  ...[['jul'], ['aug'], ['sep'], ['oct', 'okt'], ['nov'], ['dec', 'dez']],
];
const monthOf = (name: string) => String(monthNames.findIndex((names) => names.includes(name.toLowerCase().slice(0, 3))) + 1);

/** A time may stand behind each; its zone does not move the day. */
const time = String.raw`(?:[T ,]\s*\d{1,2}:\d{2}\S*(?:\s*(?:[ap]m|utc|z|[+-]\d{2}:?\d{2}))?)?`;
const iso = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})${time}$`, 'i');
const dotted = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4})${time}$`, 'i');
const spelled = new RegExp(String.raw`^(\d{1,2})[- ]([a-zä]{3})\.?[- ](\d{4})${time}$`, 'i');
const stroked = new RegExp(String.raw`^(\d{1,2})/(\d{1,2})/(\d{4})${time}$`, 'i');

const dateOf = (year: string, month: string, day: string): Parsed => {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDate(text) ? text : none;
};

const unmistakable = remembered((cell) => {
  const [, isoYear, isoMonth = '', isoDay = ''] = iso.exec(cell) ?? [];
  if (isoYear !== undefined) return dateOf(isoYear, isoMonth, isoDay);
  const [, day, month = '', year = ''] = dotted.exec(cell) ?? [];
  if (day !== undefined) return dateOf(year, month, day);
  const [, spelledDay, name = '', spelledYear = ''] = spelled.exec(cell) ?? [];
  if (spelledDay !== undefined) return dateOf(spelledYear, monthOf(name), spelledDay);
  return serialNumber(cell) ?? none;
});

/** Excel counts days from 1900, and saves the count where a cell is not formatted as a date. */
function serialNumber(cell: string): Refusal | undefined {
  const days = /^\d{5}(?:[.,]\d+)?$/.test(cell) ? Number.parseInt(cell, 10) : 0;
  if (days < 15_000 || days > 80_000) return undefined;
  return new Refusal(`This is a serial number of Excel for ${addDays('1899-12-30', days)}: format the column as a date, YYYY-MM-DD.`);
}

export function date(cell: string, { dates }: Reading = {}): Parsed {
  const [, first, second = '', year = ''] = cell.includes('/') ? (stroked.exec(cell) ?? []) : [];
  if (first === undefined) return unmistakable(cell);
  if (dates === undefined) return new Refusal('Day or month first? Say --dates D/M/Y or --dates M/D/Y.');
  return dates === 'D/M/Y' ? dateOf(year, second, first) : dateOf(year, first, second);
}
