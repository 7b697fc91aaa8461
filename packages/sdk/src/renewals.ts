import { nest, rowMembers, toRow } from './columns.ts';
import type { DefaultColumn, RenewalColumn } from './generated/columns.ts';
import type { ContractChangeFilter, ContractChangeOrder, UpcomingContractChangesSummary } from './generated/graph.types.ts';
import { listArguments, summaryArguments, wholeSummary } from './generated/operations.ts';
import { RenewalList, type Page } from './page.ts';
import type { Row } from './row.types.ts';
import { createTransport, type Answered, type CallOptions, type ClientOptions, type Send } from './transport.ts';
import type { Whole } from './whole.types.ts';

/** Selects the changes of a list or a summary. */
export interface RenewalSearch {
  /** Part of the customer's name or website host, or the exact Hub ID. */
  readonly query?: string | null | undefined;
  /** Conditions that the changes must meet. */
  readonly filter?: ContractChangeFilter | null | undefined;
  /** Business date, YYYY-MM-DD, at most 366 days from today. Default: today. */
  readonly asOf?: string | null | undefined;
  /** A saved view whose search, filter and order apply, unless given here; its columns are ignored. */
  readonly viewId?: string | null | undefined;
}

/** Order and page of a list. */
export interface ListPaging extends RenewalSearch {
  /** At most 3 sort keys. Default: the view's order, or the effective date. */
  readonly orderBy?: readonly ContractChangeOrder[] | null | undefined;
  /** Rows per page from the beginning or after a cursor, 1 to 100. Default: 50. */
  readonly first?: number | undefined;
  /** Cursor of the row after which the list starts. */
  readonly after?: string | undefined;
  /** Rows per page from the end or before a cursor, 1 to 100. */
  readonly last?: number | undefined;
  /** Cursor of the row before which the list ends. Default of `last` with it: 50. */
  readonly before?: string | undefined;
}

/** Options of a list with certain columns. */
export interface ListOptionsWith<Columns extends readonly RenewalColumn[]> extends ListPaging {
  /** Columns to fetch beside identity and locked columns. */
  readonly columns: Columns;
}

/** Options of a list. */
export interface ListOptions<
  Columns extends readonly RenewalColumn[] | undefined = readonly RenewalColumn[] | undefined,
> extends ListPaging {
  /** Columns to fetch beside identity and locked columns. Default: the default columns. */
  readonly columns?: Columns | undefined;
}

/** Lists and summaries of renewals. */
export interface Renewals {
  /**
   * Lists the upcoming contract changes of the next 120 days. Await the list for a page, or iterate it for all rows.
   *
   * @example
   * const page = await client.renewals.list({ columns: ['website', 'currentMrr'] });
   * page.rows[0]?.website;
   */
  list<const Columns extends readonly RenewalColumn[]>(options: ListOptionsWith<Columns>, call?: CallOptions): RenewalList<Row<Columns>>;
  /** Lists the changes with the default columns. */
  list(options?: undefined, call?: CallOptions): RenewalList<Row<undefined>>;
  /** Lists the changes with the default columns, optional as the type may hide `columns`. */
  list(options: ListOptions<undefined>, call?: CallOptions): RenewalList<Row<readonly DefaultColumn[]>>;
  /** Lists the changes with columns that may have been given; all are optional. */
  list(options?: ListOptions, call?: CallOptions): RenewalList<Row<readonly RenewalColumn[]>>;
  /** Counts and totals of the matching changes; money has one entry per currency. */
  summary(search?: RenewalSearch, call?: CallOptions): Promise<Answered<Whole<UpcomingContractChangesSummary>>>;
}

/** name:Type → $name:Type, to declare variables. */
const declared = (types: string) => types.replaceAll(/\w+:/g, '$$$&');

/** name:Type → name:$name, to pass variables. */
const passed = (types: string) => types.replaceAll(/(\w+):\S+/g, '$1:$$$1');

/** @internal The document of a list, with a selection of its rows. With $columns false it omits `totalCount`: that name is no option's, as `list` takes out the columns. */
export const listDocument = (rows: string): string =>
  `query Renewals(${declared(listArguments)} $columns:Boolean=true){upcomingContractChanges(${passed(listArguments)}){businessDate totalCount@include(if:$columns) pageInfo{hasNextPage hasPreviousPage startCursor endCursor} ${rows}}}`;

const summaryDocument = () =>
  `query Summary(${declared(summaryArguments)}){upcomingContractChangesSummary(${passed(summaryArguments)}){${wholeSummary}}}`;

type Connection = {
  businessDate: string;
  totalCount: number;
  pageInfo: Pick<Page<object>, 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor'>;
  nodes: object[];
};

/** @internal Lists and summaries over a transport. */
export const createRenewals = (send: Send): Renewals => ({
  list({ columns, first, last, ...wanted }: ListOptions = {}, call?: CallOptions): RenewalList<never> {
    const members = rowMembers(columns);
    const query = listDocument(`nodes{${nest(members.map(([, path]) => path))}}`);
    const size = last || (wanted.before && !first) ? { last: last ?? 50 } : { first: first ?? 50 };
    return new RenewalList<object>(
      async (variables) => {
        const { data, meta } = await send<{ upcomingContractChanges: Connection }>({ query, variables }, call);
        const { nodes, pageInfo, ...page } = data.upcomingContractChanges;
        return { rows: nodes.map((node) => toRow(node, members)), ...pageInfo, ...page, meta };
      },
      { ...wanted, ...size },
    ) as RenewalList<never>;
  },
  async summary(search: RenewalSearch = {}, call?: CallOptions) {
    const { data, meta } = await send<{ upcomingContractChangesSummary: UpcomingContractChangesSummary }>(
      { query: summaryDocument(), variables: search },
      call,
    );
    return { ...data.upcomingContractChangesSummary, meta };
  },
});

/**
 * Creates a client with lists and summaries alone, with a smaller bundle.
 *
 * @example
 * import { createRenewalsClient } from '@partner-renewals/sdk';
 * const { renewals } = createRenewalsClient({ url: 'https://renewals.example.com/graphql', token });
 */
export function createRenewalsClient(options: ClientOptions): { readonly renewals: Renewals } {
  return { renewals: createRenewals(createTransport(options)) };
}
