import { nest, rowMembers, toRow } from './columns.ts';
import type { RenewalColumn } from './generated/columns.ts';
import type { ContractChangeFilter, ContractChangeOrder } from './generated/graph.types.ts';
import { wholeUpcomingContractChangesSummary, type WholeUpcomingContractChangesSummary } from './generated/operations.ts';
import { RenewalList } from './page.ts';
import type { Row } from './row.types.ts';
import { createTransport, type CallOptions, type ClientOptions, type Send } from './transport.ts';

/** Which changes a list or a summary is of. */
export interface RenewalSearch {
  /** Part of the customer's name or of the website's host, whatever the case and accents; or the exact Hub ID. */
  readonly query?: string | null | undefined;
  /** Conditions that the changes meet. */
  readonly filter?: ContractChangeFilter | null | undefined;
  /** Evaluates the rules for another business date, YYYY-MM-DD, at most 366 days away; today unless set. */
  readonly asOf?: string | null | undefined;
  /** A saved view whose search, filter and order apply; what is given beside it replaces the view's. Columns are not taken from it. */
  readonly viewId?: string | null | undefined;
}

/** Which rows, with which columns, in which order. */
export interface ListOptions<Columns extends readonly RenewalColumn[] | undefined> extends RenewalSearch {
  /** The columns to ask for, in any order; the default ones unless set. Identity and locked columns always come. */
  readonly columns?: Columns;
  /** At most 3 keys; the view's, or by effective date, unless set. */
  readonly orderBy?: readonly ContractChangeOrder[] | null | undefined;
  /** Rows of a page, 1 to 100; 50 unless set. */
  readonly first?: number | undefined;
  /** The list begins after the row with this cursor. */
  readonly after?: string | undefined;
}

/** The lists of a client. */
export interface Renewals {
  /**
   * Upcoming contract changes of the next 120 days. Await it for a page, iterate it for all rows.
   *
   * @example
   * const page = await client.renewals.list({ columns: ['website', 'currentMrr'] });
   * page.rows[0]?.website;
   */
  list<const Columns extends readonly RenewalColumn[] | undefined = undefined>(
    options?: ListOptions<Columns>,
    call?: CallOptions,
  ): RenewalList<Row<Columns>>;
  /** Counts and totals of the same set; money has one entry a currency. */
  summary(search?: RenewalSearch, call?: CallOptions): Promise<WholeUpcomingContractChangesSummary>;
}

/** The document of a list; `totalCount` is left out where $count is false. */
export const listDocument = (selection: string): string =>
  `query Renewals($first:Int $after:String $count:Boolean=true $query:String $filter:ContractChangeFilter $orderBy:[ContractChangeOrder!] $asOf:Date $viewId:ID){upcomingContractChanges(first:$first after:$after query:$query filter:$filter orderBy:$orderBy asOf:$asOf viewId:$viewId){businessDate totalCount@include(if:$count) pageInfo{hasNextPage endCursor} nodes{${selection}}}}`;

const summaryDocument = `query Summary($query:String $filter:ContractChangeFilter $asOf:Date $viewId:ID){upcomingContractChangesSummary(query:$query filter:$filter asOf:$asOf viewId:$viewId){${wholeUpcomingContractChangesSummary}}}`;

export type Connection = {
  businessDate: string;
  totalCount?: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: object[];
};

/** The lists over a transport. */
export const createRenewals = (send: Send): Renewals => ({
  list<Columns extends readonly RenewalColumn[] | undefined>(wanted: ListOptions<Columns> = {}, call?: CallOptions) {
    const { columns, first = 50, after, ...search } = wanted;
    const members = rowMembers(columns);
    const query = listDocument(nest(members.map(([, path]) => path)));
    return new RenewalList<Row<Columns>>(
      async (page) => {
        const { data, meta } = await send<{ upcomingContractChanges: Connection }>({ query, variables: { ...search, ...page } }, call);
        const { nodes, pageInfo, businessDate, totalCount = NaN } = data.upcomingContractChanges;
        return { rows: nodes.map((node) => toRow(node, members) as Row<Columns>), totalCount, ...pageInfo, businessDate, meta };
      },
      first,
      after,
    );
  },
  async summary(search: RenewalSearch = {}, call?: CallOptions) {
    const { data } = await send<{ upcomingContractChangesSummary: WholeUpcomingContractChangesSummary }>(
      { query: summaryDocument, variables: search },
      call,
    );
    return data.upcomingContractChangesSummary;
  },
});

/**
 * A client that only lists and sums up, for pages that only show: a third less to load than the whole client.
 *
 * @example
 * import { createRenewalsClient } from '@partner-renewals/sdk';
 * const { renewals } = createRenewalsClient({ url: 'https://renewals.example.com/graphql', token });
 */
export function createRenewalsClient(options: ClientOptions): { readonly renewals: Renewals } {
  return { renewals: createRenewals(createTransport(options)) };
}
