import type { IncomingMessage } from 'node:http';

/** Reads the bodies of requests that were answered before. */
export type UnreadBodies = { readLater(request: IncomingMessage): void };

const largeBytes = 20_000;
const bytesOfChunked = 200_000;
const intervalMs = 10;
const bytesPerInterval = 200_000;
const maxWaitMs = 1_000;
// Each holds a part of its body, some 64 KB. More bodies than these are read at once.
const maxWaiting = 500;

/**
 * A connection can only be used again when the whole body has been read, even if its request is already refused. Reading takes time from other
 * requests, so large bodies are read at a steady rate. Until then, the client cannot send more.
 */
export function createUnreadBodies(): UnreadBodies {
  const waiting: { request: IncomingMessage; bytes: number; since: number }[] = [];
  let reading: NodeJS.Timeout | undefined;

  function read(): void {
    for (let bytes = 0; waiting.length > 0;) {
      const next = waiting[0]!;
      if (bytes >= bytesPerInterval && performance.now() - next.since < maxWaitMs) return;
      waiting.shift();
      bytes += next.bytes;
      next.request.resume();
    }
    clearInterval(reading);
    reading = undefined;
  }

  return {
    readLater(request) {
      if (request.complete || request.readableFlowing !== null || waiting.length >= maxWaiting) return;
      const bytes = request.headers['transfer-encoding'] === undefined ? Number(request.headers['content-length'] ?? 0) : bytesOfChunked;
      if (bytes < largeBytes) return;
      // Node reads what nobody has begun to read as soon as the response is written. The next part fills the buffer, and that stops it.
      request.read();
      waiting.push({ request, bytes, since: performance.now() });
      reading ??= setInterval(read, intervalMs).unref();
    },
  };
}
