import { columnKeys, columns, type Column, type ColumnKey } from './contract-change.columns.ts';

/** What is wrong with a chosen list of columns: keys named twice, and locked columns left out. */
export type ColumnChoiceFaults = { repeated: ColumnKey[]; missingLocked: ColumnKey[] };

export function columnChoiceFaults(chosen: readonly ColumnKey[]): ColumnChoiceFaults {
  const all: Record<ColumnKey, Column> = columns;
  return {
    repeated: [...new Set(chosen.filter((key, index) => chosen.indexOf(key) !== index))],
    missingLocked: columnKeys.filter((key) => all[key].class === 'LOCKED' && !chosen.includes(key)),
  };
}
