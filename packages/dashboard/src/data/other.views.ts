import type { QuerySelection } from '@partner-renewals/sdk';
import { client } from './client.ts';
import { firstViews, savedViewSelection, viewsSelection, type SavedView, type Viewer } from './viewer.selection.ts';
import { known, patchViewer } from './viewer.store.ts';

// A partner's users may have many views. The first request brings the first ones and the one that the address opens; the others come
// when the user asks for them.

const pageSize = 50;
let reading: Promise<void> | null = null;
const askedFor = new Set<string>();

const areAllKnown = (): boolean => known.get()?.viewer.savedViews.pageInfo.hasNextPage === false;

/** Whether a view that the page does not know may exist. */
export const mayExist = (id: string): boolean => !areAllKnown() && !askedFor.has(id);

/** A view that was asked for and did not come does not exist. */
export const noteAsked = (id: string): void => void askedFor.add(id);

/** Selects a view by its ID, beside the first ones. */
export const viewSelection = (id: string | null) =>
  ({ node: id !== null && { $: { id }, on: { SavedView: savedViewSelection } } }) as const satisfies QuerySelection;

/** The viewer with a view that was asked for by its ID, and with those that the page had read after the first ones. */
export function withViews(
  former: Viewer | undefined,
  next: Viewer,
  asked: { readonly id: string | null; readonly view: SavedView | null },
): Viewer {
  if (asked.id) noteAsked(asked.id);
  const { nodes, pageInfo } = next.savedViews;
  if (!pageInfo.hasNextPage) return next;
  const views = new Map(nodes.map((view) => [view.id, view]));
  for (const view of former?.savedViews.nodes.slice(firstViews) ?? []) if (!views.has(view.id)) views.set(view.id, view);
  // An ID may be that of something else.
  if (asked.view?.id === asked.id && asked.view) views.set(asked.view.id, asked.view);
  else if (asked.id) views.delete(asked.id);
  const isComplete = former?.savedViews.pageInfo.hasNextPage === false;
  return { ...next, savedViews: { pageInfo: isComplete ? { ...pageInfo, hasNextPage: false } : pageInfo, nodes: [...views.values()] } };
}

/** Reads the views after the first ones. */
export async function readOtherViews(): Promise<void> {
  if (!known.get() || areAllKnown()) return;
  reading ??= readAll().finally(() => (reading = null));
  await reading;
}

async function readAll(): Promise<void> {
  let { hasNextPage, endCursor } = known.get()!.viewer.savedViews.pageInfo;
  const others: SavedView[] = [];
  while (hasNextPage) {
    const { viewer } = await client.query({ viewer: { savedViews: { $: { first: pageSize, after: endCursor! }, ...viewsSelection } } });
    others.push(...viewer.savedViews.nodes);
    ({ hasNextPage, endCursor } = viewer.savedViews.pageInfo);
  }
  const ids = new Set(others.map(({ id }) => id));
  patchViewer((viewer) => ({
    ...viewer,
    savedViews: {
      nodes: [...viewer.savedViews.nodes.filter(({ id }) => !ids.has(id)), ...others],
      pageInfo: { hasNextPage: false, endCursor },
    },
  }));
}
