import type { DatabaseUsage } from '../database/usage.ts';

// A revoked key must stop working within 5 s. The remaining second is for a look-up in progress.
const maxAgeMs = 4_000;
const maxEntries = 10_000;

// Entries in use are refreshed before they expire, all of them in one look-up, and so are those that have expired in a pause. Without it, with
// many keys in use every few seconds, nearly every request would need its own look-up.
const refreshAfterMs = 2_500;
const refreshTogetherAfterMs = 1_000;
const unusedAfterMs = 60_000;

// A made-up key that comes again costs no look-up. A key created a moment later works after this time.
const missingMs = 1_000;
const maxMissing = 10_000;

export type Lookups<T> = {
  find(id: string, usage?: DatabaseUsage): Promise<T | null>;
  /** The next look-up of the id asks the database. */
  forget(id: string): void;
};

type Entry<T> = { result: Promise<T | null>; loadedAt: number; usedAt: number };

/**
 * Caches found values for a few seconds, and combines concurrent look-ups of the same id. Missing values are remembered for a second.
 * With `findAll`, entries in use are refreshed in the background. A look-up counts as a statement of the request that causes it.
 */
export function cacheLookups<T>(
  find: (id: string) => Promise<T | null>,
  findAll?: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  // Ages use the monotonic clock: a clock that is set back must not extend the life of a revoked key.
  monotonic: () => number = () => performance.now(),
): Lookups<T> {
  const entries = new Map<string, Entry<T>>();
  // Apart from the entries, so that missing ids do not displace them.
  const missingUntil = new Map<string, number>();
  let isRefreshing = false;

  return { find: findCached, forget: (id) => void entries.delete(id) };

  async function findCached(id: string, usage?: DatabaseUsage): Promise<T | null> {
    const now = monotonic();
    if (now < (missingUntil.get(id) ?? -Infinity)) return null;
    const known = entries.get(id);
    if (known && now < known.loadedAt + maxAgeMs) {
      known.usedAt = now;
      if (now > known.loadedAt + refreshAfterMs) void refresh(now);
      return await known.result;
    }
    const result = usage === undefined ? find(id) : usage.count(() => find(id), '/* lookUp */');
    const entry = { result, loadedAt: now, usedAt: now };
    entries.delete(id);
    entries.set(id, entry);
    // After a pause, the others in use have expired, too.
    if (known) void refresh(now);
    if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
    let value: T | null = null;
    try {
      value = await result;
      if (value === null) noteMissing(id);
      return value;
    } finally {
      if (value === null && entries.get(id) === entry) entries.delete(id);
    }
  }

  function noteMissing(id: string): void {
    missingUntil.delete(id);
    missingUntil.set(id, monotonic() + missingMs);
    if (missingUntil.size > maxMissing) missingUntil.delete(missingUntil.keys().next().value!);
  }

  async function refresh(now: number): Promise<void> {
    if (!findAll || isRefreshing) return;
    isRefreshing = true;
    try {
      for (const [id, { usedAt }] of entries) if (now > usedAt + unusedAfterMs) entries.delete(id);
      const due = [...entries].filter(([, { loadedAt }]) => now > loadedAt + refreshTogetherAfterMs);
      if (due.length === 0) return;
      const found = await findAll(due.map(([id]) => id));
      for (const [id, entry] of due) {
        const value = found.get(id);
        if (value === undefined) entries.delete(id);
        else Object.assign(entry, { result: Promise.resolve(value), loadedAt: now });
      }
    } catch {
      // Entries that could not be refreshed expire. The next look-up then reports the error.
    } finally {
      isRefreshing = false;
    }
  }
}
