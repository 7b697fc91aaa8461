import { createHash } from 'node:crypto';

export const letters = ['B', 'A', 'C'] as const;
export type Letter = (typeof letters)[number];

/** A uuid that is the same in every run, so that answers of different runs can be compared. */
export function uuid(name: string): string {
  return registered(createHash('md5').update(`wrong tenant ${name}`).digest('hex'));
}

/** 32 digits as a deterministic uuid. */
export function registered(hex: string): string {
  const made = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  known.add(made);
  return made;
}
const known = new Set<string>();

// B lies before A in every index and heap, C after it: a forward read without a predicate finds B first, a backward read C.
export const partnerIds: Readonly<Record<Letter, string>> = {
  B: '10000000-0000-4000-8000-00000000000b',
  A: '50000000-0000-4000-8000-00000000000a',
  C: '90000000-0000-4000-8000-00000000000c',
};
Object.values(partnerIds).forEach((id) => known.add(id));

/** The value of a partner's text column. */
export const text = (letter: Letter, what: string) => `Canary-${letter}-${what}`;

const numberBases: Readonly<Record<Letter, number>> = { A: 1_771_700_000, B: 1_881_800_000, C: 1_991_900_000 };

/** The value of a partner's number column. */
export const number = (letter: Letter, which: number) => numberBases[letter] + which;

const secrets: string[] = [];

/** Adds a text of B's that contains no canary. */
export const watchFor = (secret: string) => void secrets.push(secret.toLowerCase());

const foreign = /canary-?[bc][\w.-]*|\b(?:18818|19919)\d{5}\b/gi;
const base64Texts = /[A-Za-z0-9_-]{16,}/g;

/** Canaries of B and C in a text and in its base64 parts, such as cursors. */
export function canariesIn(answer: string): string[] {
  const decoded = (answer.match(base64Texts) ?? []).map((each) => Buffer.from(each, 'base64url').toString('latin1'));
  const found = [answer, ...decoded].flatMap((each) => each.match(foreign) ?? []).map((each) => each.toLowerCase());
  const lower = answer.toLowerCase();
  return [...found, ...secrets.filter((secret) => lower.includes(secret))];
}

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
// The data are dated 2021, and contract dates have no time.
const instants = /\b(?!2021-)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00(?::00)?)?/g;
const cursors = /\b([A-Za-z0-9_-]{16,})\.[A-Za-z0-9_-]{12}(?![A-Za-z0-9_-])/g;
const keys = /\bprk_[0-9A-Za-z]{12}(?:(?:_[0-9A-Za-z]{22})?_[0-9A-Za-z]{38})?/g;
const keyIds = /("(?:id|keyId|apiKeyId)": ?)"([0-9A-Za-z]{12})"/g;
const digests = /\\x[0-9a-f]{64}/g;

/** The text without parts that differ between runs: new ids and keys, and timestamps. */
export function withoutChance(answer: string, isKnownKey: (keyId: string) => boolean): string {
  return answer
    .replace(cursors, (whole, payload: string) => {
      const decoded = Buffer.from(payload, 'base64url').toString();
      return decoded.startsWith('[') ? `<cursor ${withoutChance(decoded, isKnownKey)}>` : whole;
    })
    .replace(uuids, (id) => (known.has(id) ? id : '<new id>'))
    .replace(keys, (key) => (isKnownKey(key.slice(4, 16)) ? key : '<new key>'))
    .replace(keyIds, (whole, name: string, keyId: string) => (isKnownKey(keyId) ? whole : `${name}"<new key>"`))
    .replace(digests, '<digest>')
    .replace(instants, '<instant>')
    .replace(/\bwalk-\d+\b/g, '<request>');
}
