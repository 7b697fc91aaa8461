import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';

/** A network between a server and its database, on loopback. It can break as networks do: nothing arrives, and nobody is told. */
export type TcpProxy = {
  port: number;
  /** From now on nothing arrives. */
  breakOff(): void;
  /** New connections work again. With `isLost`, the older ones stay dead, as behind a firewall that has forgotten them. */
  mend(options: { isLost: boolean }): void;
  close(): void;
};

/** Listens on the port if one is given. */
export async function startTcpProxy(database: NetConnectOpts, port = 0): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isBroken = false;
  const server = createServer((client) => {
    const upstream = connect(database);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    if (isBroken) for (const each of [client, upstream]) each.pause();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    breakOff() {
      isBroken = true;
      for (const socket of sockets) socket.pause();
    },
    mend({ isLost }) {
      isBroken = false;
      if (!isLost) for (const socket of sockets) socket.resume();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
