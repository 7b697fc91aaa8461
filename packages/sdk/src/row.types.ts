import type { Beside, DefaultColumn, IdentityField, LockedColumn, RenewalColumn, RenewalRow } from './generated/columns.ts';

/** The name itself if it is one certain column; never for a union of them, or for any. */
type Certain<Name, Whole = Name> = 0 extends 1 & Name ? never : Name extends unknown ? ([Whole] extends [Name] ? Name : never) : never;

/** The columns that a list certainly names. Of a list whose length is not known at compile time none is certain. */
type CertainOf<Columns extends readonly unknown[]> = number extends Columns['length']
  ? never
  : Columns extends Required<Columns>
    ? { [Index in keyof Columns]: Certain<Columns[Index]> }[number]
    : never;

type WithBeside<Column> = Column | (Column extends keyof Beside ? Beside[Column] : never);

// Mapped over the type's own keys, so that descriptions stay.
type Flat<T> = { [Key in keyof T]: T[Key] };

type RowOf<Sure extends keyof RenewalRow, Possible> = [Exclude<Possible, Sure>] extends [never]
  ? Flat<Pick<RenewalRow, IdentityField | LockedColumn | Sure>>
  : Flat<
      Pick<RenewalRow, IdentityField | LockedColumn | Sure> &
        Partial<Pick<RenewalRow, Exclude<WithBeside<Possible>, IdentityField | LockedColumn | Sure> & keyof RenewalRow>>
    >;

/**
 * A row as a list of columns asks for it: identity and locked columns always; a column that is certainly named; with `?` one that may
 * have been named at run time. `null` is what the server says, `?` what may not have been asked.
 */
export type Row<Columns extends readonly RenewalColumn[] | undefined> = Columns extends readonly RenewalColumn[]
  ? RowOf<WithBeside<CertainOf<Columns>>, Columns[number]>
  : RowOf<WithBeside<DefaultColumn>, never>;
