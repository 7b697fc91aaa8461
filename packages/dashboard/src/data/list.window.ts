import { AbortError, RenewalsError, type RenewalColumn } from '@partner-renewals/sdk';
import { client } from './client.ts';
import { hasSameRows, rowsSelection, totalsSelection, type Paging, type RowsAnswer, type Search } from './list.selection.ts';
import { list } from './list.store.ts';
import { openedView } from './opened.view.ts';
import { viewSelection, withViews } from './other.views.ts';
import { acts, actsDone, mayBeOlder } from './pending.acts.ts';
import type { Row } from './row.selection.ts';
import { deselectAll, deselectRows } from './selected.store.ts';
import { createStore, sameOr } from './store.ts';
import { viewerSelection, type SavedView, type Summary } from './viewer.selection.ts';
import { known } from './viewer.store.ts';

// The list may have 20,000 rows; the page keeps a window of them, and reads on at both ends.
export const firstPageSize = 30;
const pageSize = 50;
/** What the API allows. */
const largestPage = 100;
const windowSize = 500;
/** Counts and totals are kept for so long; others change them, too. */
const totalsLastMs = 60_000;

const cursors = new Map<string, string>();
let controller = new AbortController();

/** What is being read beside the whole list, and the problem of the last try. */
export type Reading = {
  readonly end: Part | null;
  readonly failed?: Part;
  readonly problem: RenewalsError | null;
};
type Part = 'next' | 'previous' | 'all';
const nothing: Reading = { end: null, problem: null };
export const reading = createStore<Reading>(nothing);

/** The older request ends: its answer would replace a newer one. */
export function beginReading(): AbortSignal {
  controller.abort();
  controller = new AbortController();
  reading.set(nothing);
  return controller.signal;
}

const rowsOf = ({ edges }: RowsAnswer) => {
  for (const { cursor, node } of edges) cursors.set(node.id, cursor);
  return edges.map(({ node }) => node);
};

/** Shows another list, from its first row. */
export function showList(
  search: Search,
  columns: readonly RenewalColumn[],
  { answer, summary, updatedAt = Date.now() }: { answer: RowsAnswer; summary: Summary; updatedAt?: number },
): void {
  cursors.clear();
  const { hasNextPage, hasPreviousPage } = answer.pageInfo;
  list.set({
    ...{ rows: rowsOf(answer), hasNextPage, hasPreviousPage, summary, totalCount: summary.totalCount },
    ...{ status: 'ready', problem: null, updatedAt, columns, search },
  });
}

const problemOf = (error: unknown): RenewalsError => (error instanceof RenewalsError ? error : new RenewalsError(String(error)));

export function showProblem(error: unknown): void {
  if (error instanceof AbortError) return;
  list.set((now) => ({ ...now, status: 'problem', problem: problemOf(error) }));
}

/** Reads a list from its first row; with its counts and totals, unless only order or columns change. */
export async function readList(search: Search, columns: readonly RenewalColumn[]): Promise<void> {
  const signal = beginReading();
  // Nobody acts on rows that the new list may not show.
  deselectAll();
  const { status, search: former, updatedAt } = list.get();
  const keepsTotals = status === 'ready' && hasSameRows(former, search) && Date.now() - updatedAt < totalsLastMs;
  list.set((now) => ({ ...now, status: 'loading', problem: null, search, columns }));
  const rows = rowsSelection(search, columns, { first: firstPageSize });
  try {
    const { upcomingContractChanges: answer, upcomingContractChangesSummary: read } = await settled(async () =>
      keepsTotals
        ? { ...(await client.query(rows, { signal })), upcomingContractChangesSummary: null }
        : await client.query({ ...rows, ...totalsSelection(search) }, { signal }),
    );
    // An act may have changed the kept totals meanwhile.
    const summary = read ?? list.get().summary;
    // The list is as old as its oldest part.
    if (!signal.aborted && summary) showList(search, columns, { answer, summary, ...(keepsTotals && { updatedAt }) });
  } catch (error) {
    if (!signal.aborted) showProblem(error);
  }
}

/** Reads the viewer, a page of rows, and counts and totals: one request. */
export async function readPage(search: Search, columns: readonly RenewalColumn[], paging: Paging, signal: AbortSignal) {
  const { saved, unknownId } = openedView();
  const id = saved?.id ?? unknownId;
  const read = await client.query(
    { ...viewerSelection(), ...viewSelection(id), ...rowsSelection(search, columns, paging), ...totalsSelection(search) },
    { signal },
  );
  return {
    answer: read.upcomingContractChanges,
    summary: read.upcomingContractChangesSummary,
    known: {
      viewer: withViews(known.get()?.viewer, read.viewer, { id, view: read.node as SavedView | null }),
      columns: read.dashboardColumns,
    },
  };
}

