import type { Meta } from './transport.ts';

/** A page of rows. */
export interface Page<R> {
  readonly rows: readonly R[];
  /** Number of rows on all pages. */
  readonly totalCount: number;
  /** Whether more rows follow; `after: page.endCursor` fetches them. */
  readonly hasNextPage: boolean;
  /** Whether rows precede; `before: page.startCursor` fetches them. */
  readonly hasPreviousPage: boolean;
  /** Cursor of the first row; null on an empty page. */
  readonly startCursor: string | null;
  /** Cursor of the last row; null on an empty page. */
  readonly endCursor: string | null;
  /** The business date for which status, deadlines and window were evaluated. */
  readonly businessDate: string;
  readonly meta: Meta;
}

/** Where a page begins or ends, how many rows it has at most, and whether the server counts all rows. */
export interface PageRequest {
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly count: boolean;
}

/**
 * A list that is fetched on demand: a promise of the first page, and an iterable of all rows. Nothing is fetched before it is awaited or
 * iterated. Iterating fetches each page when it is needed, and `break` ends the fetching.
 */
export class RenewalList<R> extends Promise<Page<R>> implements AsyncIterable<R> {
  readonly #fetchPage: (request: PageRequest) => Promise<Page<R>>;
  readonly #start: Omit<PageRequest, 'count'>;
  #page: Promise<Page<R>> | undefined;

  /** What follows from a list is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  constructor(fetchPage: (request: PageRequest) => Promise<Page<R>>, start: Omit<PageRequest, 'count'>) {
    super(() => {});
    this.#fetchPage = fetchPage;
    this.#start = start;
  }

  /** Resolves to the first page, which is fetched once. */
  // oxlint-disable-next-line unicorn/no-thenable -- a promise that fetches when it is awaited
  override then<A = Page<R>, B = never>(
    onPage?: ((page: Page<R>) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#page ??= this.#fetchPage({ ...this.#start, count: true });
    return this.#page.then(onPage, onError);
  }

  /** Iterates over all rows, from last to first if the list has `last`; each page is fetched when it is needed. */
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
    const seen = new Set<string | null>([null]);
    const { first, last, ...from } = this.#start;
    const [size, cursor, end, hasMore] = last
      ? (['last', 'before', 'startCursor', 'hasPreviousPage'] as const)
      : (['first', 'after', 'endCursor', 'hasNextPage'] as const);
    for (let left = limit, next = from; ;) {
      const page: Page<R> = await this.#fetchPage({ ...next, [size]: Math.min(last ?? first!, left), count: false });
      yield* last ? [...page.rows].reverse() : page.rows;
      left -= page.rows.length;
      // A repeated cursor would cause an endless loop.
      if (!page[hasMore] || seen.has(page[end])) return;
      seen.add(page[end]);
      next = { ...from, [cursor]: page[end] };
    }
  }
}
