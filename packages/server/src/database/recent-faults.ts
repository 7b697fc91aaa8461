import type { DatabaseFault } from './unavailable.ts';

/** Faults that only writes meet. A health check does not write, so it learns of them from the requests. */
const metByWrites = new Set<DatabaseFault>(['DISK_FULL', 'STORAGE_FAILED']);
const rememberedMs = 15_000;

/** Faults after which another database may answer under this name, as after a restore: what this process knows of rows may not hold. */
const mayBeReplaced = new Set<DatabaseFault>(['TABLES_MISSING', 'LOGIN_REFUSED', 'NOT_ACCEPTING', 'UNREACHABLE']);

export type RecentFaults = {
  note(fault: DatabaseFault): void;
  current(): DatabaseFault | null;
  /** When the database was last lost, by `performance.now()`; what was read before may not hold. */
  lostAt(): number;
};

export function createRecentFaults(clock: () => number = () => performance.now()): RecentFaults {
  let lostAt = -Infinity;
  let last: { fault: DatabaseFault; at: number } | undefined;
  return {
    note(fault) {
      if (mayBeReplaced.has(fault)) lostAt = clock();
      if (metByWrites.has(fault)) last = { fault, at: clock() };
    },
    current: () => (last && clock() - last.at < rememberedMs ? last.fault : null),
    lostAt: () => lostAt,
  };
}