async function readOn(end: 'next' | 'previous', paging: Paging, isMore: boolean): Promise<void> {
  const { search, columns, status } = list.get();
  if (!isMore || status !== 'ready' || reading.get().end) return;
  const { signal } = controller;
  reading.set({ end, problem: null });
  try {
    const { upcomingContractChanges: answer } = await settled(async () => client.query(rowsSelection(search, columns, paging), { signal }));
    if (signal.aborted) return;
    const { hasNextPage, hasPreviousPage } = answer.pageInfo;
    const read = rowsOf(answer);
    const readIds = new Set(read.map(({ id }) => id));
    list.set((now) => {
      // A row whose order changed meanwhile shows once, where it is now.
      const kept = now.rows.filter(({ id }) => !readIds.has(id));
      if (end === 'next') {
        const rows = [...kept, ...read];
        const isCut = rows.length > windowSize;
        return { ...now, rows: rows.slice(-windowSize), hasNextPage, hasPreviousPage: now.hasPreviousPage || isCut };
      }
      const rows = [...read, ...kept];
      return { ...now, rows: rows.slice(0, windowSize), hasPreviousPage, hasNextPage: now.hasNextPage || rows.length > windowSize };
    });
    forgetCursors();
    reading.set(nothing);
  } catch (error) {
    if (!signal.aborted) reading.set({ end: null, failed: end, problem: problemOf(error) });
  }
}

function forgetCursors(): void {
  const shown = new Set(list.get().rows.map(({ id }) => id));
  for (const id of cursors.keys()) if (!shown.has(id)) cursors.delete(id);
}

const cursorOf = (row: Row | undefined): string => (row && cursors.get(row.id)) ?? '';

export const readNext = (): Promise<void> =>
  readOn('next', { first: pageSize, after: cursorOf(list.get().rows.at(-1)) }, list.get().hasNextPage);
export const readPrevious = (): Promise<void> =>
  readOn('previous', { last: pageSize, before: cursorOf(list.get().rows[0]) }, list.get().hasPreviousPage);

/**
 * Reads the shown window again, and the viewer. After the first page it begins one row later: that row is on the page before. A list that
 * is not there yet begins at its first row.
 */
export async function refresh(): Promise<void> {
  const { search, columns, rows: shown, hasPreviousPage, status } = list.get();
  const isThere = status === 'ready';
  const isInside = isThere && hasPreviousPage;
  const size = isThere ? Math.max(shown.length, firstPageSize) : firstPageSize;
  const signal = beginReading();
  reading.set({ end: 'all', problem: null });
  try {
    const {
      read: answered,
      hasNextPage,
      page,
    } = await settled(async () => {
      const paging = { first: Math.min(size, largestPage), ...(isInside && { after: cursorOf(shown[0]) }) };
      const first = await readPage(search, columns, paging, signal);
      const read = rowsOf(first.answer);
      let { hasNextPage: isMore } = first.answer.pageInfo;
      while (read.length < size && isMore) {
        const next = { first: Math.min(size - read.length, largestPage), after: cursorOf(read.at(-1)) };
        const { upcomingContractChanges: more } = await client.query(rowsSelection(search, columns, next), { signal });
        read.push(...rowsOf(more));
        ({ hasNextPage: isMore } = more.pageInfo);
      }
      return { read, hasNextPage: isMore, page: first };
    });
    if (signal.aborted) return;
    const { summary } = page;
    const before = new Map(shown.map((row) => [row.id, row]));
    const rows = answered.map((row) => sameOr(before.get(row.id), row));
    list.set((now) => ({
      ...{ ...now, rows, hasNextPage, hasPreviousPage: isInside, summary, totalCount: summary.totalCount },
      ...{ status: 'ready', problem: null, updatedAt: Date.now() },
    }));
    const kept = new Set(rows.map(({ id }) => id));
    deselectRows(shown.filter(({ id }) => !kept.has(id)).map(({ id }) => id));
    forgetCursors();
    reading.set(nothing);
    known.set((former) => ({
      viewer: sameOr(former?.viewer, page.known.viewer),
      columns: sameOr(former?.columns, page.known.columns),
    }));
  } catch (error) {
    if (signal.aborted) return;
    if (isThere) reading.set({ end: null, failed: 'all', problem: problemOf(error) });
    else showProblem(error);
  }
}

/** An answer that was asked for before an act ended may be older than the act, so it is read again. */
async function settled<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    const { ended } = acts.get();
    const answer = await read();
    if (!mayBeOlder(ended)) return answer;
    await actsDone();
  }
}
