import type { Server, Socket } from 'node:net';

/**
 * Limits the connections, and those of one address to half of them. Behind proxies all connections have their addresses.
 * @param counts the open connections by address
 */
export function limitConnections(
  server: Server,
  isBehindProxies: boolean,
  maxConnections = 10_000,
  counts = new Map<string, number>(),
): void {
  server.maxConnections = maxConnections;
  if (isBehindProxies) return;
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: address } = socket;
    if (address === undefined) return;
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once('close', () => {
      const left = counts.get(address)! - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
    if (count > maxConnections / 2) socket.destroy();
  });
}
