import { performance } from 'node:perf_hooks';

/** The measurements that admission uses. */
export type Sensors = {
  /** Milliseconds from an arbitrary start. */
  clock(): number;
  /** The share of time that the event loop was busy since the last call: 0 to 1. */
  utilization(): number;
};

export function processSensors(): Sensors {
  let last = performance.eventLoopUtilization();
  return {
    clock: () => performance.now(),
    utilization() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
  };
}
