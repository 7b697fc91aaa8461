import type { Beside, DefaultColumn, IdentityField, LockedColumn, RenewalColumn, RenewalRow } from './generated/columns.ts';

/**
 * `keyof Boxes[Name]` is the name itself if it is one certain column, and never for a union of them, whose boxes share no key. (For any it
 * is every string.)
 */
type Boxes = { readonly [Name in RenewalColumn]: { readonly [Key in Name]: never } };

type KnownOf<Names> = string extends Names ? never : Names & RenewalColumn;

/** The columns that a list certainly names: none where its length is not known at compile time, or where it has `any`. */
type CertainOf<Columns extends readonly RenewalColumn[]> = number extends Columns['length']
  ? never
  : KnownOf<{ [Index in keyof Columns]: keyof Boxes[Columns[Index]] }[number]>;

type WithBeside<Column> = Column | Beside[Column & keyof Beside];

// Mapped over keys of R, so that descriptions stay; and in place, not by a type with a name, so that it is read as a plain object.
type RowOf<R, Sure extends keyof R, Possible> = [Possible] extends [Sure]
  ? { [Key in Sure]: R[Key] }
  : { [Key in Sure]: R[Key] } & Partial<Pick<R, Exclude<WithBeside<Possible>, Sure> & keyof R>> extends infer Whole
    ? { [Key in keyof Whole]: Whole[Key] }
    : never;

/**
 * A row as a list of columns asks for it: identity and locked columns always; a column that is certainly named; with `?` one that may
 * have been named at run time. `null` is what the server says, `?` what may not have been asked.
 */
export type Row<Columns extends readonly RenewalColumn[] | undefined> = Columns extends readonly RenewalColumn[]
  ? RowOf<RenewalRow, IdentityField | LockedColumn | WithBeside<CertainOf<Columns>>, Columns[number]>
  : RowOf<RenewalRow, IdentityField | LockedColumn | WithBeside<DefaultColumn>, never>;
