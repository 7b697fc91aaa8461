import type pg from 'pg';
import { DatabaseSetupError } from './database-setup-error.ts';
import { ownerRole, servingRole } from './roles.ts';
import { withOptions } from './serving-pool.ts';

export type LoginFacts = {
  version: number;
  login: string;
  database: string;
  bypasses: boolean;
  may_create: boolean;
};

export async function readLoginFacts(client: pg.Client): Promise<LoginFacts> {
  const { rows } = await client.query<LoginFacts>(
    `/* readLoginFacts */ select current_setting('server_version_num')::int as version, session_user as login, current_database() as database, rolsuper or rolbypassrls as bypasses,
       has_schema_privilege(session_user, 'public', 'create') as may_create
     from pg_roles where rolname = session_user`,
  );
  requireVersion(rows[0]!.version);
  return rows[0]!;
}

export function requireVersion(version: number): void {
  if (version < 150_000)
    throw new DatabaseSetupError(`This is PostgreSQL ${Math.floor(version / 10_000)}; PostgreSQL 15 or newer is needed.`);
}

/** The owner that migrations run as: the login itself, unless row-level security would not bind it. */
export function ownerConfig(login: pg.ClientConfig, facts: LoginFacts): pg.ClientConfig {
  return withOptions(login, { search_path: 'public', ...(facts.bypasses && { role: ownerRole }) });
}

/** Makes the roles and what they need; only what is missing. Several processes, on several databases of a server, may do so at once. */
export async function ensureRoles(client: pg.Client, facts: LoginFacts, { stepsDown }: { stepsDown: boolean }): Promise<void> {
  let missing: string[] = [];
  for (let attempt = 1; attempt <= 5; attempt++) {
    missing = await missingStatements(client, facts, stepsDown);
    if (missing.length === 0) return;
    for (const statement of missing) {
      try {
        await client.query(statement);
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === '42501') throw explain(facts, missing, error);
        // Another process was quicker: 42710 and 23505 it made the role, XX000 it changed the same grants; look again.
        if (code !== '42710' && code !== '23505' && code !== 'XX000') throw error;
        break;
      }
    }
  }
  throw explain(facts, missing);
}

function explain(facts: LoginFacts, missing: string[], cause?: unknown): DatabaseSetupError {
  return new DatabaseSetupError(
    `The login "${facts.login}" may not make the roles that keep partners apart. ` +
      `Let an administrator run this in the database "${facts.database}", then start again:\n${missing.map((each) => `  ${each};`).join('\n')}`,
    { cause },
  );
}

type Missing = {
  serving: boolean;
  serving_usage: boolean;
  serving_settable: boolean;
  owner: boolean;
  owner_create: boolean;
  owner_settable: boolean;
};

async function missingStatements(client: pg.Client, facts: LoginFacts, stepsDown: boolean): Promise<string[]> {
  // PostgreSQL 16 tells a membership apart from the right to `set role`.
  const settable = facts.version >= 160_000 ? 'SET' : 'MEMBER';
  const { rows } = await client.query<Missing>(
    `/* missingStatements */ select s.oid is not null as serving,
       coalesce(has_schema_privilege(s.oid, 'public', 'usage'), false) as serving_usage,
       coalesce(pg_has_role(session_user, s.oid, '${settable}'), false) as serving_settable,
       o.oid is not null as owner,
       coalesce(has_schema_privilege(o.oid, 'public', 'create') and has_database_privilege(o.oid, current_database(), 'create'), false) as owner_create,
       coalesce(pg_has_role(session_user, o.oid, '${settable}'), false) as owner_settable
     from (select) one left join pg_roles s on s.rolname = $1 left join pg_roles o on o.rolname = $2`,
    [servingRole, ownerRole],
  );
  const is = rows[0]!;
  const login = quote(facts.login);
  const statements: string[] = [];
  if (!is.serving) statements.push(`create role ${servingRole} nologin`);
  if (!is.serving_usage) statements.push(`grant usage on schema public to ${servingRole}`);
  if (stepsDown && !is.serving_settable) statements.push(`grant ${servingRole} to ${login}`);
  if (facts.bypasses) {
    if (!is.owner) statements.push(`create role ${ownerRole} nologin`);
    if (!is.owner_create) {
      statements.push(
        `grant usage, create on schema public to ${ownerRole}`,
        `grant create on database ${quote(facts.database)} to ${ownerRole}`,
      );
    }
    if (!is.owner_settable) statements.push(`grant ${ownerRole} to ${login}`);
  }
  return statements;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
