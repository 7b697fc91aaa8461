import removeAccents from 'remove-accents';

/** Case and diacritics taken away, so that "muller" finds "Müller", and "strasse" finds "Straße". */
export function fold(text: string): string {
  return removeAccents(text.normalize('NFKC')).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}

/** What the search looks into: the name, and the website's host on a line of its own so that no match spans both. */
export function searchText(name: string, website: string | null): string {
  return fold(website === null ? name : `${name}\n${website.replace('https://', '')}`);
}
