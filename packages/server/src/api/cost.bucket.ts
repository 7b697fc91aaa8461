export type BucketSettings = { size: number; restoredPerSecond: number };
/** `waitSeconds` is null when the cost was taken. */
export type Withdrawal = { remaining: number; waitSeconds: number | null };
export type Buckets = { take(partnerId: string, cost: number): Withdrawal };

const remembered = 10_000;

/** A bucket of points for each partner, in this process: full at first, refilled steadily. `clock` tells milliseconds. */
export function createBuckets({ size, restoredPerSecond }: BucketSettings, clock: () => number = () => performance.now()): Buckets {
  const levels = new Map<string, { level: number; at: number }>();

  function take(partnerId: string, cost: number): Withdrawal {
    const at = clock();
    const level = levelOf(partnerId, at);
    const missing = cost - level;
    const left = missing > 0 ? level : level - cost;
    // Last, so that the first one is the one that has not been used for longest.
    levels.delete(partnerId);
    levels.set(partnerId, { level: left, at });
    if (levels.size > remembered) levels.delete(levels.keys().next().value!);
    return { remaining: Math.floor(left), waitSeconds: missing > 0 ? Math.ceil(missing / restoredPerSecond) : null };
  }

  function levelOf(partnerId: string, at: number): number {
    const known = levels.get(partnerId);
    return known ? Math.min(size, known.level + ((at - known.at) / 1_000) * restoredPerSecond) : size;
  }

  return { take };
}
