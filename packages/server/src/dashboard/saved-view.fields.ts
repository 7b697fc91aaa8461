import type { Viewer } from '../access/viewer.ts';
import { idLeaf, type FieldTable } from '../reading/projection.ts';
import type { StoredView } from './saved-view.content.ts';

/** Whose views are the viewer's own: a user's, or the partner's for a key of no user; the vendor's operator has none. */
export function viewOwnerOf({ role, partnerId, partnerUserId }: Pick<Viewer, 'role' | 'partnerId' | 'partnerUserId'>): string | null {
  return role === 'OPERATOR' ? null : (partnerUserId ?? partnerId);
}

/** What the view was made with, as it was stored; what of it there is still is told by resolvers. */
const stored = {
  sql: ['v.columns', 'v.filter', 'v.order_by'],
  value: ([columns, filter, orderBy]: readonly never[]) => ({ columns, filter, orderBy }) as unknown as StoredView,
};

/** A saved view under the alias v. */
export const savedViewFields: FieldTable = {
  leaves: {
    id: idLeaf('SavedView', 'v.id'),
    name: { sql: ['v.name'] },
    isShared: { sql: ['v.is_shared'] },
    isOwn: { sql: ['v.principal_id'], value: ([owner], viewer) => owner === viewOwnerOf(viewer) },
    query: { sql: ['v.query'] },
    version: { sql: ['v.version'] },
    columns: stored,
    filter: stored,
    orderBy: stored,
    problems: stored,
  },
};
