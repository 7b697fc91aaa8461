import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

// Browsers, programs and proxies send a request after the answer to the one before.
const mostOfConnection = 8;
// A refusal waits for a second at most, so a sender gets no more of them in a second.
const leastOfSender = 320;
// Beside what runs and waits at once.
const refusedOfSender = 100;
// Node parses and aborts all that further connections bring. Clients that wait for each answer have one request on a connection.
const hasSeveralOnEach = ({ requests, connections }: OfSender) => requests.size >= 160 && requests.size >= 2 * connections;

/** connections: those that have such a request */
type OfSender = { requests: Set<IncomingMessage>; connections: number };

/**
 * Decides whether a request may be answered, by how many of its connection and of its sender are not answered yet. Node parses and holds all
 * that arrive, so no pace slows down a client that does not wait for answers. A request whose body is still to come holds up its own
 * connection only, and does not count among its sender's most: others at its address would pay for it.
 * @param senderOf null for a proxy: its requests are those of many
 * @param places how many requests run and wait at once
 */
export function createUnansweredLimits(
  senderOf: (socket: Socket) => string | null,
  ban: (socket: Socket) => void,
  places: number,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const ofConnection = new WeakMap<Socket, Set<IncomingMessage>>();
  const ofSender = new Map<string, OfSender>();
  const mostOfSender = Math.max(leastOfSender, places + refusedOfSender);

  function add(request: IncomingMessage, sender: string | null): Set<IncomingMessage> {
    const { socket } = request;
    const unanswered = ofConnection.get(socket) ?? new Set();
    if (!ofConnection.has(socket)) {
      ofConnection.set(socket, unanswered);
      // An answer that waits behind another one on the connection is not told of its end.
      socket.once('close', () => {
        for (const each of unanswered) release(each, sender, unanswered);
      });
    }
    unanswered.add(request);
    if (sender === null) return unanswered;
    const all = ofSender.get(sender) ?? { requests: new Set(), connections: 0 };
    ofSender.set(sender, all);
    all.requests.add(request);
    if (unanswered.size === 1) all.connections += 1;
    return unanswered;
  }

  function release(request: IncomingMessage, sender: string | null, unanswered: Set<IncomingMessage>): void {
    if (!unanswered.delete(request) || sender === null) return;
    const all = ofSender.get(sender)!;
    all.requests.delete(request);
    if (unanswered.size === 0) all.connections -= 1;
    if (all.requests.size === 0) ofSender.delete(sender);
  }

  return (request, response) => {
    const { socket } = request;
    // The rest of what was read from a closed connection.
    if (socket.destroyed) return false;
    if ((ofConnection.get(socket)?.size ?? 0) >= mostOfConnection) {
      ban(socket);
      return false;
    }
    const sender = senderOf(socket);
    const all = sender === null ? undefined : ofSender.get(sender);
    if (all !== undefined && hasSeveralOnEach(all)) {
      ban(socket);
      return false;
    }
    if (all !== undefined && all.requests.size >= mostOfSender && arrivedOf(all.requests) >= mostOfSender) {
      socket.destroy();
      return false;
    }
    const unanswered = add(request, sender);
    response.once('close', () => release(request, sender, unanswered));
    return true;
  };
}

function arrivedOf(requests: Iterable<IncomingMessage>): number {
  let arrived = 0;
  for (const { complete } of requests) if (complete) arrived += 1;
  return arrived;
}
