import type { PoolClient } from 'pg';

/** Calls `done` when a connection that was just handed out goes back to the pool. */
export function onceReleased(client: PoolClient, done: () => void): PoolClient {
  const release = client.release.bind(client);
  // The pool sets a new one each time it hands the connection out.
  client.release = (error) => {
    release(error);
    done();
  };
  return client;
}
