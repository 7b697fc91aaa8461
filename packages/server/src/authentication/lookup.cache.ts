// A key must be dead 5 s after it was revoked; the rest is for the request that is on its way.
const rememberedMs = 4_000;
const rememberedEntries = 10_000;

// What is still asked for is looked up again before it is forgotten, all of it at once: else with many keys, each of them asked for every
// few seconds, nearly every request would have a look-up of its own.
const refreshedAfterMs = 2_500;
const takenAlongAfterMs = 1_000;
const inUseMs = 60_000;

type Entry<T> = { result: Promise<T | null>; foundAt: number; usedAt: number };

/**
 * Remembers what was found, for a moment, and asks once for many at a time. What is not there is asked for each time. With `findAll`,
 * what is in use is kept up to date.
 */
export function remember<T>(
  find: (id: string) => Promise<T | null>,
  findAll?: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  // By the time since the process started: a clock that is set back must not prolong a revoked key's life.
  monotonic: () => number = () => performance.now(),
): (id: string) => Promise<T | null> {
  const entries = new Map<string, Entry<T>>();
  let isRefreshing = false;

  return (id) => {
    const now = monotonic();
    const known = entries.get(id);
    if (known && now < known.foundAt + rememberedMs) {
      known.usedAt = now;
      if (findAll && !isRefreshing && now > known.foundAt + refreshedAfterMs) void refresh(findAll, now);
      return known.result;
    }
    const result = find(id);
    const entry = { result, foundAt: now, usedAt: now };
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size > rememberedEntries) entries.delete(entries.keys().next().value!);
    const forget = () => void (entries.get(id) === entry && entries.delete(id));
    result.then((value) => value === null && forget(), forget);
    return result;
  };

  async function refresh(findDue: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>, now: number): Promise<void> {
    isRefreshing = true;
    try {
      for (const [id, { usedAt }] of entries) if (now > usedAt + inUseMs) entries.delete(id);
      const due = [...entries].filter(([, { foundAt }]) => now > foundAt + takenAlongAfterMs);
      const found = await findDue(due.map(([id]) => id));
      for (const [id, entry] of due) {
        const value = found.get(id);
        if (value === undefined) entries.delete(id);
        else Object.assign(entry, { result: Promise.resolve(value), foundAt: now });
      }
    } catch {
      // What could not be looked up again is forgotten in time, and whoever asks for it then hears why.
    } finally {
      isRefreshing = false;
    }
  }
}
