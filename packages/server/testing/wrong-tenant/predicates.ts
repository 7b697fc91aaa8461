import { partnerIds } from './canaries.ts';
import type { Statement } from './statement-tap.ts';

// What names the partner in a statement: `x.partner_id = scope.partner_id` where it reads, `partner_id = $1` where it writes, and
// `x.partner_id = y.partner_id` between tables of one partner; of the partner's own table it is the id.
const comparison = /(?:\b(\w+)\.)?\b(partner_id|id)\s*=\s*(scope\.partner_id|\$1(?!\d)|\w+\.partner_id|\w+\.id)\b/g;

type Found = { text: string; at: number; right: string };

function predicatesIn({ text, values }: Statement): Found[] {
  const isOfPartner = Object.values(partnerIds).includes(values[0] as string);
  return [...text.matchAll(comparison)].flatMap((match) => {
    const [whole, , left, right = ''] = match;
    const namesPartner =
      left === 'partner_id' ? right !== '$1' || isOfPartner : right === '$1' ? isOfPartner : right.endsWith('.partner_id');
    return namesPartner ? [{ text: whole, at: match.index, right }] : [];
  });
}

/** True of every row; the reference to `scope` stays, since it is what holds the setting before the reading. */
const neutral = ({ right }: Found) =>
  right === 'scope.partner_id' ? '(scope.partner_id is not null)' : right === '$1' ? '($1::uuid is not null)' : 'true';

/** One predicate of a function's statements; statements that differ in what they select, filter and order by are one. */
export type Predicate = { key: string; function: string; text: string; place: string };

const functionOf = (text: string) => /^\s*\/\* (\w+) \*\//.exec(text)?.[1] ?? '(no name)';

// Rows derived for another day are made by a statement of their own.
const variantOf = (text: string) =>
  /contract_change settled\b/.test(text) ? 'past' : /contract_change renewal\b/.test(text) ? 'future' : '';

/** The predicates by what names them: the function, and from the last word that begins a clause up to the predicate; the how manieth if it is there again. */
function keysOf(statement: Statement, found: readonly Found[]): string[] {
  const counts = new Map<string, number>();
  return found.map(({ text, at }) => {
    const before = statement.text
      .slice(Math.max(0, at - 80), at)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\$\d+/g, '$');
    const clause = before.slice(Math.max(...['join ', 'from ', 'where ', 'update '].map((word) => before.lastIndexOf(word)), 0));
    const key = [functionOf(statement.text), variantOf(statement.text), `${clause}${text}`].filter((part) => part !== '').join(' ');
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1 ? key : `${key} (${count})`;
  });
}

export function predicatesOf(statement: Statement): Predicate[] {
  const found = predicatesIn(statement);
  const keys = keysOf(statement, found);
  return found.map(({ text, at }, index) => ({
    ...{ key: keys[index] as string, function: functionOf(statement.text), text },
    place: statement.text.slice(Math.max(0, at - 60), at + text.length + 25).replaceAll(/\s+/g, ' '),
  }));
}

export function withoutAnyPredicate(statement: Statement): string {
  return rewrite(statement, predicatesIn(statement), () => true);
}

/** @returns the text as it is for statements that none of the predicates is in */
export function withoutPredicates(predicates: readonly Predicate[]): (statement: Statement) => string {
  const taken = new Set(predicates.map(({ key }) => key));
  return (statement) => {
    const found = predicatesIn(statement);
    const keys = keysOf(statement, found);
    return rewrite(statement, found, (index) => taken.has(keys[index] as string));
  };
}

function rewrite({ text }: Statement, found: readonly Found[], isMeant: (index: number) => boolean): string {
  let rewritten = '';
  let end = 0;
  found.forEach((each, index) => {
    if (!isMeant(index)) return;
    rewritten += text.slice(end, each.at) + neutral(each);
    end = each.at + each.text.length;
  });
  return rewritten + text.slice(end);
}
