import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { selectPage } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import type { Wanted } from '../reading/wanted.ts';
import { keysAndUsers } from './stored-keys.queries.ts';

// Keys of the vendor's operators are stored with a partner. They do not belong to it, and it does not see them.

const ofPartner = `key.partner_id = scope.partner_id and key.role <> 'OPERATOR'`;

const apiKeyOrder = {
  name: 'API keys of the partner',
  keys: [{ sql: 'key.created_at', type: 'timestamptz', isRequired: true, isDescending: true }],
  // Cursors carry a uuid.
  id: 'md5(key.id)::uuid',
} as const;

/** Keys of the partner and its users, or only the one with this ID. */
export async function findApiKeysOfPartner(reader: Reader, wanted: Wanted, id?: string) {
  const parameters = new Parameters();
  return await selectPage(reader, wanted, {
    name: 'findApiKeysOfPartner',
    from: keysAndUsers,
    where: id === undefined ? ofPartner : `${ofPartner} and key.id = ${parameters.add(id, 'text')}`,
    order: apiKeyOrder,
    parameters,
  });
}

export async function countApiKeysOfPartner(reader: Reader): Promise<number> {
  const rows = await reader.select<[number]>({
    name: 'countApiKeysOfPartner',
    select: `select count(*)::int from api_key key where ${ofPartner}`,
    values: [],
  });
  return rows[0]?.[0] ?? 0;
}

export async function findApiKeys(reader: Reader, projection: Projection, keyIds: readonly string[]) {
  return await selectKeyed(reader, projection, {
    name: 'findApiKeys',
    key: 'key.id',
    ids: keyIds,
    idType: 'text',
    from: keysAndUsers,
    where: ofPartner,
    parameters: new Parameters(),
  });
}
