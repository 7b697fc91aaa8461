import { fits } from '../data/conditions.ts';
import { list } from '../data/list.store.ts';
import { conditionsOfId, openedView } from '../data/opened.view.ts';
import type { Row } from '../data/row.selection.ts';
import { createStore } from '../data/store.ts';
import { changed, type Changed } from '../data/pending.acts.ts';
import { known } from '../data/viewer.store.ts';

/** The API answers an act with so many rows at most. */
const mostRows = 250;

/** How many rows each view has, as far as the page has read it. */
export const counts = createStore<ReadonlyMap<string, number>>(new Map());

// What a view counts is read with the view alone, so an act changes the counts of the others by what it changed.
changed.subscribe(() => {
  const change = changed.get();
  if (!change) return;
  counts.set((now) => new Map([...now].flatMap(([id, count]) => countAfter(change, id, count))));
  // The answer of the act has those of the shown view.
  readCounts();
});
list.subscribe(readCounts);
known.subscribe(readCounts);

/** Takes over the counts of the list that is shown. */
function readCounts(): void {
  const { summary, status } = list.get();
  if (!summary || status !== 'ready' || !known.get()) return;
  const { saved, preset, isChanged } = openedView();
  const id = saved?.id ?? preset;
  if (!id || isChanged) return;
  const read = new Map([[id, summary.totalCount]]);
  if (id === 'all') {
    read.set('to-decide', summary.actionRequiredCount);
    read.set('at-risk', summary.byStatus.find((each) => each.status === 'CANCELLATION_REQUESTED')?.count ?? 0);
  }
  const now = counts.get();
  if ([...read].some(([each, count]) => now.get(each) !== count)) counts.set(new Map([...now, ...read]));
}

/** The count of a view after an act; nothing if the page cannot know it. */
function countAfter({ rows, after, removed, areNew }: Changed, id: string, count: number): [string, number][] {
  const conditions = conditionsOfId(id);
  if (!conditions) return [];
  const isAll = id === 'all';
  if (after.length >= mostRows) return isAll ? [[id, count]] : [];
  const before = new Map(rows.map((row) => [row.id, row]));
  const ofCustomer = new Map(rows.map((row) => [row.customer.id, row]));
  let difference = 0;
  const add = (row: Row, by: number) => void (fits(row, conditions) && (difference += by));
  for (const row of after) {
    const same = ofCustomer.get(row.customer.id);
    // An act on a customer changes rows that are not shown, too; they had the same owner and contact as its other rows.
    const former = before.get(row.id) ?? (same && { ...row, ...ownerAndContact(same) });
    add(row, 1);
    if (areNew) continue;
    if (former) add(former, -1);
    else if (!isAll) return [];
    else difference -= 1;
  }
  for (const each of removed) {
    const row = before.get(each);
    if (row) add(row, -1);
    else if (isAll) difference -= 1;
    else return [];
  }
  // Whether the search or other conditions let a row pass is for the API to say.
  const isKnown = difference === 0 || (!conditions.query && !conditions.more);
  return isKnown ? [[id, count + difference]] : [];
}

const ownerAndContact = ({ communicationOwner, primaryContact }: Row) => ({ communicationOwner, primaryContact });
