import { domainToUnicode } from 'node:url';
import removeAccents from 'remove-accents';
import type { Parameters } from '../database/sql.ts';
import { largestHubId } from '../graphql/scalars.ts';

/** Case and diacritics taken away, so that "muller" finds "Müller", and "strasse" finds "Straße". */
export function fold(text: string): string {
  return removeAccents(text.normalize('NFKC')).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}

/** What the search looks into: the name, and the website's host on a line of its own so that no match spans both. */
export function searchText(name: string, website: string | null): string {
  return fold(website === null ? name : `${name}\n${domainToUnicode(website.replace('https://', ''))}`);
}

/** SQL of the search over name, website's host and exact Hub ID of the customer or dashboard row with this alias. */
export function searchSql(query: string | null | undefined, alias: string, parameters: Parameters): string {
  const text = query?.trim() ?? '';
  if (text === '') return 'true';
  // strpos takes % and _ as themselves.
  const part = `strpos(${alias}.search_text, ${parameters.add(fold(text), 'text')}) > 0`;
  const isHubId = /^\d{1,19}$/.test(text) && BigInt(text) <= largestHubId;
  return isHubId ? `(${part} or ${alias}.hub_id = ${parameters.add(text, 'bigint')})` : part;
}
