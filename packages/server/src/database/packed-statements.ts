import type { Pool, PoolClient } from 'pg';
import { maxSharedOf, setPipelining } from './shared-connections.ts';

type Connected = Pick<PoolClient, 'query'> & { readonly client: PoolClient };
type Packing = PoolClient & { connection: { stream: { cork(): void; uncork(): void } } };

/**
 * Sends statements without waiting for earlier ones, and those of one turn of the event loop in one packet: a packet costs both processes
 * a system call and wakes the backend. Returns what ends it, while no statement is in flight. Behind a pooler every statement waits.
 */
export function packStatements(pool: Pool, connected: Connected): () => void {
  const query = connected.query as (...statement: unknown[]) => Promise<unknown>;
  if (maxSharedOf(pool) === 0) {
    let last: Promise<unknown> = Promise.resolve();
    connected.query = ((...statement: unknown[]) => {
      const sent = last.then(() => query(...statement));
      last = sent.catch(() => undefined);
      return sent;
    }) as PoolClient['query'];
    return () => undefined;
  }
  const client = connected.client as Packing;
  const { stream } = client.connection;
  let isOpen = false;
  connected.query = ((...statement: unknown[]) => {
    if (!isOpen) {
      isOpen = true;
      stream.cork();
      process.nextTick(() => {
        isOpen = false;
        stream.uncork();
      });
    }
    return query(...statement);
  }) as PoolClient['query'];
  setPipelining(client, true);
  return () => setPipelining(client, false);
}
