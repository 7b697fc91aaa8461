import { servingRole } from './roles.ts';

export type RoleNames = {
  database: string;
  /** The login that owns the tables and migrates. */
  owner: string;
  /** The login of the server. */
  login: string;
};

const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** SQL for psql that makes the database with its logins on a fresh server. It may run again at any time, and changes only what is missing. */
export function rolesSql({ database, owner, login }: RoleNames): string {
  const createRole = (role: string, options: string) =>
    `select ${text(`create role ${name(role)} ${options}`)} where not exists (select from pg_roles where rolname = ${text(role)}) \\gexec`;
  const setPassword = (role: string, variable: string) => `\\if :{?${variable}}
  alter role ${name(role)} password :'${variable}';
\\else
  \\warn ${text(`The password of ${role} stays as it is: ${variable.toUpperCase()} is not in the environment of psql. sudo leaves it out.`.replaceAll('\\', '\\\\'))}
\\endif`;
  const unlessTables = (statement: string) =>
    `select ${text(statement)} where not exists (select from pg_class where relname = 'migrations' and relnamespace = 'public'::regnamespace) \\gexec`;
  return `-- Run it as a superuser, with the passwords in OWNER_PASSWORD and SERVER_PASSWORD, or set them later with \\password. Logins by peer
-- or cert need none.
\\set ON_ERROR_STOP on
\\getenv owner_password OWNER_PASSWORD
\\getenv server_password SERVER_PASSWORD

-- What the server may do. Row-level security applies to it.
${createRole(servingRole, 'nologin')}

-- ${owner} owns the tables and migrates; it is no superuser. ${login} serves, and owns nothing.
${createRole(owner, 'login nosuperuser nobypassrls nocreatedb nocreaterole')}
${createRole(login, 'login nosuperuser nobypassrls nocreatedb nocreaterole')}
alter role ${name(owner)} login nosuperuser nobypassrls;
alter role ${name(login)} login nosuperuser nobypassrls;
${setPassword(owner, 'owner_password')}
${setPassword(login, 'server_password')}
grant ${servingRole} to ${name(login)};

select ${text(`create database ${name(database)} owner ${name(owner)} encoding 'UTF8' template template0`)} where not exists (select from pg_database where datname = ${text(database)}) \\gexec
\\connect ${name(database)}
grant create, connect on database ${name(database)} to ${name(owner)};
grant connect on database ${name(database)} to ${name(login)};
grant usage, create on schema public to ${name(owner)};
-- A server of another database on this machine has the same role. Where tables are, logins of your own may have come in as everybody.
${unlessTables(`revoke connect on database ${name(database)} from public`)}
-- Not where tables are: a restore that has not ended may have closed the schema to servers.
${unlessTables(`grant usage on schema public to ${servingRole}`)}
`;
}
