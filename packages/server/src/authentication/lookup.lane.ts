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

type FindAll<T> = (ids: readonly string[]) => Found<T>;

/** Looks ids up group by group, four groups at once: one that is slow or fails does not fail the others. */
export function findByGroup<T>(ids: readonly string[], groupOf: (id: string) => string, findAll: FindAll<T>): Map<string, Found<T>> {
  const groups = groupsOf(ids, groupOf);
  const lanes: Promise<unknown>[] = Array.from({ length: maxGroups }, () => Promise.resolve());
  return new Map(
    [...groups].map(([name, each], index) => {
      const found = lanes[index % maxGroups]!.then(() => findAll(each));
      lanes[index % maxGroups] = found.catch(() => {});
      return [name, found];
    }),
  );
}

function groupsOf(ids: readonly string[], groupOf: (id: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    const group = groups.get(groupOf(id));
    if (group) group.push(id);
    else groups.set(groupOf(id), [id]);
  }
  return groups;
}

/**
 * Combines the look-ups of ids that arrive while others run. Made-up keys thus cost the database at most 200 batches of small statements a
 * second, one after another, and a valid key beside them waits a few milliseconds. Ids of few groups are looked up group by group, so that
 * one whose shard is unavailable does not fail the others. With `isSharded`, so are those of many groups.
 */
export function combineLookups<T>(
  findAll: FindAll<T>,
  groupOf: (id: string) => string,
  { isSharded = false } = {},
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
    const groups = groupsOf(ids, groupOf);
    const together = groups.size > maxGroups && !isSharded ? findAll(ids) : undefined;
    const found = together ? new Map([...groups.keys()].map((name) => [name, together])) : findByGroup(ids, groupOf, findAll);
    const ended = Promise.allSettled(found.values());
    running.add(ended);
    void ended.then(() => running.delete(ended));
    return (id) => found.get(groupOf(id))!;
  }
}
