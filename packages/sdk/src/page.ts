import type { Meta } from './transport.ts';

/** A page of rows. */
export interface Page<R> {
  readonly rows: readonly R[];
  /** Number of rows on all pages. */
  readonly totalCount: number;
  /** Whether more rows follow; `after: page.endCursor` fetches them. */
  readonly hasNextPage: boolean;
  /** Cursor of the last row; null on an empty page. */
  readonly endCursor: string | null;
  /** The business date for which status, deadlines and window were evaluated. */
  readonly businessDate: string;
  readonly meta: Meta;
}

/** Where a page starts, how many rows it has at most, and whether the server counts all rows. */
export type PageRequest = { first: number; after: string | undefined; count: boolean };

/**
 * A list that is fetched on demand. Await it for the first page. Iterate it row by row: each page is fetched when it is needed, and
 * `break` ends the fetching.
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

  /** Resolves to the first page, which is fetched once. */
  // oxlint-disable-next-line unicorn/no-thenable -- awaiting a list is what it is for
  then<A = Page<R>, B = never>(
    onPage?: ((page: Page<R>) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#page ??= this.#fetchPage({ first: this.#first, after: this.#after, count: true });
    return this.#page.then(onPage, onError);
  }

  /** Iterates over all rows; each page is fetched when it is needed. */
  [Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    return this.#rows(Infinity);
  }

  /** Collects the rows in an array: all of them, or the first `limit`. */
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
      // A repeated cursor would cause an endless loop.
      if (!page.hasNextPage || endCursor === null || seen.has(endCursor)) return;
      seen.add(endCursor);
      after = endCursor;
    }
  }
}
