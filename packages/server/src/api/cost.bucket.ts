export type BucketSettings = { size: number; restoredPerSecond: number };
/** `waitSeconds` is null if the bucket held enough points, which are then taken. */
export type Withdrawal = { remaining: number; waitSeconds: number | null };
export type Buckets = {
  readonly size: number;
  take(payer: string, cost: number): Withdrawal;
  charge(payer: string, cost: number): void;
};

const maxPayers = 10_000;

/** Creates a token bucket for each payer, in this process. A bucket starts full and refills steadily. `clock` returns milliseconds. */
export function createBuckets({ size, restoredPerSecond }: BucketSettings, clock: () => number = () => performance.now()): Buckets {
  const levels = new Map<string, { level: number; at: number }>();

  function take(payer: string, cost: number): Withdrawal {
    const at = clock();
    const level = levelOf(payer, at);
    const missing = cost - level;
    const left = missing > 0 ? level : level - cost;
    // Moves the payer to the end, so that the first entry is the least recently used one.
    levels.delete(payer);
    levels.set(payer, { level: left, at });
    if (levels.size > maxPayers) levels.delete(levels.keys().next().value!);
    return { remaining: Math.max(0, Math.floor(left)), waitSeconds: missing > 0 ? Math.ceil(missing / restoredPerSecond) : null };
  }

  function levelOf(payer: string, at: number): number {
    const known = levels.get(payer);
    return known ? Math.min(size, known.level + ((at - known.at) / 1_000) * restoredPerSecond) : size;
  }

  /** Takes points that the bucket may lack. It lacks at most its size afterwards. */
  function charge(payer: string, cost: number): void {
    if (cost <= 0) return;
    const at = clock();
    levels.set(payer, { level: Math.max(-size, levelOf(payer, at) - cost), at });
  }

  return { size, take, charge };
}
