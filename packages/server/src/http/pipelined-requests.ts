import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

// Browsers, programs and proxies send a request after the answer to the one before.
const mostUnanswered = 16;

/**
 * Decides whether a request may be answered: not one of many that a client sends over one connection without a wait for answers. Node parses and
 * holds all of them at once, so no pace slows such a client down.
 */
export function createPipelineLimit(ban: (socket: Socket) => void): (request: IncomingMessage, response: ServerResponse) => boolean {
  const unanswered = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    // The rest of what was read from a closed connection.
    if (socket.destroyed) return false;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > mostUnanswered) {
      ban(socket);
      return false;
    }
    unanswered.set(socket, count);
    response.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1));
    return true;
  };
}
