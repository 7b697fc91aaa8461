import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type pg from 'pg';

/** The parts of a client that its connection consists of. */
type Connected = pg.PoolClient & {
  host: string;
  port: number;
  connection: { stream: Socket };
  processID: number | null;
  secretKey: number | null;
};

const connectionsOf = new WeakMap<pg.Pool, Set<Connected>>();
const cancelTimeoutMs = 500;
const cancelRequestCode = 80_877_102;

/** Remembers the connections of a pool, which pg keeps to itself. */
export function rememberConnections(pool: pg.Pool): void {
  const all = new Set<Connected>();
  connectionsOf.set(pool, all);
  pool.on('connect', (client) => void all.add(client as Connected));
  pool.on('remove', (client) => void all.delete(client as Connected));
}

/** Cancels running statements and closes all connections. A closed connection alone does not end its statement. */
export async function endConnections(pool: pg.Pool): Promise<void> {
  const all = [...(connectionsOf.get(pool) ?? [])];
  await Promise.all(all.map((client) => cancelStatement(client).catch(() => {})));
  for (const { connection } of all) connection.stream.destroy();
}

async function cancelStatement({ host, port, processID, secretKey }: Connected): Promise<void> {
  if (processID === null || secretKey === null) return;
  const request = Buffer.alloc(16);
  [16, cancelRequestCode, processID, secretKey].forEach((value, index) => request.writeInt32BE(value, 4 * index));
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.setTimeout(cancelTimeoutMs, () => socket.destroy());
  socket.on('error', () => {}).end(request);
  await once(socket, 'close');
}
