import type { Db } from '../database/transaction.ts';
import { BackupRefused, inPublic, type BackedUpTable } from './backup.format.ts';

/** Tables that are not in a backup: what has run is written by migrations, and restores of one database do not concern another. */
const ownTables = ['migrations', 'restoration'];

/**
 * A browser stays signed in by its row. Somebody who signed out after the backup would be signed in again, so a restored database knows
 * no session, and people sign in once more.
 */
const tablesWithoutRows = ['user_session'];

const left = [...ownTables, ...tablesWithoutRows];

type FoundTable = BackedUpTable & { bytes: number; hasSequence: boolean; isReadable: boolean };

/** The tables of a backup in the order of their names, each with the columns that are stored and not computed. */
export async function findTables(owner: Db): Promise<(BackedUpTable & { bytes: number })[]> {
  const { rows } = await owner.query<FoundTable>(
    `/* findTables */ select relation.relname::text as name, columns.names as columns, columns.has_sequence as "hasSequence",
       pg_table_size(relation.oid)::float8 as bytes,
       not (relation.relrowsecurity and relation.relforcerowsecurity) or exists (
         select from pg_policy policy where policy.polrelid = relation.oid and policy.polname = relation.relname || '_backup'
           and current_user::regrole = any (policy.polroles)) as "isReadable"
     from pg_class relation cross join lateral (
       select array_agg(attribute.attname::text order by attribute.attnum) as names,
         bool_or(attribute.attidentity <> '' or coalesce(pg_get_expr(value.adbin, value.adrelid) like 'nextval(%', false)) as has_sequence
       from pg_attribute attribute left join pg_attrdef value on value.adrelid = attribute.attrelid and value.adnum = attribute.attnum
       where attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped and attribute.attgenerated = '') columns
     where relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p') and not relation.relispartition
       and pg_has_role(relation.relowner, 'USAGE') and relation.relname <> all ($1) order by relation.relname`,
    [left],
  );
  for (const { name, hasSequence, isReadable } of rows) {
    // A new table without its policy would be read as empty.
    if (!isReadable) throw new BackupRefused(`The table ${name} lets its owner read no rows: it lacks the policy ${name}_backup.`);
    if (hasSequence) throw new BackupRefused(`The table ${name} has a sequence, whose value no backup holds.`);
  }
  return rows.map(({ name, columns, bytes }) => ({ name, columns, bytes }));
}

/** All tables with which a restore could mix, also those whose rows are not in a backup. */
export async function findTableNames(owner: Db): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `/* findTableNames */ select relname::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and pg_has_role(relowner, 'USAGE')
       and relname <> all ($1) order by relname`,
    [ownTables],
  );
  return rows.map(({ name }) => name);
}

export async function findFilledTables(owner: Db): Promise<string[]> {
  const names = await findTableNames(owner);
  const filled = names.map((name) => `exists (select from ${inPublic(name)})`);
  const { rows } = await owner.query<{ filled: boolean[] }>(
    `/* findFilledTables */ select array[${filled.join(', ')}]::boolean[] as filled`,
  );
  return names.filter((_, index) => rows[0]!.filled[index]);
}

/** The time-outs of the login's session would end a long transaction; not every version of PostgreSQL has each of them. */
export const withoutTimeoutsSql = `/* withoutTimeouts */ select set_config(name, '0', true) from pg_settings
  where name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`;

/** The policies `…_backup` let the owner read the rows of all partners until the transaction ends. As in transaction.ts, not set_config(). */
export const readAllPartnersSql = `/* readAllPartners */ set local app.reads_all_partners = 'on'`;

/** One way to write each value, on every server and in every session. */
export const plainTextSql = `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local bytea_output = 'hex';
  set local extra_float_digits = 1; set local timezone = 'UTC'; set local client_encoding = 'UTF8'; set local row_security = on`;
