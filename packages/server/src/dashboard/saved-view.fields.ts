import type { Viewer } from '../access/viewer.ts';
import { idLeaf, type FieldTable } from '../reading/projection.ts';
import type { StoredView } from './saved-view.content.ts';

/** Whose views are the viewer's own: a user's, or the partner's for a key of no user; the vendor's operator has none. */
export function viewOwnerOf({ role, partnerId, partnerUserId }: Pick<Viewer, 'role' | 'partnerId' | 'partnerUserId'>): string | null {
  return role === 'OPERATOR' ? null : (partnerUserId ?? partnerId);
}

/** SQL: its owner sees a view, and everybody at the partner once it is shared. */
export const visibleSql = (owner: string) => `(view.is_shared or view.principal_id = ${owner})`;

/** What the view was made with, as it was stored; what of it there is still is told by resolvers. */
const stored = {
  sql: ['view.columns', 'view.filter', 'view.order_by'],
  value: ([columns, filter, orderBy]: readonly never[]) => ({ columns, filter, orderBy }) as unknown as StoredView,
};

/** A saved view, under the alias `view`. */
export const savedViewFields: FieldTable = {
  leaves: {
    id: idLeaf('SavedView', 'view.id'),
    name: { sql: ['view.name'] },
    isShared: { sql: ['view.is_shared'] },
    isOwn: { sql: ['view.principal_id'], value: ([owner], viewer) => owner === viewOwnerOf(viewer) },
    query: { sql: ['view.query'] },
    version: { sql: ['view.version'] },
    columns: stored,
    filter: stored,
    orderBy: stored,
    problems: stored,
  },
};
