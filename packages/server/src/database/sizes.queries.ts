import type { Db } from './transaction.ts';

export type TableSize = { table: string; bytes: number };

/** The size of the database, and of its tables with their indexes, the largest first. */
export async function readSizes(db: Db): Promise<{ bytes: number; tables: TableSize[] }> {
  const { rows } = await db.query<{ bytes: number; tables: TableSize[] | null }>(
    `/* readSizes */ select pg_database_size(current_database())::float8 as bytes, (
       select json_agg(json_build_object('table', sized.name, 'bytes', sized.bytes) order by sized.bytes desc, sized.name)
       from (select relname::text as name, pg_total_relation_size(oid) as bytes from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')) sized) as tables`,
  );
  return { bytes: rows[0]!.bytes, tables: rows[0]!.tables ?? [] };
}
