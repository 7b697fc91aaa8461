import type { TypedDocument } from './client.ts';
import { nest, rowMembers, toRow } from './columns.ts';
import type { RenewalColumn } from './generated/columns.ts';
import type { FieldArguments, Mutations, Query } from './generated/graph.types.ts';
import { methods, mutationSelection } from './mutation.ts';
import type { Page } from './page.ts';
import { listDocument } from './renewals.ts';
import type { Row } from './row.types.ts';
import { writeDocument } from './selection.ts';
import type { Exact, IsOneOfSeveral, QuerySelection, Selected } from './selection.types.ts';

// The documents that this client sends, typed for use with Apollo Client, urql or TanStack Query.

/** Variables of {@link renewalsDocument}. */
export interface RenewalsVariables extends Readonly<NonNullable<FieldArguments['Query.upcomingContractChanges']['$']>> {}

/** Data of {@link renewalsDocument}; {@link renewalsPage} converts it to rows. */
export interface RenewalsData<Columns extends readonly RenewalColumn[] | undefined> {
  readonly upcomingContractChanges: {
    readonly businessDate: string;
    readonly totalCount: number;
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
    readonly edges: readonly { readonly cursor: string; readonly node: object }[];
  };
  /** Exists only in types: the requested columns. */
  readonly __columns?: { readonly of: Columns };
}

/**
 * Creates the document of a list with these columns.
 *
 * @example
 * const document = renewalsDocument(['website', 'currentMrr']);
 */
export function renewalsDocument<const Columns extends readonly RenewalColumn[]>(columns: Columns): RenewalsDocument<Columns>;
export function renewalsDocument(columns?: undefined): RenewalsDocument<undefined>;
/** Columns that may have been given. */
export function renewalsDocument(columns?: readonly RenewalColumn[]): RenewalsDocument<readonly RenewalColumn[]>;
export function renewalsDocument(columns?: readonly RenewalColumn[]): string {
  // The caches of clients join pages by their edges, and objects by their ids.
  const paths = [...rowMembers(columns).map(([, path]) => path), 'customer.association.id'];
  return listDocument(`edges{cursor node{${nest(paths)}}}`);
}

type RenewalsDocument<Columns extends readonly RenewalColumn[] | undefined> = TypedDocument<RenewalsData<Columns>, RenewalsVariables> &
  string;

/** Converts data of {@link renewalsDocument} to a page. Pass the columns of the document. */
export function renewalsPage<const Columns extends readonly RenewalColumn[]>(
  data: RenewalsData<Columns>,
  columns: Columns,
): RenewalsPage<Columns>;
export function renewalsPage(data: RenewalsData<undefined>, columns?: undefined): RenewalsPage<undefined>;
/** Columns that may have been requested; all are optional. */
export function renewalsPage(
  data: RenewalsData<readonly RenewalColumn[] | undefined>,
  columns?: readonly RenewalColumn[],
): RenewalsPage<readonly RenewalColumn[]>;
export function renewalsPage(
  data: RenewalsData<readonly RenewalColumn[] | undefined>,
  columns?: readonly RenewalColumn[],
): RenewalsPage<readonly RenewalColumn[]> {
  const members = rowMembers(columns);
  const { edges, pageInfo, businessDate, totalCount } = data.upcomingContractChanges;
  const rows = edges.map(({ node }) => toRow(node, members) as Row<readonly RenewalColumn[]>);
  return { rows, totalCount, ...pageInfo, businessDate };
}

// If the columns are one of several lists, the data may be those of another list.
type RenewalsPage<Columns extends readonly RenewalColumn[] | undefined> = Omit<
  Page<Row<true extends IsOneOfSeveral<Columns> ? readonly NonNullable<Columns>[number][] : Columns>>,
  'meta'
>;

/** Payload of a mutation: `userErrors`, and the fields of its outcome, which are null unless the mutation succeeded. */
export type MutationData<Name extends keyof Mutations> = Name extends unknown
  ? { readonly [Field in Name]: Omit<Awaited<ReturnType<Mutations[Field]>>, 'ok' | 'meta'> }
  : never;

/** Creates the document of a mutation. To make it safe to retry, send a key in the header Idempotency-Key. */
export function mutationDocumentOf<Name extends keyof Mutations>(
  name: Name,
): TypedDocument<MutationData<Name>, { readonly input: Parameters<Mutations[Name]>[0] }> & string {
  const fields = methods().find(([each]) => each === name)![1];
  return writeDocument(...mutationSelection(name, fields)).query;
}

/** Creates the document of a selection, and the variables with its arguments. */
export function selectionDocument<const S extends QuerySelection>(
  selection: S & Exact<QuerySelection, S>,
): { readonly document: TypedDocument<Selected<Query, S>, Record<string, unknown>> & string; readonly variables: Record<string, unknown> } {
  const { query, variables } = writeDocument(selection);
  return { document: query, variables };
}

/**
 * Parses a document for Apollo Client or urql, with their own `gql` or `parse`. Its types are kept.
 *
 * @example
 * import { gql } from '@apollo/client';
 * const node = parsed(gql, renewalsDocument(['website']));
 */
export function parsed<Node, Result, Variables>(
  parse: (document: string) => Node,
  document: TypedDocument<Result, Variables>,
): Node & Pick<TypedDocument<Result, Variables>, '__apiType'> {
  // `__apiType` exists only in types.
  return parse(String(document)) as Node & Pick<TypedDocument<Result, Variables>, '__apiType'>;
}
