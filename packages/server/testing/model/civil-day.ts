// The model's own arithmetic, so that it shares no mistake with the product. A day is the number of days since 1970-01-01.

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const lengthOf = (year: number, month: number) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0;

export function dayOf(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  let days = day - 1;
  for (let each = 1970; each < year; each += 1) days += isLeap(each) ? 366 : 365;
  for (let each = 0; each < month - 1; each += 1) days += lengthOf(year, each);
  return days;
}

export function dateOf(day: number): string {
  let [year, month, rest] = [1970, 0, day];
  for (; rest >= (isLeap(year) ? 366 : 365); year += 1) rest -= isLeap(year) ? 366 : 365;
  for (; rest >= lengthOf(year, month); month += 1) rest -= lengthOf(year, month);
  return `${year}-${String(month + 1).padStart(2, '0')}-${String(rest + 1).padStart(2, '0')}`;
}

/** Adds months to an anchor: the anchor's day of the month, or the month's last day. */
export function monthsAfter(anchor: string, months: number): number {
  const [year = 0, month = 0, day = 0] = anchor.split('-').map(Number);
  const months0 = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(months0 / 12), months0 % 12];
  const to = Math.min(day, lengthOf(toYear, toMonth));
  return dayOf(`${toYear}-${String(toMonth + 1).padStart(2, '0')}-${String(to).padStart(2, '0')}`);
}
