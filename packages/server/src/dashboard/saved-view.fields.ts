import type { Viewer } from '../access/viewer.ts';
import { idLeaf, type FieldTable } from '../reading/projection.ts';
import type { StoredView } from './saved-view.content.ts';

/** The owner of the viewer's own views: the user, or the partner for an API key without a user. The operator has none. */
export function viewOwnerOf({ role, partnerId, partnerUserId }: Pick<Viewer, 'role' | 'partnerId' | 'partnerUserId'>): string | null {
  return role === 'OPERATOR' ? null : (partnerUserId ?? partnerId);
}

/** SQL: the owner sees a view; if it is shared, so does every user of the partner. */
export const visibleSql = (owner: string) => `(view.is_shared or view.principal_id = ${owner})`;

/** The stored content of a view; resolvers reduce it to the parts that still exist. */
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
