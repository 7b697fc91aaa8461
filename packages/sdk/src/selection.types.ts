import type { FieldArguments, Mutation, Query } from './generated/graph.types.ts';

/** An object type of the graph, or the union of an interface's types. */
type Named = { readonly __typename: string };

/** A type without null, or the element type of a list. */
type Bare<T> = NonNullable<T> extends readonly (infer Element)[] ? Bare<Element> : NonNullable<T>;

type ArgumentsOf<TypeName extends string, Field> = Field extends string
  ? `${TypeName}.${Field}` extends keyof FieldArguments
    ? FieldArguments[`${TypeName}.${Field}`]
    : unknown
  : unknown;

type FieldSelection<T extends Named, Key extends keyof T> =
  Bare<T[Key]> extends Named
    ? (Selection<Bare<T[Key]>> & ArgumentsOf<T['__typename'], Key>) | false
    : unknown extends ArgumentsOf<T['__typename'], Key>
      ? boolean
      : boolean | ArgumentsOf<T['__typename'], Key>;

type IsOneOfSeveral<Name, Whole = Name> = Name extends unknown ? ([Whole] extends [Name] ? false : true) : never;

/**
 * Fields to select from an object: `true` for a scalar or enum, a selection for an object. `$` has the arguments, `on` the fields that
 * only some types of an interface have.
 */
export type Selection<T extends Named> = { readonly [Key in Exclude<keyof T, '__typename'>]?: FieldSelection<T, Key> | undefined } & {
  readonly __typename?: boolean | undefined;
} & (true extends IsOneOfSeveral<T['__typename']>
    ? {
        readonly on?: { readonly [Name in T['__typename']]?: Selection<Extract<T, { readonly __typename: Name }>> | undefined } | undefined;
      }
    : unknown);

/** The selection of `client.query`. */
export type QuerySelection = Selection<Query>;
/** The selection of `client.mutate`. */
export type MutationSelection = Selection<Mutation>;

type Nested<T> = Extract<T, object>;

/** The selection, with `never` at each name that does not exist. Applies to each member of a union; primitives stay unchanged. */
export type Exact<Shape, S> = {
  readonly [Key in keyof S]: Key extends '$'
    ? S[Key] & { readonly [Name in keyof S[Key]]: Name extends KeysOf<Shape, '$'> ? unknown : never }
    : Key extends keyof Shape
      ? Exact<Nested<Shape[Key]>, S[Key]>
      : never;
};

type KeysOf<Shape, Key> = Key extends keyof Shape ? keyof NonNullable<Shape[Key]> : never;

type Flat<T> = { [Key in keyof T]: T[Key] };

type Skipped = false | undefined;

/** Fields that are certainly selected. */
type SureKeys<S> = { [Key in keyof S]-?: Extract<S[Key], Skipped> extends never ? Key : never }[keyof S];
/** Fields that may be selected. */
type MaybeKeys<S> = {
  [Key in keyof S]-?: Extract<S[Key], Skipped> extends never ? never : [S[Key]] extends [Skipped] ? never : Key;
}[keyof S];

// `Extract` drops `$`, which exists only in selections.
type Fields<T, S> = Flat<
  { readonly [Key in Extract<keyof T, SureKeys<S>>]: Selected<T[Key], S[Key & keyof S]> } & {
    readonly [Key in Extract<keyof T, MaybeKeys<S>>]?: Selected<T[Key], S[Key & keyof S]>;
  }
>;

type OnOf<S, Name> = S extends { readonly on: infer On } ? (Name extends keyof On ? Exclude<On[Name], undefined> : unknown) : unknown;

type WithOn<T extends Named, S> = S extends { readonly on: object }
  ? Fields<T, Omit<S, 'on'> & OnOf<S, T['__typename']> & { readonly __typename: true }>
  : Fields<T, S>;

/** Result of a selection. `?` marks a field that may not have been selected; null may come from the server. */
export type Selected<T, S> = unknown extends T
  ? T
  : T extends null | undefined
    ? T
    : T extends readonly (infer Element)[]
      ? readonly Selected<Element, S>[]
      : T extends Named
        ? WithOn<T, Exclude<S, Skipped>>
        : T;
