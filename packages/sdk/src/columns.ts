import { ColumnError } from './errors.ts';
import { besidePaths, defaultColumns, identityPaths, lockedColumns, paths, type RenewalColumn } from './generated/columns.ts';

const isColumn = (name: string): name is RenewalColumn => Object.hasOwn(paths, name);

/** CURRENT_MRR, as the API has it, is currentMrr. */
const fromKey = (key: string): string => key.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Columns that were stored or came in an address, told apart from what is none any more. */
export interface ParsedColumns {
  /** In the given order, each once; to be given to `list` as they are. */
  readonly columns: readonly RenewalColumn[];
  /** What names no column; a page can warn of it. */
  readonly unknown: readonly string[];
}

/**
 * Reads a list of columns from outside: JSON text or its value, an array of names (`website`), of the API's keys (`WEBSITE`), or of
 * objects with such a `key`, as `viewer.dashboardColumns` and `savedView.columns` have them. Never throws.
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
      // Text that is no JSON is the name itself.
    }
  }
  const columns = new Set<RenewalColumn>();
  const unknown: string[] = [];
  for (const each of Array.isArray(value) ? (value as unknown[]) : value === undefined || value === null ? [] : [value]) {
    const named = (each as { key?: unknown } | null)?.key ?? each;
    const text = typeof named === 'string' ? named : JSON.stringify(named);
    const name = isColumn(text) ? text : fromKey(text);
    if (isColumn(name)) columns.add(name);
    else unknown.push(text);
  }
  return { columns: [...columns], unknown };
}

/** Name of a member of a row, and what to select for it below a contract change. */
export type Member = readonly [name: string, path: string];

/** The members of a row that these columns bring, in the one order that documents have. */
export function rowMembers(columns: readonly RenewalColumn[] = defaultColumns): Member[] {
  const unknown: string[] = columns.filter((column) => !isColumn(column));
  if (unknown.length > 0) {
    const all = Object.keys(paths);
    const begin = (name: string) => name.slice(0, 3).toLowerCase();
    const near = all.filter((column) => unknown.some((name) => begin(name) === begin(column)));
    throw new ColumnError(
      `There is no column "${unknown.join('", "')}". ${near.length > 0 ? 'Did you mean' : 'There is'} ${(near.length > 0 ? near : all).join(', ')}?`,
      unknown,
    );
  }
  const wanted = new Set(lockedColumns.concat(columns));
  return [
    ...Object.entries(identityPaths),
    ...Object.entries(paths).filter(([column]) => wanted.has(column as RenewalColumn)),
    ...besidePaths.filter(([column]) => wanted.has(column)).map(([, ...member]) => member),
  ];
}

/** 'a.b', 'a.c{d}', 'e' → 'a{b c{d}} e': the same text for the same columns in any order. */
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

/** What the members' paths lead to; null where null is on the way. */
export function toRow(node: object, members: readonly Member[]): object {
  return Object.fromEntries(
    members.map(([name, path]) => {
      const steps = path.replace(/\{.*/, '').split('.');
      return [name, steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | null)?.[step] ?? null, node)];
    }),
  );
}
