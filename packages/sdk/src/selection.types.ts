import type { FieldArguments, Mutation, Mutations, Query } from './generated/graph.types.ts';

// An object type of the graph, or the union of an interface's types.
export type Named = { readonly __typename: string };

// A type without null, or the element type of a list.
type Bare<T> = NonNullable<T> extends readonly (infer Element)[] ? Bare<Element> : NonNullable<T>;

// The argument of a mutation.
export type InputOf<Name extends keyof Mutations> = { $: { input: Parameters<Mutations[Name]>[0] } };

type ArgumentsOf<TypeName extends string, Field> = Field extends string
  ? `${TypeName}.${Field}` extends keyof FieldArguments
    ? FieldArguments[`${TypeName}.${Field}`]
    : `${TypeName}.${Field}` extends `Mutation.${infer Name extends keyof Mutations}`
      ? InputOf<Name>
      : unknown
  : unknown;

type FieldSelection<T extends Named, Key extends keyof T> =
  Bare<T[Key]> extends Named
    ? (Selection<Bare<T[Key]>> & ArgumentsOf<T['__typename'], Key>) | false
    : unknown extends ArgumentsOf<T['__typename'], Key>
      ? boolean
      : boolean | ArgumentsOf<T['__typename'], Key>;

export type IsOneOfSeveral<Name, Whole = Name> = Name extends unknown ? ([Whole] extends [Name] ? false : true) : never;

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

/** The selection, with `never` at each name that does not exist. */
export type Exact<Shape, S> = {
  readonly [Key in keyof S]: Key extends '$'
    ? S[Key] & { readonly [Name in keyof S[Key]]: Name extends KeysOf<Shape, '$'> ? unknown : never }
    : Key extends keyof Shape
      ? Exact<Nested<Shape[Key]>, S[Key]>
      : never;
};

type KeysOf<Shape, Key> = Key extends keyof Shape ? keyof NonNullable<Shape[Key]> : never;

type Skipped = false | undefined;

// The key if its selection is certainly there. Not for `any` and `{}`, which can hold false, nor for `never`, which nothing has.
type IfSure<Key, V> = false extends V ? never : [V] extends [never] ? never : [V] extends [object | true] ? Key : never;

// Fields that are certainly selected.
type SureKeys<S> = { [Key in keyof S]-?: IfSure<Key, S[Key]> }[keyof S];
// Fields that may be selected.
type MaybeKeys<S> = Exclude<{ [Key in keyof S]-?: [S[Key]] extends [Skipped] ? never : Key }[keyof S], SureKeys<S>>;

// Maps over keys of T, which keeps their descriptions. `$` exists only in selections.
type Fields<T, S> = { readonly [Key in keyof T as Key extends SureKeys<S> ? Key : never]: Selected<T[Key], S[Key & keyof S]> } & {
  readonly [Key in keyof T as Key extends MaybeKeys<S> ? Key : never]?: Selected<T[Key], S[Key & keyof S]>;
};

// The fields below `on` for one type. Each possible value of `on`, and of its member for the type, is a possible result.
type OnFields<T extends Named, On> = On extends object
  ? Pick<T, '__typename'> & (T['__typename'] extends SureKeys<On> ? MemberFields<T, On[T['__typename'] & keyof On]> : unknown)
  : unknown;

type MemberFields<T, S> = S extends object ? Fields<T, S> : unknown;

// Maps in place, without a named type, so that editors show a plain object.
type Result<T extends Named, S> = S extends unknown
  ? Fields<T, Omit<S, 'on'>> & ('on' extends SureKeys<S> ? OnFields<T, S['on' & keyof S]> : unknown) extends infer All
    ? All extends unknown
      ? { readonly [Key in keyof All]: All[Key] }
      : never
    : never
  : never;

/**
 * Result of a selection. `?` marks a field that may not have been selected; null may come from the server. Nothing is known of the
 * fields of a selection of type `any`.
 */
export type Selected<T, S> = unknown extends T
  ? T
  : T extends null | undefined
    ? T
    : T extends readonly (infer Element)[]
      ? readonly Selected<Element, S>[]
      : T extends Named
        ? 0 extends 1 & S
          ? object
          : Result<T, Exclude<S, Skipped>>
        : T;
