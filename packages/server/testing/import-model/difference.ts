import { expect } from '@jest/globals';

/** Rows or totals of one view that differ, told by what differs before everything is shown. */
export function same(view: string, found: unknown, expected: unknown): void {
  try {
    expect(found).toEqual(expected);
  } catch (error) {
    const differing = [...new Set(differences(found, expected))].toSorted();
    throw new Error(`${view} differs in ${differing.join(', ')}\n${(error as Error).message}`, { cause: error });
  }
}

type Keyed = { key?: string; type?: string } & Record<string, unknown>;

function differences(found: unknown, expected: unknown): string[] {
  if (!Array.isArray(found) || !Array.isArray(expected)) return fieldsOf(found as Keyed, expected as Keyed);
  const [there, wanted] = [found as Keyed[], expected as Keyed[]];
  const keyOf = (row: Keyed) => row.key ?? (row['currencyCode'] as string | undefined) ?? JSON.stringify(row);
  const surplus = there.filter((row) => !wanted.some((each) => keyOf(each) === keyOf(row))).map(({ type }) => `a surplus ${type ?? 'row'}`);
  const missing = wanted.filter((row) => !there.some((each) => keyOf(each) === keyOf(row))).map(({ type }) => `a missing ${type ?? 'row'}`);
  const others = wanted.flatMap((row) => {
    const other = there.find((each) => keyOf(each) === keyOf(row));
    return other === undefined ? [] : fieldsOf(other, row).map((field) => `${field} of ${row.type ?? 'a row'}`);
  });
  return [...surplus, ...missing, ...others];
}

const fieldsOf = (found: Keyed, expected: Keyed) =>
  Object.keys(expected).filter((field) => canonical(found[field]) !== canonical(expected[field]));

const canonical = (value: unknown) =>
  JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
