import { setTimeout as sleep } from 'node:timers/promises';

/** Too many look-ups wait. The credential may be valid. */
export class LookupsFull extends Error {
  override name = 'LookupsFull';
}

type Batch<T> = { ids: string[]; found: Promise<ReadonlyMap<string, T>> };

const maxRunning = 2;
const minIntervalMs = 5;
const maxIds = 2_000;

/**
 * Combines the look-ups of ids that arrive while others run. Made-up keys thus cost the database at most 200 small statements a second,
 * one after another, and a valid key beside them waits a few milliseconds.
 */
export function combineLookups<T>(findAll: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>): (id: string) => Promise<T | null> {
  const running = new Set<Promise<unknown>>();
  let open: Batch<T> | null = null;
  let startedAt = -Infinity;

  return async (id) => {
    const batch = open ?? openBatch();
    if (batch.ids.length >= maxIds) throw new LookupsFull();
    batch.ids.push(id);
    return (await batch.found).get(id) ?? null;
  };

  function openBatch(): Batch<T> {
    const ids: string[] = [];
    const batch = { ids, found: run(ids) };
    open = batch;
    return batch;
  }

  async function run(ids: readonly string[]): Promise<ReadonlyMap<string, T>> {
    const wait = startedAt + minIntervalMs - performance.now();
    if (wait > 0) await sleep(wait);
    while (running.size >= maxRunning) await Promise.race(running).catch(() => {});
    // Always after a turn, so that the caller has put its id into the batch.
    await Promise.resolve();
    open = null;
    startedAt = performance.now();
    const found = findAll(ids);
    running.add(found);
    try {
      return await found;
    } finally {
      running.delete(found);
    }
  }
}
