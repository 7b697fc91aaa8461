import type { Beside, DefaultColumn, IdentityField, LockedColumn, RenewalColumn, RenewalRow } from './generated/columns.ts';

/*
 * `keyof Boxes[Name]` is the name itself for one certain column. For a union of columns it is never: their boxes share no key. For `any`
 * it is every string.
 */
type Boxes = { readonly [Name in RenewalColumn]: { readonly [Key in Name]: never } };

type KnownOf<Names> = string extends Names ? never : Names & RenewalColumn;

// The columns that a list certainly names: none if its length is unknown at compile time, or if it has `any`.
type CertainOf<Columns extends readonly RenewalColumn[]> = number extends Columns['length']
  ? never
  : KnownOf<{ [Index in keyof Columns]: keyof Boxes[Columns[Index]] }[number]>;

type WithBeside<Column> = Column | Beside[Column & keyof Beside];

// Maps over keys of R, which keeps their descriptions. Maps in place, without a named type, so that editors show a plain object.
type RowOf<R, Sure extends keyof R, Possible> = [Possible] extends [Sure]
  ? { [Key in Sure]: R[Key] }
  : { [Key in Sure]: R[Key] } & Partial<Pick<R, Exclude<WithBeside<Possible>, Sure> & keyof R>> extends infer Whole
    ? { [Key in keyof Whole]: Whole[Key] }
    : never;

/**
 * A row of a list with these columns: identity, locked columns and each column that is certainly named. A column that may have been
 * named at run time is optional (`?`). `null` comes from the server.
 */
export type Row<Columns extends readonly RenewalColumn[] | undefined> = Columns extends readonly RenewalColumn[]
  ? RowOf<RenewalRow, IdentityField | LockedColumn | WithBeside<CertainOf<Columns>>, Columns[number]>
  : RowOf<RenewalRow, IdentityField | LockedColumn | WithBeside<DefaultColumn>, never>;
