import { createHash } from 'node:crypto';
import { isCalendarDate } from '../calendar-date.ts';
import { invalidCursor } from '../graphql/errors.ts';

/** The PostgreSQL types that keys of an order have, and which texts are values of them. */
const validators = {
  date: isCalendarDate,
  integer: (text: string) => /^-?\d{1,10}$/.test(text) && Math.abs(Number(text)) <= largestInteger,
  bigint: (text: string) => /^\d{1,18}$/.test(text) || (/^\d{19}$/.test(text) && text <= '9223372036854775807'),
  numeric: (text: string) => /^-?\d{1,40}(\.\d{1,20})?$/.test(text),
  // As PostgreSQL writes it in UTC, to the microsecond: two events of one millisecond are two positions.
  timestamptz: (text: string) =>
    /^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?\+00$/.test(text) && isCalendarDate(text.slice(0, 10)),
  text: (text: string) => text.length <= 1000 && !text.includes('\0'),
};
const largestInteger = 2 ** 31 - 1;

/** One of these types, or an enum of the database. */
export type CursorType = keyof typeof validators | { readonly name: string; readonly values: readonly string[] };

export const nameOfType = (type: CursorType): string => (typeof type === 'string' ? type : type.name);

const isValueOf = (type: CursorType, text: string): boolean =>
  typeof type === 'string' ? validators[type](text) : type.values.includes(text);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A position in an ordered list: the values of its keys as text (null where there is none), and the id that breaks ties. */
export type Position = { keys: readonly (string | null)[]; id: string };

// The tag binds a cursor to its partner and shows when it was altered. It is no secret: a position gives access to nothing.
const tag = (partnerId: string, payload: string) =>
  createHash('sha256').update(`${partnerId}\n${payload}`).digest('base64url').slice(0, 12);

/** @param order names the list and its order; a cursor is good for that order only, whatever the filter */
export function encodeCursor(partnerId: string, order: string, { keys, id }: Position): string {
  const payload = Buffer.from(JSON.stringify([order, keys, id])).toString('base64url');
  return `${payload}.${tag(partnerId, payload)}`;
}

export function decodeCursor(cursor: string, partnerId: string, order: string, types: readonly CursorType[]): Position {
  const [payload = '', claimedTag, ...rest] = cursor.split('.');
  if (rest.length > 0 || claimedTag !== tag(partnerId, payload)) throw invalidCursor();
  const position: unknown = parse(payload);
  if (!Array.isArray(position) || position.length !== 3) throw invalidCursor();
  const [itsOrder, keys, id] = position as [unknown, unknown, unknown];
  const isSound =
    itsOrder === order &&
    Array.isArray(keys) &&
    keys.length === types.length &&
    types.every((type, index) => keys[index] === null || (typeof keys[index] === 'string' && isValueOf(type, keys[index]))) &&
    typeof id === 'string' &&
    uuid.test(id);
  if (!isSound) throw invalidCursor();
  return { keys: keys as (string | null)[], id };
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    throw invalidCursor();
  }
}
