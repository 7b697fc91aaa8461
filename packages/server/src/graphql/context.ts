import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { Reader } from '../database/reader.ts';
import type { WrittenAnswer } from './written-answer.ts';

/** The request, as every resolver sees it. */
export type RequestContext = {
  /** For writes; reads go through the reader. */
  readonly pool: Pool;
  readonly reader: Reader;
  readonly businessTimeZone: string;
  /** The time of the clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Whether mail leaves or is kept, and the vendor's own address for reminders. */
  readonly mail: { readonly isSent: boolean; readonly vendorAddress: string | null };
  readonly requestId: string;
  /** Points of the rate limit that this request has paid, and what blocks the event loop: values of arguments, calls below rows, introspection. */
  readonly payment: { points: number; values: number; calls: number; introspectionMs: number };
  /** The header Idempotency-Key; null if there is none. */
  readonly idempotencyKey: string | null;
  /** For a session that was ended: this process stops accepting it at once. */
  readonly forgetSession: (sessionId: string) => void;
  readonly loaders: Map<string, DataLoader<string, unknown>>;
  /** Takes rows as bytes; undefined if the answer does not leave as bytes. */
  readonly written?: WrittenAnswer;
};

/**
 * Loads a value of an object together with the same value of its siblings, in one statement.
 * @param what identifies the value by everything it depends on: field, arguments, selection
 */
export const loadBatched = <T>(context: RequestContext, what: readonly unknown[], id: string, find: FindAll<T>): Promise<T | undefined> =>
  loadNamed(context, JSON.stringify(what), id, find);

type FindAll<T> = (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;

/** The same, with what identifies the value as one text. */
export function loadNamed<T>(context: RequestContext, name: string, id: string, find: FindAll<T>): Promise<T | undefined> {
  let loader = context.loaders.get(name) as DataLoader<string, T | undefined> | undefined;
  if (loader === undefined) {
    loader = new DataLoader<string, T | undefined>(async (ids) => {
      const found = await find(ids);
      return ids.map((key) => found.get(key));
    });
    context.loaders.set(name, loader);
  }
  return loader.load(id);
}
