import type { ContractChangeOrderField, RenewalColumn } from '@partner-renewals/sdk';
import type { SortingState } from '@tanstack/react-table';
import { columnOf } from '../data/column.keys.ts';
import type { Order } from '../data/conditions.ts';
import type { ColumnText } from '../data/viewer.selection.ts';

// The table knows columns, the API fields to order by. A field without a column keeps its own name in the table's state.

export const sortingOf = (order: readonly Order[], columns: readonly ColumnText[]): SortingState =>
  order.map(({ field, direction }) => {
    const column = columns.find(({ orderField }) => orderField === field);
    return { id: column ? columnOf(column.key) : field, desc: direction === 'DESC' };
  });

export const orderOf = (sorting: SortingState, columns: readonly ColumnText[]): readonly Order[] =>
  sorting.map(({ id, desc }) => {
    const column = columns.find(({ key }) => columnOf(key) === (id as RenewalColumn));
    return { field: column?.orderField ?? (id as ContractChangeOrderField), direction: desc ? 'DESC' : 'ASC' };
  });
