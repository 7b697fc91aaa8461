import { nest, rowMembers, toRow } from './columns.ts';
import type { DefaultColumn, RenewalColumn } from './generated/columns.ts';
import type { ContractChangeFilter, ContractChangeOrder } from './generated/graph.types.ts';
import { wholeUpcomingContractChangesSummary, type WholeUpcomingContractChangesSummary } from './generated/operations.ts';
import { RenewalList, type Page } from './page.ts';
import type { Row } from './row.types.ts';
import { createTransport, type Answered, type CallOptions, type ClientOptions, type Send } from './transport.ts';

/** Selects the changes of a list or a summary. */
export interface RenewalSearch {
  /** Part of the customer's name or of the website's host, ignoring case and accents; or the exact Hub ID. */
  readonly query?: string | null | undefined;
  /** Conditions that the changes must meet. */
  readonly filter?: ContractChangeFilter | null | undefined;
  /** Business date for the rules, YYYY-MM-DD, at most 366 days from today. Default: today. */
  readonly asOf?: string | null | undefined;
  /** A saved view whose search, filter and order apply. Options given here replace the view's; its columns are ignored. */
  readonly viewId?: string | null | undefined;
}

/** Rows, columns and order of a list. */
export interface ListOptions<
  Columns extends readonly RenewalColumn[] | undefined = readonly RenewalColumn[] | undefined,
> extends RenewalSearch {
  /** Columns to fetch, in any order. Default: the default columns. Identity and locked columns are always included. */
  readonly columns?: Columns | undefined;
  /** At most 3 sort keys. Default: the view's order, or the effective date. */
  readonly orderBy?: readonly ContractChangeOrder[] | null | undefined;
  /** Rows per page, 1 to 100, from the beginning or after a cursor. Default: 50. */
  readonly first?: number | undefined;
  /** Cursor of the row after which the list starts. */
  readonly after?: string | undefined;
  /** Rows per page, 1 to 100, from the end or before a cursor. The rows of a page keep their order. */
  readonly last?: number | undefined;
  /** Cursor of the row before which the list ends. Default of `last` with it: 50. */
  readonly before?: string | undefined;
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
  list<const Columns extends readonly RenewalColumn[]>(
    options: ListOptions<Columns> & { readonly columns: Columns },
    call?: CallOptions,
  ): RenewalList<Row<Columns>>;
  /** Lists the changes with the default columns. */
  list(options?: undefined, call?: CallOptions): RenewalList<Row<undefined>>;
  /** Lists the changes with the default columns, unless the options have columns that their type does not show. */
  list(options: ListOptions<undefined>, call?: CallOptions): RenewalList<Row<readonly DefaultColumn[]>>;
  /** Lists the changes with columns that may have been given; all are optional. */
  list(options?: ListOptions, call?: CallOptions): RenewalList<Row<readonly RenewalColumn[]>>;
  /** Counts and totals of the matching changes; money has one entry per currency. */
  summary(search?: RenewalSearch, call?: CallOptions): Promise<Answered<WholeUpcomingContractChangesSummary>>;
}

/** The document of a list. With $count false it omits `totalCount`. */
export const listDocument = (selection: string): string =>
  `query Renewals($first:Int $last:Int $after:String $before:String $count:Boolean=true $query:String $filter:ContractChangeFilter $orderBy:[ContractChangeOrder!] $asOf:Date $viewId:ID){upcomingContractChanges(first:$first last:$last after:$after before:$before query:$query filter:$filter orderBy:$orderBy asOf:$asOf viewId:$viewId){businessDate totalCount@include(if:$count) pageInfo{hasNextPage hasPreviousPage startCursor endCursor} nodes{${selection}}}}`;

const summaryDocument = () =>
  `query Summary($query:String $filter:ContractChangeFilter $asOf:Date $viewId:ID){upcomingContractChangesSummary(query:$query filter:$filter asOf:$asOf viewId:$viewId){${wholeUpcomingContractChangesSummary}}}`;

export type Connection = {
  businessDate: string;
  totalCount?: number;
  pageInfo: Pick<Page<object>, 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor'>;
  nodes: object[];
};

/** Lists and summaries over a transport. */
export const createRenewals = (send: Send): Renewals => ({
  list(wanted: ListOptions = {}, call?: CallOptions): RenewalList<never> {
    const {
      columns,
      before,
      last = wanted.first === undefined && before ? 50 : undefined,
      first = last ? undefined : 50,
      after,
      ...search
    } = wanted;
    const members = rowMembers(columns);
    const query = listDocument(nest(members.map(([, path]) => path)));
    return new RenewalList<object>(
      async (page) => {
        const { data, meta } = await send<{ upcomingContractChanges: Connection }>({ query, variables: { ...search, ...page } }, call);
        const { nodes, pageInfo, businessDate, totalCount = NaN } = data.upcomingContractChanges;
        return { rows: nodes.map((node) => toRow(node, members)), totalCount, ...pageInfo, businessDate, meta };
      },
      { first, last, after, before },
    ) as RenewalList<never>;
  },
  async summary(search: RenewalSearch = {}, call?: CallOptions) {
    const { data, meta } = await send<{ upcomingContractChangesSummary: WholeUpcomingContractChangesSummary }>(
      { query: summaryDocument(), variables: search },
      call,
    );
    return { ...data.upcomingContractChangesSummary, meta };
  },
});

/**
 * Creates a client with lists and summaries alone, for read-only pages. Bundles are a third smaller than with the whole client.
 *
 * @example
 * import { createRenewalsClient } from '@partner-renewals/sdk';
 * const { renewals } = createRenewalsClient({ url: 'https://renewals.example.com/graphql', token });
 */
export function createRenewalsClient(options: ClientOptions): { readonly renewals: Renewals } {
  return { renewals: createRenewals(createTransport(options)) };
}
