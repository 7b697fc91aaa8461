import { performance } from 'node:perf_hooks';

export type AdmissionSettings = { maxRunning: number; maxWaiting: number };

/** Limits the number of requests that run at the same time; some more may wait in a queue. */
export type Admission = {
  /** Whether a new request is refused at once; `acquire` then returns false. */
  isFull(): boolean;
  /** Whether the request may run; if so, call `release` once. */
  acquire(): Promise<boolean>;
  release(): void;
};

/** The measurements that admission uses. */
export type Sensors = {
  /** Milliseconds from an arbitrary start. */
  clock(): number;
  /** The share of time that the event loop was busy since the last call: 0 to 1. */
  utilization(): number;
};

type Waiter = { since: number; answer: (isAdmitted: boolean) => void };

// A short burst waits in the queue, for a time that users do not mind. If no slot was free for that long, it is an overload. Then new
// requests are refused at once, so that the accepted ones stay fast.
const burstMaxWaitMs = 500;
const overloadMaxWaitMs = 10;
// The overload ends after a full second without a refusal; a slot that is free for an instant does not end it.
const overloadEndMs = 1_000;
const sweepIntervalMs = 5;
// In an overload, the bottleneck counts. If it is the database, more running requests raise the throughput. This process has only
// one thread. If it is the bottleneck, a few requests keep it busy, and each further one slows down the others.
const slotsWhenBusy = 4;
const busyUtilization = 0.9;
const utilizationMaxAgeMs = 100;

export function createAdmission(
  { maxRunning, maxWaiting }: AdmissionSettings,
  { clock, utilization }: Sensors = processSensors(),
): Admission {
  const waiting: Waiter[] = [];
  let running = 0;
  let fullSince: number | null = null;
  let lastOverloadRefusalAt = -overloadEndMs;
  let measured = { at: clock(), isBusy: false };
  let sweeping: NodeJS.Timeout | undefined;

  function isFull(): boolean {
    if (running < slots()) return false;
    sweep();
    // In an overload, a short queue fills every free slot; all other requests are refused without a wait.
    const maxQueue = isOverloaded() ? Math.min(maxWaiting, Math.ceil(slots() / 2)) : maxWaiting;
    if (waiting.length < maxQueue) return false;
    if (isOverloaded()) lastOverloadRefusalAt = clock();
    return true;
  }

  function acquire(): boolean | Promise<boolean> {
    if (isFull()) return false;
    if (running < slots()) {
      running += 1;
      updateFullSince();
      return true;
    }
    return new Promise((answer) => {
      waiting.push({ since: clock(), answer });
      sweeping ??= setInterval(sweep, sweepIntervalMs).unref();
    });
  }

  function release(): void {
    running -= 1;
    fill();
  }

  function fill(): void {
    while (waiting.length > 0 && running < slots()) {
      running += 1;
      waiting.shift()?.answer(true);
    }
    updateFullSince();
  }

  function updateFullSince(): void {
    fullSince = running < maxRunning ? null : (fullSince ?? clock());
  }

  function sweep(): void {
    const maxWaitMs = isOverloaded() ? overloadMaxWaitMs : burstMaxWaitMs;
    const firstOnTime = waiting.findIndex(({ since }) => clock() - since < maxWaitMs);
    const late = waiting.splice(0, firstOnTime === -1 ? waiting.length : firstOnTime);
    if (late.length > 0) lastOverloadRefusalAt = clock();
    for (const { answer } of late) answer(false);
    fill();
    if (waiting.length > 0) return;
    clearInterval(sweeping);
    sweeping = undefined;
  }

  const isOverloaded = () => clock() - (fullSince ?? clock()) > burstMaxWaitMs || clock() - lastOverloadRefusalAt < overloadEndMs;
  const slots = () => (isOverloaded() && isBusy() ? Math.min(maxRunning, slotsWhenBusy) : maxRunning);

  function isBusy(): boolean {
    if (clock() - measured.at >= utilizationMaxAgeMs) measured = { at: clock(), isBusy: utilization() > busyUtilization };
    return measured.isBusy;
  }

  return { isFull, acquire: async () => await acquire(), release };
}

function processSensors(): Sensors {
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
