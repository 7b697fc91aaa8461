import { servingRole } from './roles.ts';
import type { Db } from './transaction.ts';

// Whoever may not use the schema finds none of its tables. A restore closes it to servers: they would find new tables that are still empty,
// and refuse every key. PostgreSQL then refuses whatever a server asks at once, through a pooler too, and nothing waits for a lock.

// The database's owner may do both, and a superuser. Where migrations run as another role, the login itself does it.
const asLogin = 'begin; set local role none';

/** wasPublic: every login could use the schema, as in new databases. isClosed: false if the database belongs to somebody else. */
export async function closeSchema(owner: Db): Promise<{ isClosed: boolean; wasPublic: boolean }> {
  await owner.query(`/* closeSchema */ ${asLogin}`);
  const { rows: before } = await owner.query<{ isPublic: boolean }>(
    `/* closeSchema */ select exists (select from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
       where nspname = 'public' and grantee = 0 and privilege_type = 'USAGE') as "isPublic"`,
  );
  await owner.query(`/* closeSchema */ revoke usage on schema public from public, ${servingRole}`);
  await owner.query('commit');
  const { rows: after } = await owner.query<{ isClosed: boolean }>(
    `/* closeSchema */ select not has_schema_privilege($1, 'public', 'usage') as "isClosed"`,
    [servingRole],
  );
  return { isClosed: after[0]!.isClosed, wasPublic: before[0]!.isPublic };
}

/** Does nothing where the server may use the schema. */
export async function openSchema(owner: Db, { isPublic = false } = {}): Promise<void> {
  const { rows } = await owner.query<{ isOpen: boolean }>(
    `/* openSchema */ select has_schema_privilege($1, 'public', 'usage') as "isOpen"`,
    [servingRole],
  );
  if (rows[0]!.isOpen && !isPublic) return;
  await owner.query(`/* openSchema */ ${asLogin}; grant usage on schema public to ${servingRole}${isPublic ? ', public' : ''}; commit`);
}
