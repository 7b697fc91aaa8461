const comparison = /\b(\w+\.partner_id) = \w+\.(?:partner_id|id)\b|\b(\w+\.id) = scope\.partner_id\b/g;

const maxKept = 300;
const longestKept = 50_000;
const kept = new Map<string, string>();

/**
 * Names the partner twice wherever a table is read: as the statement does, by the scope or another table, and by `$1`. In one scope,
 * PostgreSQL derives the constant by itself; in a subquery it does not. From the constant, an engine with shards knows the one to ask.
 */
export function withPartnerConstant(sql: string): string {
  const known = kept.get(sql);
  if (known !== undefined) return known;
  const named = sql.replace(comparison, (whole, ofPartner?: string, id?: string) => `(${whole} and ${ofPartner ?? id} = $1::uuid)`);
  // Texts are built again and again from the same selections, so most are found here.
  if (kept.size >= maxKept) kept.clear();
  if (sql.length <= longestKept) kept.set(sql, named);
  return named;
}
