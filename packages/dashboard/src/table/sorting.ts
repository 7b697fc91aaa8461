import type { ContractChangeOrderField, RenewalColumn } from '@partner-renewals/sdk';
import type { SortingState } from '@tanstack/react-table';
import { columnOf } from '../data/column.keys.ts';
import type { Order } from '../data/conditions.ts';
import type { ColumnText } from '../data/viewer.selection.ts';

// The table knows columns, the API fields to order by. A field without a column keeps its own name in the table's state.

/** The field that a column sorts by. Where a change has no deadline, that column shows the last day for a decision, and sorts by it. */
export const orderFieldOf = ({ key, orderField }: ColumnText): ContractChangeOrderField | null =>
  key === 'RENEWAL_DEADLINE' ? 'LAST_DECISION_DATE' : orderField;

export const sortingOf = (order: readonly Order[], columns: readonly ColumnText[]): SortingState =>
  order.map(({ field, direction }) => {
    const column = columns.find((each) => orderFieldOf(each) === field || each.orderField === field);
    return { id: column ? columnOf(column.key) : field, desc: direction === 'DESC' };
  });

export const orderOf = (sorting: SortingState, columns: readonly ColumnText[]): readonly Order[] =>
  sorting.map(({ id, desc }) => {
    const column = columns.find(({ key }) => columnOf(key) === (id as RenewalColumn));
    return { field: (column && orderFieldOf(column)) ?? (id as ContractChangeOrderField), direction: desc ? 'DESC' : 'ASC' };
  });
