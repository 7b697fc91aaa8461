export { createClient, type Client, type TypedDocument } from './client.ts';
export { parseColumns, type ParsedColumns } from './columns.ts';
export * from './errors.ts';
export {
  schemaHash,
  type DefaultColumn,
  type IdentityField,
  type LockedColumn,
  type RenewalColumn,
  type RenewalRow,
} from './generated/columns.ts';
export type { ColumnDescription, Translated } from './column-description.ts';
export { renewalColumns } from './generated/column-texts.ts';
export type * from './generated/graph.types.ts';
export type { Answer, Method, MutationOptions, Outcome } from './mutation.types.ts';
export { type Page, type RenewalList } from './page.ts';
export {
  createRenewalsClient,
  type ListOptions,
  type ListOptionsWith,
  type ListPaging,
  type Renewals,
  type RenewalSearch,
} from './renewals.ts';
export type { Row } from './row.types.ts';
export type { MutationSelection, QuerySelection, Selected, Selection } from './selection.types.ts';
export type { Changed, Whole } from './whole.types.ts';
export type {
  Answered,
  CallOptions,
  ClientOptions,
  CommonOptions,
  Cost,
  Meta,
  RequestEvent,
  SessionOptions,
  TokenOptions,
} from './transport.ts';
