import { setTimeout as sleep } from 'node:timers/promises';

/** Too many look-ups wait. The credential may be valid. */
export class LookupsFull extends Error {
  override name = 'LookupsFull';
}

type Found<T> = Promise<ReadonlyMap<string, T>>;
/** Which look-up has found each id. */
type Batch<T> = { ids: string[]; found: Promise<(id: string) => Found<T>> };

const maxRunning = 2;
const minIntervalMs = 5;
const maxIds = 2_000;
const maxGroups = 4;

/**
 * Combines the look-ups of ids that arrive while others run. Made-up keys thus cost the database at most 200 batches of small statements a
 * second, one after another, and a valid key beside them waits a few milliseconds. Ids of few groups are looked up group by group, so that
 * one whose shard is unavailable does not fail the others.
 */
export function combineLookups<T>(
  findAll: (ids: readonly string[]) => Found<T>,
  groupOf: (id: string) => string,
): (id: string) => Promise<T | null> {
  const running = new Set<Promise<unknown>>();
  let open: Batch<T> | null = null;
  let startedAt = -Infinity;

  return async (id) => {
    const batch = open ?? openBatch();
    if (batch.ids.length >= maxIds) throw new LookupsFull();
    batch.ids.push(id);
    const found = (await batch.found)(id);
    return (await found).get(id) ?? null;
  };

  function openBatch(): Batch<T> {
    const ids: string[] = [];
    const batch = { ids, found: run(ids) };
    open = batch;
    return batch;
  }

  async function run(ids: readonly string[]): Promise<(id: string) => Found<T>> {
    const wait = startedAt + minIntervalMs - performance.now();
    if (wait > 0) await sleep(wait);
    while (running.size >= maxRunning) await Promise.race(running);
    // Always after a turn, so that the caller has put its id into the batch.
    await Promise.resolve();
    open = null;
    startedAt = performance.now();
    const groups = new Map<string, string[]>();
    for (const id of ids) {
      const group = groups.get(groupOf(id));
      if (group) group.push(id);
      else groups.set(groupOf(id), [id]);
    }
    const together = groups.size > maxGroups ? findAll(ids) : undefined;
    const found = new Map([...groups].map(([name, each]) => [name, together ?? findAll(each)]));
    const ended = Promise.allSettled(found.values());
    running.add(ended);
    void ended.then(() => running.delete(ended));
    return (id) => found.get(groupOf(id))!;
  }
}
