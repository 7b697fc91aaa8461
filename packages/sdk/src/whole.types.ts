import type { ChangedField, FieldArguments, Node, UserError } from './generated/graph.types.ts';
import type { Named } from './selection.types.ts';

// What methods fetch follows from the types of the graph, so that no type has to list it. codegen/operations.printer.mjs writes the
// selections by the same rules; a test holds the two together.

// The name of a field without arguments. Lists of objects with an identity are left out: they may be long.
type KeyOf<T extends Named, Key extends keyof T> = Key extends '__typename'
  ? never
  : `${T['__typename']}.${Key & string}` extends keyof FieldArguments
    ? never
    : T[Key] extends readonly Node[] | null
      ? never
      : Key;

// Each maps below a condition, without a named type, so that editors show a plain object.
type Fetched<T, IsBelowNode> = T extends readonly (infer Element)[]
  ? readonly Fetched<Element, IsBelowNode>[]
  : T extends UserError
    ? T
    : T extends Named
      ? T extends Node
        ? IsBelowNode extends true
          ? NameOf<T>
          : Whole<T>
        : Whole<T, IsBelowNode>
      : T;

type NameOf<T> = T extends Named
  ? { [Key in keyof T as Key extends '__typename' ? never : T[Key] extends string | number | boolean ? Key : never]: T[Key] }
  : never;

/**
 * An object, as methods fetch it: all fields without arguments. A nested object with an ID has only the leaves that are never null, and
 * lists of such objects are left out.
 */
export type Whole<T extends Named, IsBelowNode = T extends Node ? true : false> = T extends Named
  ? { [Key in keyof T as KeyOf<T, Key>]: Fetched<T[Key], IsBelowNode> }
  : never;

/** An object of a list, as mutations fetch it: the fields that a mutation may change. */
export type Changed<T extends Named> = Whole<T> extends infer All ? { [Key in keyof All as Key & ChangedField]: All[Key] } : never;

type ResultOf<T> = T extends readonly (infer Element extends Node)[] ? readonly Changed<Element>[] : Fetched<T, false>;

/** The fields of a payload that a method fetches. */
export type Results<P, Nullable> = P extends Named
  ? {
      [Key in keyof P as Key extends '__typename' | 'query' | 'userErrors' | `${string}Edge` ? never : Key]:
        | ResultOf<NonNullable<P[Key]>>
        | (Key extends Nullable ? null : never);
    }
  : never;
