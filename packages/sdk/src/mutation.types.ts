import type { UserError } from './generated/graph.types.ts';
import type { CallOptions, Meta } from './transport.ts';
import type { Results } from './whole.types.ts';

/** Options of one mutation. */
export interface MutationOptions extends CallOptions {
  /**
   * Makes the mutation safe to retry for 24 hours: the same key with the same input returns the first result. Default: a random key, so
   * that the client can retry after a network error. With null, the client sends no key and never retries.
   */
  readonly idempotencyKey?: string | null | undefined;
  /** Ignored. TanStack Query passes it, so a method can be a `mutationFn`. */
  readonly mutationKey?: readonly unknown[] | undefined;
}

/**
 * Result of a mutation: what it changed, or the errors the user can fix. With errors, nothing was changed. A bulk is `ok` if all of its
 * results are; otherwise, the results tell which were changed, and `userErrors` has the errors of all of them.
 */
export type Outcome<T> =
  | ({ readonly ok: true; readonly userErrors: readonly []; readonly meta: Meta } & T)
  | ({ readonly ok: false; readonly userErrors: readonly [UserError, ...UserError[]]; readonly meta: Meta } & {
      readonly [Name in keyof T]: Name extends 'results' ? T[Name] : 'results' extends keyof T ? T[Name] | null : null;
    });

/** What the method of a mutation returns. Fields in `Nullable` may be null although it succeeded. */
export interface Answer<P, Nullable = never> extends Promise<Outcome<Results<P, Nullable>>> {
  /** Exists only in types: the payload of the mutation. */
  readonly __payload?: P;
}

/** The method of a mutation, as the declarations of the package have it. */
type Method<Input, P, Nullable = never> = (input: Input, options?: MutationOptions) => Answer<P, Nullable>;

/** The payload of each mutation, for selections. */
export type Payloads<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: never) => Answer<infer P, infer _Nullable> ? P : never;
};
