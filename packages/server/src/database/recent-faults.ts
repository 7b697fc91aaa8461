import type { DatabaseFault } from './unavailable.ts';

/** Faults that only writes meet. A health check does not write, so it learns of them from the requests. */
const metByWrites = new Set<DatabaseFault>(['DISK_FULL', 'STORAGE_FAILED']);
const rememberedMs = 15_000;

export type RecentFaults = { note(fault: DatabaseFault): void; current(): DatabaseFault | null };

export function createRecentFaults(clock: () => number = () => performance.now()): RecentFaults {
  let last: { fault: DatabaseFault; at: number } | undefined;
  return {
    note(fault) {
      if (metByWrites.has(fault)) last = { fault, at: clock() };
    },
    current: () => (last && clock() - last.at < rememberedMs ? last.fault : null),
  };
}
