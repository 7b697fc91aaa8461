import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { domainToASCII } from 'node:url';
import { Parameters } from '../database/sql.ts';
import { fold, searchText } from './search-text.ts';
import { searchSql } from './search.sql.ts';

/** Whether the search finds the customer by its text: computes the statement's condition as PostgreSQL would. */
function isFound(query: string, name: string, website: string | null = null): boolean {
  const parameters = new Parameters();
  const text = searchText(name, website);
  const condition = searchSql(query, 'customer', parameters);
  if (condition === 'true') return true;
  // Conditions joined by "and", each of alternatives joined by "or"; $2 is the first value.
  return condition.split(' and ').every((part) =>
    part.split(' or ').some((alternative) => {
      const [, index] = /^\(?strpos\(customer\.search_text, \$(\d+)::text\) > 0\)?$/.exec(alternative) ?? [];
      return index !== undefined && text.includes(parameters.values[Number(index) - 2] as string);
    }),
  );
}

const foundBy = (name: string, queries: readonly string[]) => queries.filter((query) => isFound(query, name));

test.each([
  ['Müller', ['mueller', 'müller', 'muller', 'MÜLLER', 'Mueller', 'MÜ', 'mu', 'mue', 'ller', 'u\u0308ller', 'mu\u00ad\u0308ller']],
  ['Mueller', ['mueller', 'müller', 'ell']],
  ['Muller', ['müller', 'muller']],
  ['Bäcker & Söhne Großhandel', ['baecker & soehne grosshandel', 'backer & sohne großhandel', 'bäcker & soehne', 'GROẞ', 'großh']],
  ['Strasse', ['straße', 'strasse', 'STRASSE']],
  ['Neue Energie', ['neue', 'neü', 'neu']],
  ['Blumen', ['blu', 'blüm', 'blü']],
  ["O'Neill", ['o’neill', 'o‘neill', 'o´neill', 'o`neill', "o'neill", 'oʼneill']],
  ['Die „Alte" Post', ['„alte“', '"alte"', '»alte«', '“alte”']],
  ['Rolls-Royce', ['rolls‐royce', 'rolls‑royce', 'rolls–royce', 'rolls—royce', 'rolls−royce', 'rolls－royce']],
  ['Donau\u00addampf\u200bschiff\ufeff', ['donaudampfschiff', 'donau\u200ddampf', '\u200bschiff']],
  ['A\u00a0 \tB\u2003C', ['a b c', 'A  B', '\u3000a\u00a0b']],
  ['Søren Æther Łódź', ['soren aether lodz', 'SØREN', 'łódź']],
  ['ΟΔΟΣ', ['οδος', 'οδοσ', 'ΟΔΟ']],
])('%j is found by %j', (name, queries) => {
  expect(foundBy(name, queries)).toEqual(queries);
});

test.each([
  ['Mueller', ['muller']],
  ['Neue Energie', ['nue', 'nü']],
  ['Blumen', ['blue', 'bluemen']],
  ['Boxen', ['böxen', 'boe']],
  ['Masse', ['mase', 'maß e']],
  ['A-B', ['a b', 'ab']],
])('%j is not found by %j', (name, queries) => {
  expect(foundBy(name, queries)).toEqual(name === 'Boxen' ? ['böxen'] : []);
});

test.each([
  ['https://www.xn--mller-kva.example', ['müller.example', 'mueller.example', 'muller.example', 'xn--mller-kva.example', 'XN--M', 'www.m']],
  ['https://xn--strae-oqa.example', ['straße', 'strasse', 'xn--strae']],
  ['https://xn--80ak6aa92e.example', ['аррӏе', 'xn--80ak']],
  ['https://xn--a.example', ['xn--a.example']],
])('the host %s is found by %j', (website, queries) => {
  expect(queries.filter((query) => isFound(query, 'Acme', website))).toEqual(queries);
});

test('no match spans the name and the host, nor two spellings', () => {
  const host = domainToASCII('südwind.example');
  const website = `https://${host}`;
  const lines = searchText('Müller', website).split('\n');
  expect(lines).toEqual(['muller', 'mueller', 'sudwind.example', 'suedwind.example', host]);
  for (const between of ['', ' ', '\n', '\r\n', '\u2028', '\u00a0']) {
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      expect(isFound(`${line}${between}${isLast ? '' : lines[index + 1]}`, 'Müller', website)).toBe(isLast);
    }
  }
  expect(searchText('Two\nlines', null).split('\n')).toEqual(['two lines', '', '', '', '']);
});

test.each([
  [null, 'true'],
  [' \u00a0\t', 'true'],
  ['\u00ad\u200b\u0301', 'false'],
])('%j, which has no letter to look for, is the condition %s', (query, condition) => {
  expect(searchSql(query, 'customer', new Parameters())).toBe(condition);
});

test('a Hub ID is found among letters without width', () => {
  const parameters = new Parameters();
  expect(searchSql('\u200e1001\u200b', 'customer', parameters)).toContain('customer.hub_id');
  expect(parameters.values).toEqual(['1001', '1001']);
});

// Letters as people count them: with their accents, and those that a folding can get wrong.
const letters = fc.constantFrom(
  ...'aeiouslAEOUSmn09.-&'.split(''),
  ...['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü', 'ß', 'ẞ', 'u\u0308', 'A\u0308', 'é', 'ø', 'Æ', 'ǣ', 'ǖ', 'İ', 'ı', 'Σ', 'ς', 'ŉ', 'ﬁ', '…', '℡', 'Å'],
  ...["'", '’', '´', '`', '″', '“', '–', '−', '\u00ad', '\u200b', ' ', '  ', '\u00a0', '\t', '한', '国', 'क्ष', '😀', '👨‍👩‍👧', 'ﷺ'],
);
const names = fc.array(letters, { minLength: 2, maxLength: 12 });

const seed = 20261126;
const runs = { seed, numRuns: 3000 };

test('every customer is found by any part of its name, as it is written, with ae, and without accents', () => {
  const parts = fc
    .tuple(names, fc.nat(), fc.nat())
    .map(([name, one, other]) => {
      const from = one % (name.length - 1);
      return { name: name.join(''), part: name.slice(from, from + 2 + (other % (name.length - from - 1))).join('') };
    })
    // Spaces and letters without width are nothing to look for.
    .filter((each) => /[^\s\p{Default_Ignorable_Code_Point}]/u.test(each.part));
  fc.assert(
    fc.property(parts, ({ name, part }) => {
      const ascii = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'OE', Ü: 'Ue', ß: 'ss', ẞ: 'SS' } as Record<string, string>;
      const expanded = part.normalize('NFC').replaceAll(/[äöüÄÖÜßẞ]/g, (letter) => ascii[letter]!);
      const plain = part.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss').replaceAll('ẞ', 'ss');
      for (const query of [part, expanded, plain, part.toUpperCase(), part.toLowerCase(), part.normalize('NFD')]) {
        expect(isFound(query, name) ? '' : query).toBe('');
      }
    }),
    runs,
  );
});

test('folding twice is folding once, for texts and for all characters', () => {
  const twice = (text: string) => (fold(fold(text)) === fold(text) ? [] : [text]);
  fc.assert(
    fc.property(
      fc.oneof(
        names.map((name) => name.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        expect(twice(text)).toEqual([]);
      },
    ),
    runs,
  );
  const lines = 0x11_0000 / 64;
  const characters = (line: number) => Array.from({ length: 64 }, (_, index) => String.fromCodePoint(64 * line + index));
  expect(Array.from({ length: lines }, (_, line) => characters(line).join('x')).flatMap(twice)).toEqual([]);
});
