import { hash } from 'node:crypto';
import { isCalendarDate } from '../calendar-date.ts';
import { invalidCursor } from '../graphql/errors.ts';

/** The PostgreSQL types of order keys, each with a check of its text form. */
const validators = {
  date: isCalendarDate,
  integer: (text: string) => /^-?\d{1,10}$/.test(text) && Math.abs(Number(text)) <= largestInteger,
  bigint: (text: string) => /^\d{1,18}$/.test(text) || (/^\d{19}$/.test(text) && text <= '9223372036854775807'),
  // Amounts are kept as they came, so there are more digits than a sum of money needs.
  numeric: (text: string) => /^-?\d{1,1000}(\.\d{1,1000})?$/.test(text),
  // As PostgreSQL writes it in UTC, to the microsecond: two events in the same millisecond have different positions.
  timestamptz: (text: string) =>
    /^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?\+00$/.test(text) && isCalendarDate(text.slice(0, 10)),
  text: (text: string) => text.length <= 1000 && !/\0|\p{Surrogate}/u.test(text),
};
const largestInteger = 2 ** 31 - 1;

/** One of these types, or a database enum. */
export type CursorType = keyof typeof validators | { readonly name: string; readonly values: readonly string[] };

export const nameOfType = (type: CursorType): string => (typeof type === 'string' ? type : type.name);

const isValueOf = (type: CursorType, text: string): boolean =>
  typeof type === 'string' ? validators[type](text) : type.values.includes(text);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A position in an ordered list: the key values as text or null, and the ID that breaks ties. */
export type Position = { keys: readonly (string | null)[]; id: string };

// The tag binds a cursor to its partner and detects changes. It need not be secret: a position grants no access.
const tag = (partnerId: string, payload: string) => hash('sha256', `${partnerId}\n${payload}`, 'base64url').slice(0, 12);

/** @param order names the list and its order; a cursor is valid only for that order, under any filter */
export function encodeCursor(partnerId: string, order: string, { keys, id }: Position): string {
  const payload = Buffer.from(JSON.stringify([order, keys, id])).toString('base64url');
  return `${payload}.${tag(partnerId, payload)}`;
}

export function decodeCursor(
  cursor: string,
  partnerId: string,
  order: string,
  sortKeys: readonly { type: CursorType; isRequired?: boolean }[],
): Position {
  const [payload = '', claimedTag, ...rest] = cursor.split('.');
  if (rest.length > 0 || claimedTag !== tag(partnerId, payload)) throw invalidCursor();
  const position: unknown = parse(payload);
  if (!Array.isArray(position) || position.length !== 3) throw invalidCursor();
  const [givenOrder, keys, id] = position as [unknown, unknown, unknown];
  const isValid =
    givenOrder === order &&
    Array.isArray(keys) &&
    keys.length === sortKeys.length &&
    sortKeys.every(({ type, isRequired }, index) => {
      const key: unknown = keys[index];
      return key === null ? isRequired !== true : typeof key === 'string' && isValueOf(type, key);
    }) &&
    typeof id === 'string' &&
    uuid.test(id);
  if (!isValid) throw invalidCursor();
  return { keys: keys as (string | null)[], id };
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    throw invalidCursor();
  }
}
