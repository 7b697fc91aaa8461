import { domainToUnicode } from 'node:url';
import removeAccents from 'remove-accents';

// Why two spellings. A search finds a part of the text, so a folding must fold each letter alone: then the part of a text, folded, is a
// part of the folded text. Contracting "ue" to "u" is not such a folding: "blue" would become "blu" and find "Blumen", and "ell" would no
// longer find "Mueller". Writing Ü as "ue" is one, and so is writing it as "u", but neither alone finds "Müller" by both "mueller" and
// "muller". So the text holds both spellings, and a query with an umlaut looks for both. A query without umlauts has one spelling only.

/**
 * Removes what people type differently: case, accents, kinds of quotes and dashes, letters without width, and the number of spaces.
 * "muller" finds "Müller", and "strasse" finds "Straße".
 */
export const fold = (text: string): string => foldWith(text, { umlaut: '$&' });

export function foldWith(text: string, { umlaut }: { umlaut: '$&' | '$&e' | typeof gap }): string {
  // Most names are ASCII, and an import folds each of them.
  if (/^[ -_a-~]*$/.test(text)) return text.toLowerCase().replaceAll(/ {2,}/g, ' ');
  const visible = text
    // A letter without width may stand between a letter and its accent.
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    // Before NFKC, which takes these apart: an acute accent into a space and a mark, a double prime into two primes.
    .replaceAll('´', "'")
    .replaceAll('″', '"')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[äöü]/g, umlaut)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');
  // Letters that NFD does not take apart, such as Ø and Æ.
  return removeAccents(visible)
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .replaceAll(/[‘’‚‛‹›′`ʹʻʼʽ]/g, "'")
    .replaceAll(/[“”„‟«»〝〞〟ʺ]/g, '"')
    .replaceAll(/[\p{Dash}⁃]/gu, '-')
    .replaceAll(/\p{White_Space}+/gu, ' ');
}

// Private to us: no letter folds to it.
export const gap = '\ue000';

/**
 * The searched text. It always has five lines, so that no match spans two of them: a folded text has no line break.
 * 1. the name; 2. the name with Ä as ae, Ö as oe, Ü as ue, or empty if that is the same
 * 3. the website's host in Unicode; 4. that with ae, oe, ue, or empty if the same; 5. the host in ASCII (xn--…), or empty if the same.
 * Lines 3 to 5 are empty without a website.
 */
export function searchText(name: string, website: string | null): string {
  const host = website?.replace('https://', '') ?? '';
  // An invalid international name has no Unicode form.
  const unicodeHost = domainToUnicode(host) || host;
  return [...spellings(name), ...spellings(unicodeHost), unicodeHost === host ? '' : fold(host)].join('\n');
}

export function spellings(text: string): [string, string] {
  const [plain, expanded] = [fold(text), foldWith(text, { umlaut: '$&e' })];
  return [plain, expanded === plain ? '' : expanded];
}
