import type { RenewalColumn, RenewalsError } from '@partner-renewals/sdk';
import type { Search } from './list.selection.ts';
import type { Row } from './row.selection.ts';
import { deselectCustomer } from './selected.store.ts';
import { createStore } from './store.ts';
import type { Summary } from './viewer.selection.ts';

/** The rows around the place where the user reads: a window of a list that may be far longer. */
export type List = {
  readonly rows: readonly Row[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly summary: Summary | null;
  /** `loading`: another list is on its way; rows of the former one may still be shown. */
  readonly status: 'loading' | 'ready' | 'problem';
  readonly problem: RenewalsError | null;
  /** When the rows were read, as Date.now() tells; 0 before. */
  readonly updatedAt: number;
  readonly columns: readonly RenewalColumn[];
  readonly search: Search;
};

export const list = createStore<List>({
  rows: [],
  totalCount: 0,
  hasNextPage: false,
  hasPreviousPage: false,
  summary: null,
  status: 'loading',
  problem: null,
  updatedAt: 0,
  columns: [],
  search: {},
});

const mapRows = (change: (rows: readonly Row[]) => readonly Row[]): void =>
  list.set((now) => {
    const rows = change(now.rows);
    return rows === now.rows ? now : { ...now, rows };
  });

/** Puts changed rows in place of those with their ids. Rows that are not shown stay away. */
export function mergeChanges(changes: readonly Row[]): void {
  const changed = new Map(changes.map((row) => [row.id, row]));
  if (changed.size === 0) return;
  mapRows((rows) =>
    rows.map((row) => {
      const next = changed.get(row.id);
      return next ? merged(row, next) : row;
    }),
  );
}

/** Columns that an act did not ask for stay as they were. */
const merged = (before: Row, after: Row): Row => ({
  ...before,
  ...after,
  customer: { ...before.customer, ...after.customer },
  currentTerms: { ...before.currentTerms, ...after.currentTerms },
});

/** Shows what an act will do, before the API answers. The result takes it back for rows that nobody changed since. */
export function patchRows(ids: ReadonlySet<string>, patch: (row: Row) => Row): () => void {
  const before = new Map<Row, Row>();
  mapRows((rows) =>
    rows.map((row) => {
      if (!ids.has(row.id)) return row;
      const patched = patch(row);
      before.set(patched, row);
      return patched;
    }),
  );
  return () => mapRows((rows) => rows.map((row) => before.get(row) ?? row));
}

/** Takes the rows of a customer away. The result puts them back where they were. */
export function removeCustomer(customerId: string): () => void {
  const { rows } = list.get();
  const removed = rows.flatMap((row, index) => (row.customer.id === customerId ? [{ row, after: rows[index - 1]?.id }] : []));
  mapRows((now) => now.filter(({ customer }) => customer.id !== customerId));
  deselectCustomer(customerId);
  return () =>
    mapRows((now) => {
      const back = [...now];
      for (const { row, after } of removed) {
        if (back.some(({ id }) => id === row.id)) continue;
        back.splice(back.findIndex(({ id }) => id === after) + 1, 0, row);
      }
      return back;
    });
}

export const setSummary = (summary: Summary): void => list.set((now) => ({ ...now, summary, totalCount: summary.totalCount }));
