import type { ContractChangeFilter, Query, QuerySelection, RenewalColumn, Selected } from '@partner-renewals/sdk';
import type { Order } from './conditions.ts';
import { rowSelection } from './row.selection.ts';
import { summarySelection } from './viewer.selection.ts';

/** The search of the list, as the API takes it. */
export type Search = {
  readonly query?: string;
  readonly filter?: ContractChangeFilter;
  readonly orderBy?: readonly Order[];
  /** A saved view whose search, filter and order apply. */
  readonly viewId?: string;
};

export type Paging = { readonly first?: number; readonly last?: number; readonly after?: string; readonly before?: string };

/** A page of rows. */
export const rowsSelection = (search: Search, columns: readonly RenewalColumn[], paging: Paging) =>
  ({
    upcomingContractChanges: {
      $: { ...search, ...paging },
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
      // A cursor a row, so that the window can begin and end at any row.
      edges: { cursor: true, node: rowSelection(new Set(columns)) },
    },
  }) as const satisfies QuerySelection;

/** Counts and totals of the whole list. */
export const totalsSelection = ({ orderBy: _, ...search }: Search) =>
  ({ upcomingContractChangesSummary: { $: search, ...summarySelection } }) as const satisfies QuerySelection;

/** Lists that differ in their order alone have the same counts and totals. */
export function hasSameRows({ orderBy: _, ...one }: Search, { orderBy: __, ...other }: Search): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export type RowsAnswer = NonNullable<Selected<Query, ReturnType<typeof rowsSelection>>['upcomingContractChanges']>;
