import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type pg from 'pg';

/** The parts of a client that its connection consists of. */
type Connected = pg.ClientBase & {
  host: string;
  port: number;
  connection: { stream: Socket };
  processID: number | null;
  secretKey: number | null;
};

const connectionsOf = new WeakMap<pg.Pool, Set<pg.ClientBase>>();
const cancelTimeoutMs = 2_000;
const cancelRequestCode = 80_877_102;

/** Remembers the connections of a pool, which pg keeps to itself. */
export function rememberConnections(pool: pg.Pool): void {
  const all = new Set<pg.ClientBase>();
  connectionsOf.set(pool, all);
  pool.on('connect', (client) => void all.add(client));
  pool.on('remove', (client) => void all.delete(client));
}

/** Cancels running statements and closes all connections. A closed connection alone does not end its statement. */
export async function endConnections(pool: pg.Pool): Promise<void> {
  const all = [...(connectionsOf.get(pool) ?? [])];
  await Promise.all(all.map((client) => cancelStatement(client).catch(() => {})));
  for (const client of all) (client as Connected).connection.stream.destroy();
}

/** Asks for an end of the running statement as the protocol has it, on a new connection. A pooler's process ids are its own, and it knows them. */
export async function cancelStatement(client: pg.ClientBase): Promise<void> {
  const { host, port, processID, secretKey } = client as Connected;
  if (processID === null || secretKey === null) return;
  const request = Buffer.alloc(16);
  [16, cancelRequestCode, processID, secretKey].forEach((value, index) => request.writeInt32BE(value, 4 * index));
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket
    .on('error', () => {})
    .resume()
    .write(request);
  // PgBouncer 1.18 ends itself if a client leaves while it passes the request on (its issue 801). So the other side closes the connection.
  await once(socket, 'close', { signal: AbortSignal.timeout(cancelTimeoutMs) }).finally(() => socket.unref());
}
