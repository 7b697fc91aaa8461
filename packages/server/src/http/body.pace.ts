import type { IncomingHttpHeaders } from 'node:http';

/** Decides when large bodies are read. Those of one owner are read one after another, at 20 MB/s: in between, others are served. */
export type BodyPace = {
  /** Milliseconds until this body may be read, or null if that is too late. Small bodies never wait. */
  waitFor(owner: string | null, headers: IncomingHttpHeaders): number | null;
};

const largeBytes = 20_000;
const bytesOfChunked = 200_000;
const bytesPerMs = 20_000;
const mostOwners = 1_000;

export const isLargeBody = (headers: IncomingHttpHeaders): boolean => bytesOf(headers) >= largeBytes;

/** @param mostMs the longest wait */
export function createBodyPace({ mostMs = Infinity, now = () => performance.now() } = {}): BodyPace {
  const freeAt = new Map<string | null, number>();

  return {
    waitFor(owner, headers) {
      if (!isLargeBody(headers)) return 0;
      const time = now();
      if (freeAt.size >= mostOwners) for (const [each, at] of freeAt) if (at <= time) freeAt.delete(each);
      const at = Math.max(time, freeAt.get(owner) ?? 0);
      if (at - time > mostMs) return null;
      freeAt.set(owner, at + bytesOf(headers) / bytesPerMs);
      return at - time;
    },
  };
}

/** A body in chunks does not tell its size. */
function bytesOf(headers: IncomingHttpHeaders): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : bytesOfChunked;
}
