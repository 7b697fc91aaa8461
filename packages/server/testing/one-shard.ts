import type pg from 'pg';

export type Statement = { text: string; values?: readonly unknown[] };

type PlanNode = { 'Node Type': string; 'Relation Name'?: string; Alias?: string; Plans?: PlanNode[] } & Record<string, unknown>;
type Explains = Pick<pg.Pool, 'query'>;

/**
 * Finds the reads for which an engine with shards, each of which keeps whole partners, would ask all of them. It knows the shard of a table only
 * from a constant in the conditions that PostgreSQL's planner derives, so the plan for these values must compare the partner with its uuid
 * wherever a table is read.
 */
export async function readsOfAllShards(explains: Explains, { text, values = [] }: Statement): Promise<string[]> {
  const { rows } = await explains.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (format json) ${text}`, [...values]);
  return nodesOf(rows[0]!['QUERY PLAN'][0].Plan).flatMap((node) => {
    const table = node['Relation Name'];
    if (table === undefined || node['Node Type'] === 'ModifyTable' || /^(?:import_|restoration$|pg_)/.test(table)) return [];
    const conditions = ['Index Cond', 'Recheck Cond', 'Filter'].map((name) => node[name]).join(' ');
    const key = table === 'partner' ? 'id' : 'partner_id';
    return new RegExp(String.raw`\b${key} = '[0-9a-f-]{36}'::uuid`).test(conditions)
      ? []
      : [`${table} ${node.Alias} of ${text.slice(0, 60).replaceAll(/\s+/g, ' ')}: ${conditions.trim()}`];
  });
}

/** Without what never runs: PostgreSQL 15 plans a read whose condition is false. */
const nodesOf = (node: PlanNode): PlanNode[] => (node['One-Time Filter'] === 'false' ? [] : [node, ...(node.Plans ?? []).flatMap(nodesOf)]);

/** The statements in a text, of which `begin` may be the first; without functions that ask for all partners on purpose. */
export function readsIn({ text, values = [] }: Statement): Statement[] {
  if (/^\/\* \w+Unscoped \*\//.test(text)) return [];
  const texts = /\bbegin; /.test(text) ? text.split('; ') : [text];
  return texts
    .filter((each) => /^\s*(\/\*.*?\*\/\s*)?(with|select|insert|update|delete)\b/.test(each))
    .map((each) => ({ text: each, values }));
}
