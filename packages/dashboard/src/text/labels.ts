import type { RenewalColumn } from '@partner-renewals/sdk';
import { useMemo } from 'react';
import { columnOf } from '../data/column.keys.ts';
import { known, useKnown } from '../data/viewer.store.ts';

/** The API's labels of columns and of their values, in the current language. */
export function useLabels() {
  const { columns } = useKnown();
  return useMemo(() => {
    const byColumn = new Map(columns.map((column) => [columnOf(column.key), column]));
    return {
      column: (column: RenewalColumn): string => byColumn.get(column)?.label ?? column,
      description: (column: RenewalColumn) => byColumn.get(column)?.description,
      value: (column: RenewalColumn, value: string): string =>
        byColumn.get(column)?.values?.find((each) => each.value === value)?.label ?? value,
      values: (column: RenewalColumn) => byColumn.get(column)?.values ?? [],
    };
  }, [columns]);
}

/** The label of a value, outside of components. */
export const currentLabel = (column: RenewalColumn, value: string): string =>
  known
    .get()
    ?.columns.find(({ key }) => columnOf(key) === column)
    ?.values?.find((each) => each.value === value)?.label ?? value;
