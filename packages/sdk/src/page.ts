import type { Meta } from './transport.ts';

/** A page of rows. */
export interface Page<R> {
  readonly rows: readonly R[];
  /** Number of all rows found, on this page or not. */
  readonly totalCount: number;
  /** Whether more rows follow; `after: page.endCursor` brings them. */
  readonly hasNextPage: boolean;
  /** Cursor of the last row; null on an empty page. */
  readonly endCursor: string | null;
  /** The business date for which status, deadlines and window were evaluated. */
  readonly businessDate: string;
  readonly meta: Meta;
}

/** Where a page begins, how long it is at most, and whether all rows are counted for it. */
export type PageRequest = { first: number; after: string | undefined; count: boolean };

/**
 * A list that is asked for when it is awaited (its first page) or iterated (row by row, the next page when it is needed; `break` ends
 * the asking).
 */
export class RenewalList<R> implements PromiseLike<Page<R>>, AsyncIterable<R> {
  readonly #fetchPage: (request: PageRequest) => Promise<Page<R>>;
  readonly #first: number;
  readonly #after: string | undefined;
  #page: Promise<Page<R>> | undefined;

  constructor(fetchPage: (request: PageRequest) => Promise<Page<R>>, first: number, after: string | undefined) {
    this.#fetchPage = fetchPage;
    this.#first = first;
    this.#after = after;
  }

  /** The first page; it is asked for once. */
  // oxlint-disable-next-line unicorn/no-thenable -- awaiting a list is what it is for
  then<A = Page<R>, B = never>(
    onPage?: ((page: Page<R>) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#page ??= this.#fetchPage({ first: this.#first, after: this.#after, count: true });
    return this.#page.then(onPage, onError);
  }

  /** Row by row; the next page is asked for when it is needed. */
  [Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    return this.#rows(Infinity);
  }

  /** The rows in an array: all of them, or the first `limit`. */
  async toArray({ limit = Infinity }: { limit?: number } = {}): Promise<R[]> {
    const rows: R[] = [];
    if (limit > 0) for await (const row of this.#rows(limit)) if (rows.push(row) >= limit) break;
    return rows;
  }

  async *#rows(limit: number): AsyncGenerator<R, void, undefined> {
    const seen = new Set<string>();
    let after = this.#after;
    for (let left = limit; ;) {
      const page: Page<R> = await this.#fetchPage({ first: Math.min(this.#first, left), after, count: false });
      yield* page.rows;
      left -= page.rows.length;
      const { endCursor } = page;
      // A cursor that comes again would go round for ever.
      if (!page.hasNextPage || endCursor === null || seen.has(endCursor)) return;
      seen.add(endCursor);
      after = endCursor;
    }
  }
}
