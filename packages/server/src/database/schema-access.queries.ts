import { DatabaseSetupError } from './database-setup-error.ts';
import { servingRole } from './roles.ts';
import type { Db } from './transaction.ts';

// Whoever may not use the schema finds none of its tables. A restore closes it to servers: they would find new tables that are still empty,
// and refuse every key. PostgreSQL then refuses whatever a server asks at once, through a pooler too, and nothing waits for a lock.

// The schema's owner may do both, and a superuser. Where migrations run as another role, the login itself does it.
const asLogin = 'begin; set local role none';

/** Whether no server may see the tables. */
export async function isSchemaClosed(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ isClosed: boolean }>(
    `/* isSchemaClosed */ select not has_schema_privilege($1, 'public', 'usage') as "isClosed"`,
    [servingRole],
  );
  return rows[0]!.isClosed;
}

/**
 * wasPublic: every login could use the schema, as in new databases. stillOpenTo: who may read it on: the serving role where this login may
 * not close it, or logins of servers that have a grant of their own.
 */
export type Closing = { wasPublic: boolean; stillOpenTo: readonly string[] };

export async function closeSchema(owner: Db): Promise<Closing> {
  const { rows } = await owner.query<{ isPublic: boolean; mayGrant: boolean }>(
    `/* closeSchema */ select pg_has_role(session_user, nspowner, 'usage') as "mayGrant",
       exists (select from aclexplode(coalesce(nspacl, acldefault('n', nspowner))) where grantee = 0 and privilege_type = 'USAGE') as "isPublic"
     from pg_namespace where nspname = 'public'`,
  );
  const { isPublic, mayGrant } = rows[0]!;
  // Hours later, it could not be opened.
  if (!mayGrant && (await isSchemaClosed(owner))) throw cannotOpen();
  if (mayGrant) await owner.query(`/* closeSchema */ ${asLogin}; revoke usage on schema public from public, ${servingRole}; commit`);
  return { wasPublic: mayGrant && isPublic, stillOpenTo: await findServersWithAccess(owner) };
}

/** The owner of the tables serves too, in development. */
async function findServersWithAccess(owner: Db): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `/* findServersWithAccess */ select rolname as name from pg_roles
     where pg_has_role(oid, $1, 'member') and has_schema_privilege(oid, 'public', 'usage') and not has_schema_privilege(oid, 'public', 'create')
     order by 1`,
    [servingRole],
  );
  return rows.map(({ name }) => name);
}

/** Does nothing where the server may use the schema. */
export async function openSchema(owner: Db, { isPublic = false } = {}): Promise<void> {
  if (!isPublic && !(await isSchemaClosed(owner))) return;
  await owner.query(`/* openSchema */ ${asLogin}; grant usage on schema public to ${servingRole}${isPublic ? ', public' : ''}; commit`);
  // PostgreSQL only warns a login that may not grant it.
  if (await isSchemaClosed(owner)) throw cannotOpen();
}

const cannotOpen = () =>
  new DatabaseSetupError(
    'Servers may not use the schema "public", and this login cannot let them. ' +
      `As the owner of the schema or a superuser, run: grant usage on schema public to ${servingRole}`,
  );
