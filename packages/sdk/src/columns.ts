import { ColumnError } from './errors.ts';
import { memberTable, type RenewalColumn } from './generated/columns.ts';

/** @internal A member of a row: its name, the path to select below a contract change, and its mark in the table of members. */
type Member = readonly [name: string, path: string, mark: string];

const table: readonly Member[] = /* @__PURE__ */ (() => memberTable.split(' ').map(toMember))();

function toMember(entry: string): Member {
  const [, name, mark, path] = /(\w+)(\W)(.*)/.exec(entry) as unknown as [string, string, string, string];
  return [name, path.replaceAll(',', ' ') || name, mark];
}

/** @internal The names of all columns, in their standard order. */
export const columnNames = () => table.filter(([, , mark]) => !/[#&]/.test(mark)).map(([name]) => name) as RenewalColumn[];

const isColumn = (name: string): name is RenewalColumn => columnNames().includes(name as RenewalColumn);

/** The column name for a key of the API: CURRENT_MRR → currentMrr. */
const fromKey = (key: string): string => key.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Result of {@link parseColumns}. */
export interface ParsedColumns {
  /** The known columns in the given order, without duplicates. Pass them to `list` unchanged. */
  readonly columns: readonly RenewalColumn[];
  /** Names that match no column, so that a page can warn about them. */
  readonly unknown: readonly string[];
}

/**
 * Parses columns that were stored or came in a URL: an array, or its JSON text. Elements are names (`website`), keys of the API
 * (`WEBSITE`), or objects with such a `key`, as in `viewer.dashboardColumns` and `savedView.columns`. Never throws.
 *
 * @example
 * const { columns, unknown } = parseColumns(localStorage.getItem('columns'));
 */
export function parseColumns(saved: unknown): ParsedColumns {
  let value = saved;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value) as unknown;
    } catch {
      // Text that is not JSON is the name of a column.
    }
  }
  const columns = new Set<RenewalColumn>();
  const unknown: string[] = [];
  for (const each of Array.isArray(value) ? (value as unknown[]) : value === undefined || value === null ? [] : [value]) {
    const named = (each as { key?: unknown } | null)?.key ?? each;
    // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- undefined and functions have no JSON
    const text = typeof named === 'string' ? named : String(JSON.stringify(named));
    const name = isColumn(text) ? text : fromKey(text);
    if (isColumn(name)) columns.add(name);
    else unknown.push(text);
  }
  return { columns: [...columns], unknown };
}

/** @internal The members of a row with these columns, in the fixed order that documents use. */
export function rowMembers(columns?: readonly RenewalColumn[]): readonly Member[] {
  const all = columnNames();
  const unknown = (columns ?? []).filter((column) => !all.includes(column));
  if (unknown[0]) {
    const begin = (name: string) => name.slice(0, 3).toLowerCase();
    const near = all.filter((column) => unknown.some((name) => begin(name) === begin(column))).join(', ');
    throw new ColumnError(
      `Unknown column "${unknown.join('", "')}". ${near ? `Did you mean ${near}?` : `Choose from ${all.join(', ')}.`}`,
      { unknown },
    );
  }
  let isIn: boolean;
  return table.filter(
    ([name, , mark]) =>
      (isIn = /[#!]/.test(mark) || (mark === '&' ? isIn : columns ? columns.includes(name as RenewalColumn) : mark === '+')),
  );
}

/** @internal Nests paths: 'a.b', 'a.c{d}', 'e' → 'a{b c{d}} e'. With rowMembers, the same columns in any order give the same text. */
export function nest(selections: readonly string[]): string {
  const below: Record<string, string[]> = {};
  for (const selection of selections) {
    const [, head, rest] = /^(\w+)\.(.*)/.exec(selection) ?? [selection, selection];
    (below[head] ??= []).push(...(rest ? [rest] : []));
  }
  return Object.entries(below)
    .map(([head, rest]) => (rest[0] ? `${head}{${nest(rest)}}` : head))
    .join(' ');
}

/** @internal A row with the values at the members' paths. A null on the path makes the value null; what was not fetched is missing. */
export function toRow(node: object, members: readonly Member[]): object {
  const row: Record<string, unknown> = {};
  for (const [name, path] of members) {
    let value: unknown = node;
    for (const step of path.split('{')[0]!.split('.')) value = value && (value as Record<string, unknown>)[step];
    if (value !== undefined) row[name] = value;
  }
  return row;
}
