import type { Parameters } from '../database/sql.ts';
import { fold } from './search-text.ts';
import { checkSearch, containsSql } from './search.sql.ts';

// A customer has few users, so their names are folded when they are searched, by the table of what `fold` makes of each letter.

export type ContactSearch = { query?: string | null | undefined; isActive?: boolean | null | undefined };

/** Letters in lower case that `fold` changes: those that become one letter or none, and those that become several. */
const { one, none, several } = foldedLetters();

function foldedLetters() {
  const folded = { one: [] as [string, string][], none: '', several: [] as [string, string][] };
  // Latin, Greek and Cyrillic, marks, punctuation, and dashes and quotes beyond.
  for (const [first, last] of [
    [0xa0, 0x52f],
    [0x1e00, 0x206f],
    [0x2212, 0x2212],
    [0x301d, 0x301f],
  ] as const)
    for (let code = first; code <= last; code += 1) {
      const letter = String.fromCodePoint(code);
      const text = fold(letter);
      if (letter !== letter.normalize('NFKC').toLowerCase() || text === letter) continue;
      if (text.length === 1) folded.one.push([letter, text]);
      else if (text === '') folded.none += letter;
      else folded.several.push([letter, text]);
    }
  return folded;
}

const replaced = (sql: string, pairs: readonly (readonly [string, string])[]) =>
  pairs.reduce((text, [from, to]) => `replace(${text}, '${from}', '${to}')`, sql);

/** SQL of the predicate on the users (alias `member`); their names are searched as those of customers are. */
export function contactsSql({ query, isActive }: ContactSearch, parameters: Parameters): string {
  const active = isActive == null ? 'true' : `member.is_active = ${parameters.add(isActive, 'boolean')}`;
  if ((query ?? '').trim() === '') return active;
  return `${active} and ${personSql(query, { name: 'member.name', email: 'member.email' }, parameters)}`;
}

/** SQL of the search for a part of the name or e-mail address of a person, both SQL expressions that are never null. */
export function personSql(
  query: string | null | undefined,
  { name: given, email }: Record<'name' | 'email', string>,
  parameters: Parameters,
): string {
  checkSearch(query);
  // Only letters without width: they find nothing.
  if (fold(query ?? '').trim() === '') return (query ?? '').trim() === '' ? 'true' : 'false';
  const from = parameters.add(one.map(([letter]) => letter).join('') + none, 'text');
  const to = parameters.add(one.map(([, text]) => text).join(''), 'text');
  const folded = (sql: string) => `regexp_replace(translate(${replaced(sql, several)}, ${from}, ${to}), ' +', ' ', 'g')`;
  const lower = `lower(normalize(${given}, NFKC) collate "und-x-icu")`;
  const umlauts = [
    ['ä', 'ae'],
    ['ö', 'oe'],
    ['ü', 'ue'],
  ] as const;
  const name = `case when ${given} ~ '^[ -~]*$' then regexp_replace(lower(${given}), ' +', ' ', 'g')
    else ${folded(lower)} || E'\\n' || ${folded(replaced(lower, umlauts))} end`;
  return containsSql(query, `(${name} || E'\\n' || lower(${email}))`, parameters);
}
