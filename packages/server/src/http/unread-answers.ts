import type { ServerResponse } from 'node:http';

/** The memory of answers that clients have not read yet. */
export type UnreadAnswers = {
  /** Whether an owner has so many that it gets no further ones. */
  isFull(owner: string): boolean;
  /** Counts an answer until the client has read it, or its connection is closed. */
  hold(owner: string, response: ServerResponse, bytes: number): void;
};

// Smaller ones fit into the buffers of the network.
const smallBytes = 65_536;
const mostBytesOfOwner = 32_000_000;

/**
 * An answer stays in memory until the client has read it. A client that reads none for half a minute loses its connection. One that reads
 * slowly keeps it, so each owner has a limit.
 */
export function createUnreadAnswers({ mostBytes = mostBytesOfOwner, stallMs = 30_000 } = {}): UnreadAnswers {
  const held = new Map<string, number>();
  return {
    isFull: (owner) => (held.get(owner) ?? 0) >= mostBytes,
    hold(owner, response, bytes) {
      const { socket } = response.req;
      if (bytes <= smallBytes || socket.destroyed) return;
      held.set(owner, (held.get(owner) ?? 0) + bytes);
      // Node closes the connection only if nothing is written meanwhile, and sets the time limit anew for the next request.
      response.setTimeout(stallMs);
      const release = () => {
        response.off('finish', release);
        socket.off('close', release);
        const left = held.get(owner)! - bytes;
        if (left > 0) held.set(owner, left);
        else held.delete(owner);
      };
      response.once('finish', release);
      // An answer that waits behind another one on the connection is not told of its end.
      socket.once('close', release);
    },
  };
}
