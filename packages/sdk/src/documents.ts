import type { TypedDocument } from './client.ts';
import { nest, rowMembers, toRow } from './columns.ts';
import type { RenewalColumn } from './generated/columns.ts';
import type { ContractChangeFilter, ContractChangeOrder, Query } from './generated/graph.types.ts';
import type { Mutations } from './generated/operations.ts';
import { mutationDocument } from './mutation.ts';
import type { Page } from './page.ts';
import { listDocument, type Connection } from './renewals.ts';
import type { Row } from './row.types.ts';
import { writeDocument } from './selection.ts';
import type { Exact, QuerySelection, Selected } from './selection.types.ts';

// For those who stay with Apollo Client, urql or TanStack Query: the documents that this client sends, typed for theirs.

/** Variables of a list of renewals. */
export interface RenewalsVariables {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly query?: string | null;
  readonly filter?: ContractChangeFilter | null;
  readonly orderBy?: readonly ContractChangeOrder[] | null;
  readonly asOf?: string | null;
  readonly viewId?: string | null;
}

/** What such a list answers; {@link renewalsPage} makes rows of it. */
export interface RenewalsData<Columns extends readonly RenewalColumn[] | undefined> {
  readonly upcomingContractChanges: {
    readonly businessDate: string;
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly object[];
  };
  /** There in types alone: the columns that were asked for. */
  readonly __columns?: Columns;
}

/**
 * The document of a list with these columns.
 *
 * @example
 * const document = renewalsDocument(['website', 'currentMrr']);
 */
export function renewalsDocument<const Columns extends readonly RenewalColumn[] | undefined = undefined>(
  columns?: Columns,
): TypedDocument<RenewalsData<Columns>, RenewalsVariables> & string {
  return listDocument(nest(rowMembers(columns).map(([, path]) => path)));
}

/** The page in an answer to {@link renewalsDocument}; the columns are those that it was made with. */
export function renewalsPage<const Columns extends readonly RenewalColumn[] | undefined = undefined>(
  data: RenewalsData<Columns>,
  columns?: Columns,
): Omit<Page<Row<Columns>>, 'meta'> {
  const members = rowMembers(columns);
  const { nodes, pageInfo, businessDate, totalCount } = data.upcomingContractChanges as Connection & { totalCount: number };
  return { rows: nodes.map((node) => toRow(node, members) as Row<Columns>), totalCount, ...pageInfo, businessDate };
}

/** What a mutation's payload has: the fields of its outcome, each null unless it was done, and `userErrors`. */
export type MutationData<Name extends keyof Mutations> = {
  readonly [Field in Name]: Omit<Awaited<ReturnType<Mutations[Name]>>, 'ok' | 'meta'>;
};

/** The document of a mutation. Give its key, if it is to be safe to repeat, as the header Idempotency-Key. */
export function mutationDocumentOf<Name extends keyof Mutations>(
  name: Name,
): TypedDocument<MutationData<Name>, { readonly input: Parameters<Mutations[Name]>[0] }> & string {
  return mutationDocument(name)();
}

/** The document of a selection, and the variables its arguments went into. */
export function selectionDocument<const S extends QuerySelection>(
  selection: S & Exact<QuerySelection, S>,
): { readonly document: TypedDocument<Selected<Query, S>, Record<string, unknown>> & string; readonly variables: Record<string, unknown> } {
  const { query, variables } = writeDocument(selection);
  return { document: query, variables };
}

/**
 * A document as Apollo Client and urql want it: parsed, by the `parse` or `gql` that they bring.
 *
 * @example
 * import { gql } from '@apollo/client';
 * const node = parsed(gql, renewalsDocument(['website']));
 */
export function parsed<Node, Result, Variables>(
  parse: (document: string) => Node,
  document: TypedDocument<Result, Variables>,
): Node & Pick<TypedDocument<Result, Variables>, '__apiType'> {
  // The type is there for the checker alone.
  return parse(String(document)) as Node & Pick<TypedDocument<Result, Variables>, '__apiType'>;
}
