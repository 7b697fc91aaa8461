import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

// Browsers, programs and proxies send a request after the answer to the one before.
const mostOfConnection = 8;
// A refusal waits for a second at most, so a sender gets no more of them in a second.
const leastOfSender = 320;
// Beside what runs and waits at once.
const refusedOfSender = 100;

/**
 * Decides whether a request may be answered, by how many of its connection and of its sender are not answered yet. Node parses and holds all
 * that arrive, so no pace slows down a client that does not wait for answers.
 * @param senderOf null for a proxy: its requests are those of many
 * @param places how many requests run and wait at once
 */
export function createUnansweredLimits(
  senderOf: (socket: Socket) => string | null,
  ban: (socket: Socket) => void,
  places: number,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const ofConnection = new WeakMap<Socket, { release(requests: number): void; count: number }>();
  const ofSender = new Map<string, number>();
  const mostOfSender = Math.max(leastOfSender, places + refusedOfSender);

  function connectionOf(socket: Socket) {
    const sender = senderOf(socket);
    const connection = {
      count: 0,
      release(requests: number) {
        connection.count -= requests;
        if (sender === null) return;
        const left = ofSender.get(sender)! - requests;
        if (left > 0) ofSender.set(sender, left);
        else ofSender.delete(sender);
      },
    };
    ofConnection.set(socket, connection);
    // An answer that waits behind another one on the connection is not told of its end.
    socket.once('close', () => {
      ofConnection.delete(socket);
      connection.release(connection.count);
    });
    return connection;
  }

  return ({ socket }, response) => {
    // The rest of what was read from a closed connection.
    if (socket.destroyed) return false;
    const connection = ofConnection.get(socket) ?? connectionOf(socket);
    if (connection.count >= mostOfConnection) {
      ban(socket);
      return false;
    }
    const sender = senderOf(socket);
    const all = sender === null ? 0 : (ofSender.get(sender) ?? 0);
    if (all >= mostOfSender) {
      socket.destroy();
      return false;
    }
    if (sender !== null) ofSender.set(sender, all + 1);
    connection.count += 1;
    response.once('close', () => {
      if (ofConnection.get(socket) === connection) connection.release(1);
    });
    return true;
  };
}
