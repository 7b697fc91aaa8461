import type { IncomingHttpHeaders } from 'node:http';

export type BodyBudget = {
  /** Reserves memory for the body of a request. Returns null if it is refused; otherwise call the returned function once. */
  reserve(owner: string, headers: IncomingHttpHeaders): (() => void) | null;
};

const minTotalBytes = 64_000_000;
const minBodies = 16;

/**
 * Limits the memory for bodies of requests that have no place yet: they arrive or wait. Slow clients do not block others. Half
 * of the memory is the most for one owner.
 */
export function createBodyBudget(maxBodyBytes: number): BodyBudget {
  const maxTotal = Math.max(minTotalBytes, minBodies * maxBodyBytes);
  const reserved = new Map<string, number>();
  let total = 0;

  return {
    reserve(owner, headers) {
      const bytes = Math.min(maxBodyBytes, sizeOf(headers) ?? maxBodyBytes);
      const own = (reserved.get(owner) ?? 0) + bytes;
      if (own > maxTotal / 2 || total + bytes > maxTotal) return null;
      reserved.set(owner, own);
      total += bytes;
      let isReserved = true;
      return () => {
        if (!isReserved) return;
        isReserved = false;
        total -= bytes;
        const left = reserved.get(owner)! - bytes;
        if (left > 0) reserved.set(owner, left);
        else reserved.delete(owner);
      };
    },
  };
}

/** null: a body in chunks may have any size. */
function sizeOf(headers: IncomingHttpHeaders): number | null {
  if (headers['transfer-encoding'] !== undefined) return null;
  return Number(headers['content-length'] ?? 0);
}
