import type { Db } from '../database/transaction.ts';
import { inPublic } from './backup.format.ts';

// A restore writes every table at once, as their owner and past row-level security, which decision 047 explains. All of it is undone
// unless the transaction commits, and it commits only if the tables then have the shape they had.

/** What protects rows and finds them: constraints, indexes, row-level security and its policies, in texts to compare. */
export async function readShape(owner: Db): Promise<string[]> {
  const { rows } = await owner.query<{ fact: string }>(
    `/* readShape */ with relation as (
       select oid, relname, relrowsecurity, relforcerowsecurity from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p'))
     select relname || ' row security ' || relrowsecurity || ' forced ' || relforcerowsecurity as fact from relation
     union all
     select relname || ' ' || conname || ' ' || pg_get_constraintdef(rule.oid) || ' ' || convalidated from pg_constraint rule
       join relation on relation.oid = rule.conrelid
     union all select pg_get_indexdef(indexrelid) || ' ' || indisvalid from pg_index join relation on relation.oid = indrelid
     union all
     select relname || ' ' || polname || ' ' || polcmd::text || ' ' || coalesce(pg_get_expr(polqual, polrelid), '') || ' '
       || coalesce(pg_get_expr(polwithcheck, polrelid), '') from pg_policy join relation on relation.oid = polrelid
     order by 1`,
  );
  return rows.map(({ fact }) => fact);
}

/** Statements that build again what {@link openTables} takes away, in the order in which it was built. */
export type Rebuild = { indexes: readonly string[]; keys: readonly string[] };

/**
 * Locks the tables, and takes away what slows loading: secondary indexes, and foreign keys, two of which form a circle. Both are built again
 * from all rows at once, which checks the same.
 */
export async function openTables(owner: Db, tables: readonly string[]): Promise<Rebuild> {
  await owner.query(`/* openTables */ lock table ${tables.map(inPublic).join(', ')} in access exclusive mode`);
  const { rows: keys } = await owner.query<{ drop: string; add: string }>(
    `/* openTables */ select format('alter table public.%I drop constraint %I', relname, conname) as drop,
       format('alter table public.%I add constraint %I %s', relname, conname, pg_get_constraintdef(rule.oid)) as add
     from pg_constraint rule join pg_class relation on relation.oid = conrelid
     where contype = 'f' and relation.relname = any ($1) and relnamespace = 'public'::regnamespace order by rule.oid`,
    [tables],
  );
  const { rows: indexes } = await owner.query<{ drop: string; add: string }>(
    `/* openTables */ select format('drop index public.%I', relname) as drop, pg_get_indexdef(indexrelid) as add
     from pg_index join pg_class relation on relation.oid = indexrelid
     where indrelid = any (select oid from pg_class where relname = any ($1) and relnamespace = 'public'::regnamespace)
       and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
     -- Of two indexes with the same cost, the planner uses the newer one.
     order by indexrelid`,
    [tables],
  );
  const unforced = tables.map((table) => ({ drop: `alter table ${inPublic(table)} no force row level security` }));
  for (const { drop } of [...keys, ...indexes, ...unforced]) await owner.query(`/* openTables */ ${drop}`);
  return { indexes: indexes.map(({ add }) => add), keys: keys.map(({ add }) => add) };
}

/** Rows may be frozen at once only in a table that the same transaction emptied. Nobody else can see it before the commit. */
export async function emptyTable(owner: Db, table: string): Promise<void> {
  await owner.query(`/* emptyTable */ truncate ${inPublic(table)}`);
}

export async function closeTables(
  owner: Db,
  tables: readonly string[],
  { indexes, keys }: Rebuild,
  onStep: (step: string) => void,
): Promise<void> {
  onStep('building indexes');
  for (const sql of indexes) await owner.query(`/* closeTables */ ${sql}`);
  onStep('checking references');
  for (const sql of keys) await owner.query(`/* closeTables */ ${sql}`);
  for (const table of tables) await owner.query(`/* closeTables */ alter table ${inPublic(table)} force row level security`);
}

/** The planner has no statistics of rows that were just loaded. */
export async function analyzeTables(owner: Db, tables: readonly string[]): Promise<void> {
  for (const table of tables) await owner.query(`/* analyzeTables */ analyze ${inPublic(table)}`);
}
