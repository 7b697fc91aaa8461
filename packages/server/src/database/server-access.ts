import pg from 'pg';
import { DatabaseSetupError } from './database-setup-error.ts';
import { ownerRole, servingRole, rolesAdvice } from './roles.ts';
import { settingEachTransaction } from './pooled-client.ts';
import { withOptions } from './serving-pool.ts';

export type LoginInfo = {
  version: number;
  login: string;
  database: string;
  bypasses_rls: boolean;
  may_create: boolean;
  /** A pooler is between this program and the database: it gives its clients process ids of its own. */
  isPooled: boolean;
};

export async function readLogin(client: pg.Client): Promise<LoginInfo> {
  const { rows } = await client.query<Omit<LoginInfo, 'isPooled'> & { pid: number }>(
    `/* readLogin */ select pg_backend_pid() as pid, current_setting('server_version_num')::int as version, session_user as login, current_database() as database, rolsuper or rolbypassrls as bypasses_rls,
       has_schema_privilege(session_user, 'public', 'create') as may_create
     from pg_roles where rolname = session_user`,
  );
  requireVersion(rows[0]!.version);
  const { pid, ...info } = rows[0]!;
  return { ...info, isPooled: pid !== (client as unknown as { processID: number | null }).processID };
}

export function requireVersion(version: number): void {
  if (version < 150_000)
    throw new DatabaseSetupError(`The server is PostgreSQL ${Math.floor(version / 10_000)}, but PostgreSQL 15 or newer is required.`);
}

/** Whether the role of the connections may create functions and operators beside the tables. */
export async function mayCreate(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ may: boolean }>(`/* mayCreate */ select has_schema_privilege('public', 'create') as may`);
  return rows[0]!.may;
}

/** Names of the session defaults that the login of the connections has of its own; it could have set them itself. */
export async function readOwnDefaults(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `/* readOwnDefaults */ select distinct split_part(setting, '=', 1) as name
     from pg_db_role_setting own join pg_roles role on role.oid = own.setrole cross join unnest(own.setconfig) setting
     where role.rolname = current_user and current_user = session_user order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** How migrations log in; `Client` where settings have to be made in each transaction. */
export type OwnerConfig = pg.ClientConfig & { Client?: typeof pg.Client };

/** The role for migrations: the login itself, or the owner role if the login bypasses row-level security. */
export function ownerConfig(login: pg.ClientConfig, info: LoginInfo): OwnerConfig {
  const settings = { search_path: 'public', ...(info.bypasses_rls && { role: ownerRole }) };
  return info.isPooled ? { ...login, Client: settingEachTransaction(pg.Client, settings) } : withOptions(login, settings);
}

type RoleOptions = { switchesRole: boolean; staysClosed: boolean };

/**
 * Creates missing roles and grants; not the use of a schema with tables, which a restore may have closed, or closes now. Several processes, on
 * several databases of a server, may run it at once.
 */
export async function ensureRoles(client: pg.Client, info: LoginInfo, options: RoleOptions): Promise<void> {
  let missing: string[] = [];
  for (let attempt = 1; attempt <= 5; attempt++) {
    missing = await missingStatements(client, info, options);
    if (missing.length === 0) return;
    for (const statement of missing) {
      try {
        await client.query(statement);
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === '42501') throw missingRightsError(info, missing, error);
        // Another process was faster: it created the role (42710, 23505) or changed the same grants (XX000). Check again.
        if (code !== '42710' && code !== '23505' && code !== 'XX000') throw error;
        break;
      }
    }
  }
  throw missingRightsError(info, missing);
}

function missingRightsError(info: LoginInfo, missing: string[], cause?: unknown): DatabaseSetupError {
  return new DatabaseSetupError(
    `The login "${info.login}" has no permission to create the roles that isolate partners. ` +
      `Ask an administrator to run this in the database "${info.database}", then start again:\n${missing.map((each) => `  ${each};`).join('\n')}\n${rolesAdvice}`,
    { cause },
  );
}

type Missing = {
  serving: boolean;
  /** or will, when a restore has ended */
  may_use: boolean;
  serving_settable: boolean;
  owner: boolean;
  owner_create: boolean;
  owner_settable: boolean;
};

async function missingStatements(client: pg.Client, info: LoginInfo, { switchesRole, staysClosed }: RoleOptions): Promise<string[]> {
  // Since PostgreSQL 16, membership in a role no longer implies the right to `set role`.
  const settable = info.version >= 160_000 ? 'SET' : 'MEMBER';
  const { rows } = await client.query<Missing>(
    `/* missingStatements */ select serving.oid is not null as serving,
       coalesce(has_schema_privilege(serving.oid, 'public', 'usage'), false)
         or exists (select from pg_class where relname = 'migrations' and relnamespace = 'public'::regnamespace) as may_use,
       coalesce(pg_has_role(session_user, serving.oid, '${settable}'), false) as serving_settable,
       owner.oid is not null as owner,
       coalesce(has_schema_privilege(owner.oid, 'public', 'create') and has_database_privilege(owner.oid, current_database(), 'create'), false) as owner_create,
       coalesce(pg_has_role(session_user, owner.oid, '${settable}'), false) as owner_settable
     from (select) one left join pg_roles serving on serving.rolname = $1 left join pg_roles owner on owner.rolname = $2`,
    [servingRole, ownerRole],
  );
  const existing = rows[0]!;
  const login = quote(info.login);
  const statements: string[] = [];
  if (!existing.serving) statements.push(`create role ${servingRole} nologin`);
  if (!existing.may_use && !staysClosed) statements.push(`grant usage on schema public to ${servingRole}`);
  if (switchesRole && !existing.serving_settable) statements.push(`grant ${servingRole} to ${login}`);
  if (info.bypasses_rls) {
    if (!existing.owner) statements.push(`create role ${ownerRole} nologin`);
    if (!existing.owner_create) {
      statements.push(
        `grant usage, create on schema public to ${ownerRole}`,
        `grant create on database ${quote(info.database)} to ${ownerRole}`,
      );
    }
    if (!existing.owner_settable) statements.push(`grant ${ownerRole} to ${login}`);
  }
  return statements;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
