import { FairCache } from '../fair-cache.ts';

const comparison = /\b(\w+\.partner_id) = \w+\.(?:partner_id|id)\b|\b(\w+\.id) = scope\.partner_id\b/g;

// The texts are the same for all partners. If one partner loses an entry, the next one that uses the text adds it again.
const kept = new FairCache<string, string>({ capacity: 300, share: 75 });
const longestKept = 50_000;

/**
 * Names the partner twice wherever a table is read: as the statement does, by the scope or another table, and by `$1`. In one scope,
 * PostgreSQL derives the constant by itself; in a subquery it does not. From the constant, an engine with shards knows the one to ask.
 * Texts are built again and again from the same selections, so most are found here, kept for the partner that asked.
 */
export function withPartnerConstant(sql: string, partnerId = ''): string {
  const known = kept.get(sql);
  if (known !== undefined) return known;
  const named = sql.replace(comparison, (whole, ofPartner?: string, id?: string) => `(${whole} and ${ofPartner ?? id} = $1::uuid)`);
  if (sql.length <= longestKept) kept.add(sql, named, partnerId);
  return named;
}
