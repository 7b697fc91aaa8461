import type { FieldArguments, Mutation, Query } from './generated/graph.types.ts';

/** An object of the graph, or one of several when it is an interface. */
type Named = { readonly __typename: string };

/** What is in lists, and beside null. */
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
 * What to select of an object: `true` for a field that ends a path, a selection for an object, arguments as `$`, and as `on` what only
 * some types of an interface have.
 */
export type Selection<T extends Named> = { readonly [Key in Exclude<keyof T, '__typename'>]?: FieldSelection<T, Key> | undefined } & {
  readonly __typename?: boolean | undefined;
} & (true extends IsOneOfSeveral<T['__typename']>
    ? {
        readonly on?: { readonly [Name in T['__typename']]?: Selection<Extract<T, { readonly __typename: Name }>> | undefined } | undefined;
      }
    : unknown);

/** What `client.query` takes. */
export type QuerySelection = Selection<Query>;
/** What `client.mutate` takes. */
export type MutationSelection = Selection<Mutation>;

type Nested<T> = Extract<T, object>;

/** The selection itself, with `never` wherever it names what there is not. Of unions each member; what is no object stays. */
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

// Of selections alone: a key beside what is selected.
type Fields<T, S> = Flat<
  { readonly [Key in Extract<keyof T, SureKeys<S>>]: Selected<T[Key], S[Key & keyof S]> } & {
    readonly [Key in Extract<keyof T, MaybeKeys<S>>]?: Selected<T[Key], S[Key & keyof S]>;
  }
>;

type OnOf<S, Name> = S extends { readonly on: infer On } ? (Name extends keyof On ? Exclude<On[Name], undefined> : unknown) : unknown;

type WithOn<T extends Named, S> = S extends { readonly on: object }
  ? Fields<T, Omit<S, 'on'> & OnOf<S, T['__typename']> & { readonly __typename: true }>
  : Fields<T, S>;

/** What a selection answers. `?` is what may not have been selected; null is what the server may say. */
export type Selected<T, S> = unknown extends T
  ? T
  : T extends null | undefined
    ? T
    : T extends readonly (infer Element)[]
      ? readonly Selected<Element, S>[]
      : T extends Named
        ? WithOn<T, Exclude<S, Skipped>>
        : T;
