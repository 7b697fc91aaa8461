import type { TestDatabase } from './test-database.ts';

/** A fingerprint of all tables, to check that a refused request changes none. */
export async function tableContents({ superuserPool }: TestDatabase): Promise<Record<string, string>> {
  const { rows: tables } = await superuserPool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const contents: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await superuserPool.query<{ hash: string }>(
      `select count(*) || ' rows ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as hash from "${name}" t`,
    );
    contents[name] = rows[0]!.hash;
  }
  return contents;
}
