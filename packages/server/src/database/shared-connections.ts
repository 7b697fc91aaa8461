import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';

type Shared = { client: Promise<PoolClient>; inFlight: number; error?: Error };
/** The queries of one payer. */
type Lane = { inFlight: number; waiting: (() => void)[]; isAlone(): boolean };

const maxShared = 4;
type SharedConnections = { pool: Pool; open: Set<Shared>; max: number; lane?: Lane | undefined };
const sharedOf = new WeakMap<Pool, SharedConnections>();

/**
 * Lets short reads share connections of the pool. They are pipelined: each is sent without waiting for earlier results, and each is
 * still its own transaction. Under load, a backend then finds its next query as soon as it ends one; waking it up for each query takes
 * longer than the read. At least half of the pool stays available for other work, which uses a connection exclusively.
 */
export function shareConnections(pool: Pool): void {
  sharedOf.set(pool, { pool, open: new Set(), max: Math.min(maxShared, Math.floor(pool.options.max / 2)) });
}

/** The most connections that are shared. */
export const maxSharedOf = (pool: Pool): number => sharedOf.get(pool)?.max ?? 0;

/** Lets a view of a pool use the pool's shared connections. With `isAlone`, the view is that of one payer. */
export function joinShared(view: Pool, pool: Pool, isAlone?: () => boolean): void {
  const shared = sharedOf.get(pool);
  if (shared) sharedOf.set(view, isAlone ? { ...shared, lane: { inFlight: 0, waiting: [], isAlone } } : shared);
}

/**
 * Like `pool.query`, for reads that are always short: later queries on the same connection wait for a slow one. Beside others, a payer leaves one
 * connection to them: the many lists of one request would be sent together, and everybody's next page would wait behind them.
 */
export async function queryShared<Row extends unknown[]>(pool: Pool, statement: QueryConfig): Promise<QueryResult<Row>> {
  const shared = sharedOf.get(pool);
  if (!shared || shared.max === 0) return await pool.query<Row>(statement as never);
  const leave = await enter(shared.lane, Math.max(1, shared.max - 1));
  try {
    return await queryOn<Row>(shared, statement);
  } finally {
    leave?.();
  }
}

async function queryOn<Row extends unknown[]>(shared: SharedConnections, statement: QueryConfig): Promise<QueryResult<Row>> {
  const connection = shared.open.size < shared.max ? open(shared.pool, shared.open) : leastBusy(shared.open);
  connection.inFlight += 1;
  try {
    return await (await connection.client).query<Row>(statement as never);
  } catch (error) {
    // The connection gets no new queries, and the pool closes it, as after any failed query.
    connection.error = error as Error;
    shared.open.delete(connection);
    throw error;
  } finally {
    connection.inFlight -= 1;
    if (connection.inFlight === 0) close(connection, shared.open);
  }
}

/** Waits for the payer's turn. Returns what ends it. */
async function enter(lane: Lane | undefined, share: number): Promise<(() => void) | undefined> {
  if (!lane) return undefined;
  const isFree = () => lane.inFlight < share || lane.isAlone();
  if (isFree()) lane.inFlight += 1;
  else await new Promise<void>((resolve) => lane.waiting.push(resolve));
  return () => {
    lane.inFlight -= 1;
    while (lane.waiting.length > 0 && isFree()) {
      lane.inFlight += 1;
      lane.waiting.shift()!();
    }
  };
}

/** Takes a connection from the pool for as long as it has queries. The pool's size, queue and shutdown thus apply to it too. */
function open(pool: Pool, all: Set<Shared>): Shared {
  const client = pool.connect().then((connected) => {
    setPipelining(connected, true);
    return connected;
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
  const release = (client: PoolClient) => {
    setPipelining(client, false);
    client.release(connection.error);
  };
  // A failed connection attempt has already rejected the queries that waited for it.
  connection.client.then(release, () => {});
}

/** pg documents this as a setting of the whole pool, but COPY does not work with it. It changes only while no query is in flight. */
export function setPipelining(client: PoolClient, isOn: boolean): void {
  (client as { pipeline: boolean }).pipeline = isOn;
}
