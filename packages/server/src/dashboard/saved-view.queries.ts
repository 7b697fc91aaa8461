import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import { viewOwnerOf, visibleSql } from './saved-view.fields.ts';

/** Views that the viewer sees, by name: those with these IDs, or all. */
export async function findSavedViews(reader: Reader, projection: Projection, ids: readonly string[] | 'all') {
  const parameters = new Parameters();
  const visible = visibleSql(parameters.add(viewOwnerOf(reader.viewer), 'uuid'));
  return await selectKeyed(reader, projection, {
    name: 'findSavedViews',
    key: 'view.id',
    from: 'saved_view view',
    where: `view.partner_id = scope.partner_id and ${visible}${ids === 'all' ? '' : ` and view.id = any (${parameters.add(ids, 'uuid[]')})`}`,
    orderBy: ['view.name collate "und-x-icu"', 'view.id'],
    parameters,
  });
}
