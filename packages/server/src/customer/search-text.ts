import { domainToUnicode } from 'node:url';
import removeAccents from 'remove-accents';
import type { Parameters } from '../database/sql.ts';
import { largestHubId } from '../graphql/scalars.ts';

/** Removes case and diacritics, so that "muller" finds "Müller", and "strasse" finds "Straße". */
export function fold(text: string): string {
  return removeAccents(text.normalize('NFKC')).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}

/** The searched text: the name, and the website's host on a separate line so that no match spans both. */
export function searchText(name: string, website: string | null): string {
  return fold(website === null ? name : `${name}\n${domainToUnicode(website.replace('https://', ''))}`);
}

/** Description of the argument `query` wherever it searches customers. */
export const searchDescription =
  "Part of the customer's name or website host, ignoring case and accents; or the exact Hub ID. Default: no search.";

/** SQL of the search over name, website host and exact Hub ID; `alias` is a customer or a dashboard row. */
export function searchSql(query: string | null | undefined, alias: string, parameters: Parameters): string {
  const text = query?.trim() ?? '';
  if (text === '') return 'true';
  // Unlike `like`, strpos has no wildcards.
  const part = `strpos(${alias}.search_text, ${parameters.add(fold(text), 'text')}) > 0`;
  const isHubId = /^\d{1,19}$/.test(text) && BigInt(text) <= largestHubId;
  return isHubId ? `(${part} or ${alias}.hub_id = ${parameters.add(text, 'bigint')})` : part;
}
