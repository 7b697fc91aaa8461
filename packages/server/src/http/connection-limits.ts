import type { Server, Socket } from 'node:net';
import { createBuckets } from '../api/cost.bucket.ts';
import { senderAt } from './refusal.pace.ts';

export type ConnectionLimits = {
  /** Whose connection it is; null behind proxies. */
  senderOf(socket: Socket): string | null;
  /** Closes the connection. Unless it may be of a proxy, closes all others of its sender too, and accepts no new ones for ten seconds. */
  ban(socket: Socket): void;
};

const banMs = 10_000;
// Closed connections are soon replaced by a client that means harm. An office has one address.
const newOfSender = { size: 400, restoredPerSecond: 100 };
// A client that opens another connection as soon as one closes would open ten thousand a second. Each one that stays open may hold 64 KB.
// They close at moments apart, so that the client's next ones do not come all at once.
const held = { leastMs: 500, mostMs: 1_500, most: 1_000 };

/**
 * Limits the connections, those of one sender to half of them, and its new ones to 100 a second after the first 400. Further ones close about a second later,
 * without an answer. Behind proxies all connections have their addresses.
 * @param bySender the open connections
 */
export function limitConnections(
  server: Server,
  isBehindProxies: boolean,
  maxConnections = 10_000,
  bySender = new Map<string, Set<Socket>>(),
  now: () => number = () => performance.now(),
): ConnectionLimits {
  server.maxConnections = maxConnections;
  if (isBehindProxies) return { senderOf: () => null, ban: (socket) => void socket.destroy() };
  const bannedUntil = new Map<string, number>();
  const newOnes = createBuckets(newOfSender, now);
  let holding = 0;
  // HTTP's own listeners would make a parser for connections of banned addresses, too.
  const accepting = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    const sender = senderAt(socket.remoteAddress);
    if (now() < (bannedUntil.get(sender) ?? 0) || newOnes.take(sender, 1).waitSeconds !== null) {
      closeLater(socket);
      return;
    }
    bannedUntil.delete(sender);
    for (const accept of accepting) accept.call(server, socket);
    if (socket.remoteAddress === undefined) return;
    const open = bySender.get(sender) ?? new Set();
    bySender.set(sender, open.add(socket));
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0 && bySender.get(sender) === open) bySender.delete(sender);
    });
    if (open.size > maxConnections / 2) socket.destroy();
  });

  return {
    senderOf: (socket) => senderAt(socket.remoteAddress),
    ban(socket) {
      const sender = senderAt(socket.remoteAddress);
      for (const [each, until] of bannedUntil) if (until < now()) bannedUntil.delete(each);
      bannedUntil.set(sender, now() + banMs);
      socket.destroy();
      for (const other of bySender.get(sender) ?? []) other.destroy();
    },
  };

  function closeLater(socket: Socket): void {
    if (holding >= held.most) {
      socket.destroy();
      return;
    }
    holding += 1;
    const timer = setTimeout(() => socket.destroy(), held.leastMs + Math.random() * (held.mostMs - held.leastMs));
    socket
      .on('error', () => {})
      .once('close', () => {
        clearTimeout(timer);
        holding -= 1;
      });
  }
}
