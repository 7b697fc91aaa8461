import { client } from './client.ts';
import { firstViews, viewsSelection, type SavedView, type Viewer } from './viewer.selection.ts';
import { known, patchViewer } from './viewer.store.ts';

const pageSize = 50;
let isReading = false;

/** Whether all views are known. Before that, a view of the address may still come. */
export const areViewsKnown = (): boolean => known.get()?.viewer.savedViews.pageInfo.hasNextPage === false;

/** Keeps the views after the first ones until they are read again. */
export function withFormerViews(former: Viewer | undefined, next: Viewer): Viewer {
  const { nodes, pageInfo } = next.savedViews;
  if (!former || !pageInfo.hasNextPage) return next;
  const ids = new Set(nodes.map(({ id }) => id));
  return { ...next, savedViews: { pageInfo, nodes: [...nodes, ...former.savedViews.nodes.filter(({ id }) => !ids.has(id))] } };
}

/** Reads the views after the first ones, in the background. */
export async function readOtherViews(): Promise<void> {
  if (isReading || !known.get() || areViewsKnown()) return;
  isReading = true;
  try {
    let { hasNextPage, endCursor } = known.get()!.viewer.savedViews.pageInfo;
    const others: SavedView[] = [];
    while (hasNextPage) {
      const { viewer } = await client.query({ viewer: { savedViews: { $: { first: pageSize, after: endCursor! }, ...viewsSelection } } });
      others.push(...viewer.savedViews.nodes);
      ({ hasNextPage, endCursor } = viewer.savedViews.pageInfo);
    }
    patchViewer((viewer) => ({
      ...viewer,
      savedViews: { nodes: [...viewer.savedViews.nodes.slice(0, firstViews), ...others], pageInfo: { hasNextPage: false, endCursor } },
    }));
  } catch {
    // The next refresh tries again.
  } finally {
    isReading = false;
  }
}
