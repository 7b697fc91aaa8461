import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { selectPage } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import type { Wanted } from '../reading/wanted.ts';
import { viewOwnerOf, visibleSql } from './saved-view.fields.ts';

const visibleTo = ({ viewer }: Reader, parameters: Parameters) =>
  `view.partner_id = scope.partner_id and ${visibleSql(parameters.add(viewOwnerOf(viewer), 'uuid'))}`;

/** Views by ID that the viewer sees. */
export async function findSavedViews(reader: Reader, projection: Projection, ids: readonly string[]) {
  const parameters = new Parameters();
  return await selectKeyed(reader, projection, {
    name: 'findSavedViews',
    key: 'view.id',
    ids,
    from: 'saved_view view',
    where: visibleTo(reader, parameters),
    parameters,
  });
}

const savedViewOrder = {
  name: 'saved views',
  keys: [{ sql: 'view.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false }],
  id: 'view.id',
} as const;

/** Views that the viewer sees, by name, or only the one with this ID. */
export async function findVisibleViews(reader: Reader, wanted: Wanted, id?: string) {
  const parameters = new Parameters();
  const visible = visibleTo(reader, parameters);
  return await selectPage(reader, wanted, {
    name: 'findVisibleViews',
    from: 'saved_view view',
    where: id === undefined ? visible : `${visible} and view.id = ${parameters.add(id, 'uuid')}`,
    order: savedViewOrder,
    parameters,
  });
}

export async function countVisibleViews(reader: Reader): Promise<number> {
  const parameters = new Parameters();
  const select = `select count(*)::int from saved_view view where ${visibleTo(reader, parameters)}`;
  const rows = await reader.select<[number]>({ name: 'countVisibleViews', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}
