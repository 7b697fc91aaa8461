import type { Parameters } from '../database/sql.ts';
import { nameOfType, type CursorType, type Position } from './cursor.ts';

/** One key of an order; `isRequired` says that it is never null, which lets an index serve the order. Nulls come last both ways. */
export type SortKey = { sql: string; type: CursorType; isRequired?: boolean };
export type DirectedKey = SortKey & { isDescending: boolean };

/** SQL that orders rows by the keys, then by id; backward reads the same order from its end. */
export function orderBySql(keys: readonly DirectedKey[], id: string, isBackward: boolean): string {
  const parts = keys.map((key) => {
    const direction = key.isDescending === isBackward ? 'asc' : 'desc';
    return `${key.sql} ${direction}${key.isRequired ? '' : ` nulls ${isBackward ? 'first' : 'last'}`}`;
  });
  return [...parts, `${id} ${isBackward ? 'desc' : 'asc'}`].join(', ');
}

/** SQL of "comes after this position", or before it when backward; or is at it, when inclusive. */
export function beyondSql(
  keys: readonly DirectedKey[],
  id: string,
  position: Position,
  { isBackward, isInclusive = false }: { isBackward: boolean; isInclusive?: boolean },
  parameters: Parameters,
): string {
  const values = keys.map((key, index) => {
    const value = position.keys[index] ?? null;
    return value === null ? null : parameters.add(value, nameOfType(key.type));
  });
  const idValue = parameters.add(position.id, 'uuid');
  const comparison = (isBackward ? '<' : '>') + (isInclusive ? '=' : '');
  // A row-value comparison is what an index can begin at: four times faster than the same thing spelt out.
  if (keys.every((key) => key.isRequired === true && !key.isDescending)) {
    return `(${[...keys.map((key) => key.sql), id].join(', ')}) ${comparison} (${[...values, idValue].join(', ')})`;
  }
  let beyond = `${id} ${comparison} ${idValue}`;
  for (let index = keys.length - 1; index >= 0; index -= 1) {
    const { sql, isDescending } = keys[index] as DirectedKey;
    const value = values[index] ?? null;
    if (value === null) {
      // Nulls are last: only nulls come after a null, everything else comes before it.
      beyond = isBackward ? `(${sql} is not null or ${beyond})` : `(${sql} is null and ${beyond})`;
      continue;
    }
    const further = `${sql} ${isDescending === isBackward ? '>' : '<'} ${value}`;
    beyond = `(${isBackward ? further : `${further} or ${sql} is null`} or (${sql} = ${value} and ${beyond}))`;
  }
  return beyond;
}
