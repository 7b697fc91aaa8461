import { partnerIds } from './canaries.ts';
import type { Statement } from './statement-tap.ts';

// Forms of the partner predicate in a statement: `x.partner_id = scope.partner_id` in reads, `partner_id = $1` in writes, its literal in what is
// sent with `begin` or the setting, and `x.partner_id = y.partner_id` between tables of one partner. On the partner table itself it is the id.
// `set local app.partner_id = …` is the setting itself. The constants that database/one-shard.sql.ts adds are left out where a predicate is
// removed: what is written must hold by itself.
const partner = String.raw`scope\.partner_id\b|\$1(?!\d)|\w+\.partner_id\b|\w+\.id\b|'[0-9a-f-]{36}'(?:::uuid)?`;
const comparison = new RegExp(String.raw`(?<!\bset local (?:app\.)?)(?:\b(\w+)\.)?\b(partner_id|id)\s*=\s*(${partner})`, 'g');

const constant = /\((?<written>(?<key>\w+\.(?:partner_id|id)) = \w+\.(?:partner_id|id)) and \k<key> = (?:\$1|'[0-9a-f-]{36}')::uuid\)/g;
const asWritten = ({ text, values }: Statement): Statement => ({ text: text.replaceAll(constant, '$<written>'), values });

type Found = { text: string; at: number; right: string };

function predicatesIn({ text, values }: Statement): Found[] {
  const ids: readonly unknown[] = Object.values(partnerIds);
  const isOfPartner = ids.includes(values[0]);
  return [...text.matchAll(comparison)].flatMap((match) => {
    const [whole, , left, right = ''] = match;
    const namesPartner =
      right === '$1' ? isOfPartner : left === 'partner_id' || right.endsWith('.partner_id') || ids.includes(right.slice(1, 37));
    return namesPartner ? [{ text: whole, at: match.index, right }] : [];
  });
}

/** True for every row. The reference to `scope` stays, since it makes the setting apply before the read. */
const neutral = ({ right }: Found) =>
  right === 'scope.partner_id' ? '(scope.partner_id is not null)' : right === '$1' ? '($1::uuid is not null)' : 'true';

/** One predicate of a function's statements. Statements that differ only in selection, filter and order count as one. */
export type Predicate = { key: string; function: string; text: string; place: string };

const functionOf = (text: string) => /^\s*\/\* (\w+) \*\//.exec(text)?.[1] ?? '(no name)';

// Rows derived for another day come from their own statement; so do decisions that are passed on or taken back.
const variants = [
  { form: /\) stale group by\b/, name: 'taken back' },
  { form: /'CARRIED' as source/, name: 'passed on' },
  { form: /contract_change settled\b/, name: 'past' },
  { form: /contract_change renewal\b/, name: 'future' },
];
const variantOf = (text: string) => variants.find(({ form }) => form.test(text))?.name ?? '';

/** A key for each predicate: its function and the text from the last clause keyword up to it, numbered if repeated. */
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

export function predicatesOf(sent: Statement): Predicate[] {
  const statement = asWritten(sent);
  const found = predicatesIn(statement);
  const keys = keysOf(statement, found);
  return found.map(({ text, at }, index) => ({
    ...{ key: keys[index] as string, function: functionOf(statement.text), text },
    place: statement.text.slice(Math.max(0, at - 60), at + text.length + 25).replaceAll(/\s+/g, ' '),
  }));
}

export function withoutAnyPredicate(sent: Statement): string {
  const statement = asWritten(sent);
  return rewrite(statement, predicatesIn(statement), () => true);
}

/** @returns the text unchanged for statements without any of the predicates */
export function withoutPredicates(predicates: readonly Predicate[]): (statement: Statement) => string {
  const taken = new Set(predicates.map(({ key }) => key));
  return (sent) => {
    const statement = asWritten(sent);
    const found = predicatesIn(statement);
    const keys = keysOf(statement, found);
    return keys.some((key) => taken.has(key)) ? rewrite(statement, found, (index) => taken.has(keys[index] as string)) : sent.text;
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
