import type { UserError } from './generated/graph.types.ts';
import type { CallOptions, Meta } from './transport.ts';

/** How one mutation is sent. */
export interface MutationOptions extends CallOptions {
  /**
   * Makes it safe to repeat for 24 hours: the same key with the same input answers what the first request did, once. A random one unless
   * set, so that a fault of the network is mended by sending it again; null sends it without one, and once.
   */
  readonly idempotencyKey?: string | null | undefined;
}

/** What came of a mutation: what it changed, or what a person can mend; then nothing was changed. */
export type Outcome<T> =
  | ({ readonly ok: true; readonly userErrors: readonly []; readonly meta: Meta } & T)
  | ({ readonly ok: false; readonly userErrors: readonly [UserError, ...UserError[]]; readonly meta: Meta } & {
      readonly [Name in keyof T]: T[Name] extends readonly unknown[] ? T[Name] : null;
    });
