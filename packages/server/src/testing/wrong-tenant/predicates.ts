import { partnerIds } from './canaries.ts';
import type { Statement } from './statement-tap.ts';

// What names the partner in a statement: `x.partner_id = s.partner_id` where it reads, `partner_id = $1` where it writes, and
// `x.partner_id = y.partner_id` between tables of one partner; of the partner's own table it is the id.
const comparison = /(?:\b(\w+)\.)?\b(partner_id|id)\s*=\s*(s\.partner_id|\$1(?!\d)|\w+\.partner_id|\w+\.id)\b/g;

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

/** True of every row; the reference to `s` stays, since it is what holds the setting before the reading. */
const neutral = ({ right }: Found) =>
  right === 's.partner_id' ? '(s.partner_id is not null)' : right === '$1' ? '($1::uuid is not null)' : 'true';

/** One predicate of a function's statement; statements of one function that differ in what they select are one. */
export type Predicate = { statement: string; function: string; ordinal: number; text: string; place: string };

const functionOf = (text: string) => /^\s*\/\* (\w+) \*\//.exec(text)?.[1] ?? '(no name)';

const keyOf = (statement: Statement, found: readonly Found[]) =>
  `${functionOf(statement.text)}: ${found.map((each) => each.text).join(' | ')}`;

export function predicatesOf(statement: Statement): Predicate[] {
  const found = predicatesIn(statement);
  return found.map(({ text, at }, ordinal) => ({
    ...{ statement: keyOf(statement, found), function: functionOf(statement.text), ordinal, text },
    place: statement.text.slice(Math.max(0, at - 60), at + text.length + 25).replaceAll(/\s+/g, ' '),
  }));
}

export function withoutAnyPredicate(statement: Statement): string {
  return rewrite(statement, predicatesIn(statement), () => true);
}

/** @returns the text as it is for statements that the predicate is none of */
export function withoutPredicate({ statement: key, ordinal }: Predicate): (statement: Statement) => string {
  return (statement) => {
    const found = predicatesIn(statement);
    return keyOf(statement, found) === key ? rewrite(statement, found, (index) => index === ordinal) : statement.text;
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
