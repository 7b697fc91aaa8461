type Waiter = { since: number; answer: (isAdmitted: boolean) => void };

/** What tells an overload: since when no slot was free, and when a request was last refused. */
export type Load = { fullSince: number | null; refusedAt: number };

/** The requests of one owner. The backlog is what waited when an overload began; newer requests start before it. */
export type Lane = Load & {
  readonly owner: string;
  running: number;
  startedAt: number;
  pausedUntil: number;
  waiting: Waiter[];
  backlog: Waiter[];
};

// Fresh requests start in order of arrival. If the oldest has waited longer, the newest starts first: under a load that lasts, most
// answers then come quickly, and the others are refused when their wait ends.
const freshMs = 20;

export const createLane = (owner: string): Lane => ({
  owner,
  running: 0,
  startedAt: -Infinity,
  pausedUntil: -Infinity,
  waiting: [],
  backlog: [],
  fullSince: null,
  refusedAt: -Infinity,
});

/** Removes the waiting request that starts next. */
export function nextWaiter({ waiting, backlog }: Lane, now: number): Waiter {
  if (waiting.length === 0) return backlog.pop()!;
  return now - waiting[0]!.since > freshMs ? waiting.pop()! : waiting.shift()!;
}

/** Whether this lane's next request starts before the other's: each owner in turn, and new requests before those of a backlog. */
export function comesBefore(one: Lane, other: Lane): boolean {
  if (one.running !== other.running) return one.running < other.running;
  const isNew = one.waiting.length > 0;
  return isNew === other.waiting.length > 0 ? one.startedAt < other.startedAt : isNew;
}

/** Removes the requests that have waited since then or longer. */
export function dropLate(waiting: Waiter[], then: number): Waiter[] {
  const firstOnTime = waiting.findIndex(({ since }) => since > then);
  return waiting.splice(0, firstOnTime === -1 ? waiting.length : firstOnTime);
}

export function refuse(waiters: readonly Waiter[]): void {
  for (const { answer } of waiters) answer(false);
}

/** How many slots the owners hold, each of them up to its share. */
export function takenWithin(lanes: Iterable<Lane>, shareOf: (owner: string) => number): number {
  let taken = 0;
  for (const { owner, running } of lanes) taken += Math.min(running, shareOf(owner));
  return taken;
}

/** The owner with the most waiting requests. */
export function longestOf(lanes: Iterable<Lane>): Lane | undefined {
  let found: Lane | undefined;
  for (const lane of lanes) if (!found || lane.waiting.length > found.waiting.length) found = lane;
  return found;
}
