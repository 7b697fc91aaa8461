import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';

type Shared = { client: Promise<PoolClient>; inFlight: number; error?: Error };

const mostShared = 4;
const sharedOf = new WeakMap<Pool, { open: Set<Shared>; most: number }>();

/**
 * Lets reads that are over in a moment share connections of the pool: they are sent one after another without waiting for answers
 * (pipelining), each still a transaction of its own. Under load a backend then finds the next one when it has done one; to wake it for
 * each takes longer than the read. At least half of the pool is left to all others, which have a connection to themselves.
 */
export function shareConnections(pool: Pool): void {
  sharedOf.set(pool, { open: new Set(), most: Math.min(mostShared, Math.floor(pool.options.max / 2)) });
}

/** As `pool.query`; for reads that a slow one can't be among, since those that come after it on its connection wait for it. */
export async function queryShared<Row extends unknown[]>(pool: Pool, statement: QueryConfig): Promise<QueryResult<Row>> {
  const shared = sharedOf.get(pool);
  if (!shared || shared.most === 0) return await pool.query<Row>(statement as never);
  const connection = shared.open.size < shared.most ? open(pool, shared.open) : leastBusy(shared.open);
  connection.inFlight += 1;
  try {
    return await (await connection.client).query<Row>(statement as never);
  } catch (error) {
    // Nobody is put on it any more, and the pool gives it up, as after any failed query.
    connection.error = error as Error;
    shared.open.delete(connection);
    throw error;
  } finally {
    connection.inFlight -= 1;
    if (connection.inFlight === 0) close(connection, shared.open);
  }
}

/** Taken from the pool while it has something to do, so that the pool's bound, waiting and end hold for it too. */
function open(pool: Pool, all: Set<Shared>): Shared {
  const client = pool.connect().then((taken) => {
    setPipelining(taken, true);
    return taken;
  });
  const connection: Shared = { client, inFlight: 0 };
  all.add(connection);
  return connection;
}

function leastBusy(all: Set<Shared>): Shared {
  let found: Shared | undefined;
  for (const connection of all) if (!found || connection.inFlight < found.inFlight) found = connection;
  return found!;
}

function close(connection: Shared, all: Set<Shared>): void {
  all.delete(connection);
  const giveBack = (client: PoolClient) => {
    setPipelining(client, false);
    client.release(connection.error);
  };
  // That there was none has been told to those who waited for it.
  connection.client.then(giveBack, () => {});
}

/** A setting of the whole pool, says pg, but COPY can't do with it; nothing is in flight where it changes. */
function setPipelining(client: PoolClient, isOn: boolean): void {
  (client as { pipeline: boolean }).pipeline = isOn;
}
