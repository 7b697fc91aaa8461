import type { BenchDatabase } from './bench-database.ts';

/** Bytes of each table with rows: a row of the table, and its entries in all indexes. */
export async function showSizes({ superuser }: BenchDatabase, changes: number): Promise<void> {
  // Made for comparisons; the product has no such index.
  await superuser.query('drop index if exists contract_change_page_idx');
  const { rows } = await superuser.query<{ name: string; count: number; heap: number; indexes: number }>(
    `select relname as name, reltuples::float8 as count, pg_table_size(oid)::float8 as heap, pg_indexes_size(oid)::float8 as indexes
     from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and reltuples > 10000 order by pg_total_relation_size(oid) desc`,
  );
  const total = rows.reduce((sum, { heap, indexes }) => sum + heap + indexes, 0);
  for (const { name, count, heap, indexes } of rows)
    console.log(
      `${name}: ${Math.round(count)} rows; bytes a row: ${(heap / count).toFixed(0)} + ${(indexes / count).toFixed(0)} of indexes`,
    );
  console.log(`together: ${(total / changes).toFixed(0)} bytes a change, ${(total / 1024 ** 3).toFixed(2)} GB`);
}
