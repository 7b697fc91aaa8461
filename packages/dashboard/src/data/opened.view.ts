import type { RenewalColumn } from '@partner-renewals/sdk';
import { currentAddress } from '../app/address.ts';
import { columnOf } from './column.keys.ts';
import { readConditions, readView, writeConditions } from './conditions.address.ts';
import { conditionsOf, filterOf, isFiltered, isSameConditions, noConditions, type Conditions, type Order } from './conditions.ts';
import type { Search } from './list.selection.ts';
import { mayExist } from './other.views.ts';
import { remembered } from './remembered.ts';
import type { SavedView } from './viewer.selection.ts';
import { known } from './viewer.store.ts';

const byUrgency: readonly Order[] = [{ field: 'LAST_DECISION_DATE', direction: 'ASC' }];

/** The views that everyone has. */
export const presets = {
  all: noConditions,
  'to-decide': { ...noConditions, isActionRequired: true, sort: byUrgency },
  'this-week': { ...noConditions, status: ['PENDING'], dueIn: 7, sort: byUrgency },
  'at-risk': { ...noConditions, status: ['CANCELLATION_REQUESTED'] },
} as const satisfies { [name: string]: Conditions };
export type Preset = keyof typeof presets;
const isPreset = (name: string): name is Preset => Object.hasOwn(presets, name);

/** The view that an address opens, and what the user changed of it. */
export type OpenedView = {
  readonly preset: Preset | null;
  readonly saved: SavedView | null;
  /** The ID of a saved view that the page does not know: not yet, or no more. */
  readonly unknownId: string | null;
  /** The conditions of the view itself. */
  readonly base: Conditions;
  readonly conditions: Conditions;
  readonly isChanged: boolean;
};

const defaultViewId = (): string | null => {
  const { viewer } = known.get() ?? {};
  return viewer ? (viewer.defaultView?.id ?? null) : remembered('view', (value) => (typeof value === 'string' ? value : null));
};

const conditionsOfView = ({ query, filter, orderBy }: SavedView): Conditions => ({
  ...conditionsOf(filter),
  query: query ?? '',
  sort: orderBy ?? [],
});

/** The conditions of a view itself; nothing if the page does not know it. */
export const conditionsOfId = (id: string): Conditions | undefined => {
  if (isPreset(id)) return presets[id];
  const saved = known.get()?.viewer.savedViews.nodes.find((each) => each.id === id);
  return saved && conditionsOfView(saved);
};

export function openedView(search = currentAddress().search): OpenedView {
  const given = readConditions(search);
  const name = readView(search) ?? (given ? 'all' : (defaultViewId() ?? 'all'));
  const saved = known.get()?.viewer.savedViews.nodes.find(({ id }) => id === name) ?? null;
  const preset = isPreset(name) ? name : null;
  const base = preset ? presets[preset] : saved ? conditionsOfView(saved) : noConditions;
  const conditions = given ?? base;
  return { preset, saved, unknownId: preset || saved ? null : name, base, conditions, isChanged: !isSameConditions(base, conditions) };
}

/** The address of a view without changes. */
export function addressOfView(id: string): string {
  // The bare address opens the default view.
  const isBare = id === (defaultViewId() ?? 'all');
  return isBare ? '/' : `/${writeConditions(id, null)}`;
}

/** The search part of the address for other conditions in the same view. */
export function searchOf(opened: OpenedView, conditions: Conditions): string {
  // A view without its filters is all changes.
  const preset = opened.preset && !isFiltered(conditions) ? 'all' : opened.preset;
  const base = preset ? presets[preset] : opened.base;
  const view = preset ?? opened.saved?.id ?? (opened.unknownId && mayExist(opened.unknownId) ? opened.unknownId : 'all');
  if (isSameConditions(base, conditions)) return addressOfView(view).slice(1);
  return writeConditions(view === 'all' ? null : view, conditions) || writeConditions('all', null);
}

/** What the list asks the API for. */
export function searchOfView({ unknownId, conditions, isChanged }: OpenedView): Search {
  // Before its view is read, only the API knows the conditions.
  if (unknownId && !isChanged && mayExist(unknownId)) return { viewId: unknownId };
  const { query, sort } = conditions;
  const filter = filterOf(conditions);
  return { ...(query && { query }), ...(filter && { filter }), ...(sort[0] && { orderBy: sort }) };
}

/** The columns that a view shows, in order; null as long as only the API knows them. */
export function columnsOfView({ saved, unknownId, conditions }: OpenedView): readonly RenewalColumn[] | null {
  const { viewer, columns: all } = known.get() ?? {};
  if (conditions.columns && all) {
    // A link may name columns that do not exist, and leave out locked ones.
    const locked = all.filter(({ isLocked }) => isLocked).map(({ key }) => columnOf(key));
    const given = [...new Set([...conditions.columns, ...locked])];
    return given.filter((column) => all.some(({ key }) => columnOf(key) === column));
  }
  if (unknownId && mayExist(unknownId)) return conditions.columns;
  const columns = saved?.columns ?? viewer?.dashboardColumns;
  return columns ? columns.map(({ key }) => columnOf(key)) : conditions.columns;
}
