import type { Pool, PoolClient } from 'pg';
import { onceReleased } from './released.ts';
import { joinShared } from './shared-connections.ts';
import { isLockTimeout } from './unavailable.ts';

/** The statements that a request causes, and the sum of their milliseconds. Waiting for a connection counts as time. */
export class DatabaseUsage {
  statements = 0;
  ms = 0;
  /** The length of their texts: this process builds and sends them. */
  characters = 0;
  /** Milliseconds of the reads that had a connection of their own, or that of a write after its commit. Waiting for it does not count. */
  readingMs = 0;
  /**
   * Milliseconds of transactions until their commit, with waits for locks that they got. A commit waits for the disk and for standbys, which says
   * nothing of the request.
   */
  writingMs = 0;
  /** Told of each statement when it is sent; what it returns, when it has ended. Nobody listens unless the request is traced. */
  onStatement?: (statement: unknown) => (isFailed: boolean) => void;

  /** Counts a statement, and its time if it is a promise; a COPY is a stream. */
  count<T>(send: () => T, statement: unknown): T {
    this.add(1, 0);
    this.characters += lengthOf(statement);
    return this.#time(send, this.onStatement?.(statement));
  }

  add(statements: number, ms: number): void {
    this.statements += statements;
    this.ms += ms;
  }

  /** A connection of the pool whose statements count. */
  async connect(pool: Pool): Promise<Pick<PoolClient, 'query' | 'on' | 'off' | 'release'> & { readonly client: PoolClient }> {
    const client = await this.#time(() => pool.connect());
    const query = client.query.bind(client) as (...statement: unknown[]) => unknown;
    const begun = performance.now();
    let ended: number | undefined;
    let committed: number | undefined;
    let inVainMs = 0;
    return {
      client,
      query: ((...statement: unknown[]) => {
        const sentAt = performance.now();
        const sent = this.count(() => query(...statement), statement[0]);
        if (typeof statement[0] === 'string' && statement[0].startsWith('commit') && sent instanceof Promise) {
          ended ??= sentAt;
          sent.then(
            () => (committed ??= performance.now()),
            () => undefined,
          );
        }
        if (sent instanceof Promise)
          sent.catch((error: unknown) => {
            if (isLockTimeout(error)) inVainMs += performance.now() - sentAt;
          });
        return sent;
      }) as PoolClient['query'],
      on: client.on.bind(client),
      off: client.off.bind(client),
      release: (error) => {
        this.writingMs += Math.max(0, (ended ?? performance.now()) - begun - inVainMs);
        if (committed !== undefined) this.readingMs += performance.now() - committed;
        client.release(error);
      },
    };
  }

  #time<T>(work: () => T, end?: (isFailed: boolean) => void): T {
    const begun = performance.now();
    const stop = () => this.add(0, performance.now() - begun);
    const result = work();
    if (result instanceof Promise) result.then(stop, stop);
    if (end && result instanceof Promise)
      result.then(
        () => end(false),
        () => end(true),
      );
    else end?.(false);
    return result;
  }
}

function lengthOf(statement: unknown): number {
  const text = typeof statement === 'string' ? statement : (statement as { text?: string } | null)?.text;
  return text?.length ?? 0;
}

type Connected = Parameters<Pool['connect']>[0];

function timed(callback: Connected, add: (ms: number) => void): Connected {
  return (error, client, release) => {
    const begun = performance.now();
    if (client) onceReleased(client, () => add(performance.now() - begun));
    callback(error, client, release);
  };
}

/** The usage of work that several requests wait for: it counts for each of them while it waits. */
export class SharedUsage extends DatabaseUsage {
  readonly waiting = new Set<DatabaseUsage>();

  override add(statements: number, ms: number): void {
    for (const usage of this.waiting) usage.add(statements, ms);
  }
}

type CountingPool = Pool & { usage?: DatabaseUsage };

/**
 * A view of the pool for one request: it counts what the request sends. AsyncLocalStorage would need no view, but on Node 20 it makes a
 * page 9 % dearer.
 */
export function countingPool(pool: Pool, usage: DatabaseUsage): Pool {
  const view = Object.create(pool) as CountingPool;
  view.usage = usage;
  // pool.query() calls connect of the view, with a callback.
  const query = pool.query.bind(view) as (...statement: unknown[]) => unknown;
  view.query = ((...statement: unknown[]) => usage.count(() => query(...statement), statement[0])) as Pool['query'];
  view.connect = ((callback?: Connected) =>
    callback ? pool.connect(timed(callback, (ms) => (usage.readingMs += ms))) : pool.connect()) as Pool['connect'];
  joinShared(view, pool);
  return view;
}

/** The usage that a pool counts; what belongs to no request counts nowhere. */
export const usageOf = (pool: Pool): DatabaseUsage => (pool as CountingPool).usage ?? new DatabaseUsage();
