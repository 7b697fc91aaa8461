import type { Server, Socket } from 'node:net';
import { senderAt } from './refusal.pace.ts';

/**
 * Limits the connections, and those of one sender to half of them. Behind proxies all connections have their addresses.
 * @param counts the open connections by sender
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
    if (socket.remoteAddress === undefined) return;
    const sender = senderAt(socket.remoteAddress);
    const count = (counts.get(sender) ?? 0) + 1;
    counts.set(sender, count);
    socket.once('close', () => {
      const left = counts.get(sender)! - 1;
      if (left > 0) counts.set(sender, left);
      else counts.delete(sender);
    });
    if (count > maxConnections / 2) socket.destroy();
  });
}
