import type { Parameters } from '../database/sql.ts';
import { badInput } from '../graphql/errors.ts';
import { largestHubId } from '../graphql/hub-id.ts';
import { fold, foldWith, gap, spellings } from './search-text.ts';

export const maxSearchLength = 200;

/** Description of the argument `query` wherever it searches customers. */
export const searchDescription = `Part of the customer's name or website host, ignoring case and accents; or the exact Hub ID. At most ${maxSearchLength} characters.`;

/** SQL of the search over name, website host and exact Hub ID; `alias` is a customer or a dashboard row. */
export function searchSql(query: string | null | undefined, alias: string, parameters: Parameters): string {
  const part = containsSql(query, `${alias}.search_text`, parameters);
  const text = fold(query ?? '').trim();
  const isHubId = /^\d{1,19}$/.test(text) && BigInt(text) <= largestHubId;
  return isHubId ? `(${part} or ${alias}.hub_id = ${parameters.add(text, 'bigint')})` : part;
}

/** Refuses a long text before it is folded: that takes the square of its length, and each row is compared with the text. */
export function checkSearch(query: string | null | undefined): void {
  if ((query ?? '').length > maxSearchLength) throw badInput(`A search text can have at most ${maxSearchLength} characters.`);
}

/** SQL of the search in a folded text; `searched` is its SQL. */
export function containsSql(query: string | null | undefined, searched: string, parameters: Parameters): string {
  checkSearch(query);
  const [text, expanded] = spellings(query ?? '').map((spelling) => spelling.trim()) as [string, string];
  // Blank is no search; letters without width alone are one that finds nothing.
  if (text === '') return (query ?? '').trim() === '' ? 'true' : 'false';
  // Unlike `like`, strpos has no wildcards.
  const contains = (part: string) => `strpos(${searched}, ${parameters.add(part, 'text')}) > 0`;
  const matches = [expanded === '' ? contains(text) : `(${contains(text)} or ${contains(expanded)})`];
  if (expanded !== '') {
    // Both spellings have the letters between umlauts, so most rows are decided by one comparison instead of two.
    const pieces = foldWith(query ?? '', { umlaut: gap })
      .trim()
      .split(gap);
    const longest = pieces.reduce((one, other) => (other.length > one.length ? other : one));
    if (longest !== '') matches.unshift(contains(longest));
  }
  return matches.join(' and ');
}
