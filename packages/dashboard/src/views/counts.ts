import { list } from '../data/list.store.ts';
import { createStore } from '../data/store.ts';
import type { Summary } from '../data/viewer.selection.ts';

/** Counts of the list without any filter, as long as they are known to be right. */
export const allCounts = createStore<Summary | null>(null);

let before = list.get();
follow();
list.subscribe(follow);

function follow(): void {
  const now = list.get();
  const { summary, search, status } = now;
  const isAll = !search.query && !search.filter && !search.viewId;
  if (isAll && status === 'ready') allCounts.set(summary);
  // An act on a part of the list changed counts of the whole.
  else if (!isAll && before.search === search && before.summary && before.summary !== summary && status === 'ready') allCounts.set(null);
  before = now;
}
