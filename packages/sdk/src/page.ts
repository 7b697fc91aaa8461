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

/** @internal The variables of a list: search and columns' order, and where a page begins or ends. */
export interface ListVariables {
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** Whether the server counts all rows. */
  readonly columns?: boolean;
}

/**
 * A list that is fetched on demand: a promise of the first page, and an iterable of all rows. Nothing is fetched before it is awaited or
 * iterated. Iterating fetches each page when it is needed, and `break` ends the fetching.
 */
export class RenewalList<R> extends Promise<Page<R>> implements AsyncIterable<R> {
  readonly #fetchPage: (variables: ListVariables) => Promise<Page<R>>;
  readonly #start: ListVariables;
  #page: Promise<Page<R>> | undefined;

  /** @internal */
  constructor(fetchPage: (variables: ListVariables) => Promise<Page<R>>, start: ListVariables) {
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
    return (this.#page ??= this.#fetchPage(this.#start)).then(onPage, onError);
  }

  /** Calls back when the first page is there, or failed. */
  override finally(onFinally?: (() => void) | null): Promise<Page<R>> {
    return this.then((page) => page).finally(onFinally);
  }

  /** Iterates over all rows, or the first `limit`; from last to first if the list has `last`. */
  async *[Symbol.asyncIterator](limit = Infinity): AsyncGenerator<R, void, undefined> {
    const seen = new Set<string | null>([null]);
    const start = this.#start;
    const [size, cursor, end, hasMore] = start.last
      ? (['last', 'before', 'startCursor', 'hasPreviousPage'] as const)
      : (['first', 'after', 'endCursor', 'hasNextPage'] as const);
    for (let left = limit, variables = start; left > 0;) {
      const page: Page<R> = await this.#fetchPage({ ...variables, [size]: Math.min(start[size]!, left), columns: false });
      const rows = start.last ? [...page.rows].reverse() : page.rows;
      yield* rows;
      left -= rows.length;
      // A repeated cursor would cause an endless loop.
      if (!page[hasMore] || seen.has(page[end])) return;
      seen.add(page[end]);
      variables = { ...start, [cursor]: page[end] };
    }
  }

  /** Collects the rows in an array: all of them, or the first `limit`. */
  async toArray({ limit = Infinity }: { limit?: number } = {}): Promise<R[]> {
    const rows: R[] = [];
    for await (const row of this[Symbol.asyncIterator](limit)) rows.push(row);
    return rows;
  }
}
