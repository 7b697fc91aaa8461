import { performance } from 'node:perf_hooks';

export type AdmissionSettings = { maxInWork: number; maxWaiting: number };

/** Lets at most so many requests be worked on; some more may wait for a moment. */
export type Admission = {
  /** Whether who comes now is refused at once; `enter` then says so too. */
  refuses(): boolean;
  /** Whether the request may be worked on; `leave` is then called once. */
  enter(): Promise<boolean>;
  leave(): void;
};

/** What admission sees of the machine. */
export type Surroundings = {
  /** Milliseconds, from whenever. */
  clock(): number;
  /** How much of the time since it was last asked this process's own thread was at work: 0 to 1. */
  utilization(): number;
};

type Waiter = { since: number; answer: (isAdmitted: boolean) => void };

// A burst is waited out, for as long as people would not mind. Where there has been no free place for that long it is no burst
// but more than can be done: then whoever cannot begin at once hears so at once, and what is answered is answered as fast as ever.
const burstMs = 500;
const overloadWaitMs = 10;
// An overload is over when nobody had to be refused for so long: a place that is free for an instant between two requests is no end of it.
const calmMs = 1_000;
const sweepMs = 5;
// In an overload it matters what all wait for. Is it the database, more requests in work get more done. Is it this process, which has
// one thread, a few keep it busy, and each further one only makes every other one slower.
const enoughForOneThread = 4;
const busyUtilization = 0.9;
const utilizationIsGoodForMs = 100;

export function createAdmission(
  { maxInWork, maxWaiting }: AdmissionSettings,
  { clock, utilization }: Surroundings = surroundings(),
): Admission {
  const waiting: Waiter[] = [];
  let inWork = 0;
  let fullSince: number | null = null;
  let lastOverloadRefusalAt = -calmMs;
  let measured = { at: clock(), isBusy: false };
  let sweeping: NodeJS.Timeout | undefined;

  function refuses(): boolean {
    if (inWork < places()) return false;
    sweep();
    // In an overload a few are enough to fill each place that falls free: nobody else need wait to hear that there is none.
    const most = isOverloaded() ? Math.min(maxWaiting, Math.ceil(places() / 2)) : maxWaiting;
    if (waiting.length < most) return false;
    if (isOverloaded()) lastOverloadRefusalAt = clock();
    return true;
  }

  function enter(): boolean | Promise<boolean> {
    if (refuses()) return false;
    if (inWork < places()) {
      inWork += 1;
      noteWhetherFull();
      return true;
    }
    return new Promise((answer) => {
      waiting.push({ since: clock(), answer });
      sweeping ??= setInterval(sweep, sweepMs).unref();
    });
  }

  function leave(): void {
    inWork -= 1;
    fill();
  }

  function fill(): void {
    while (waiting.length > 0 && inWork < places()) {
      inWork += 1;
      waiting.shift()?.answer(true);
    }
    noteWhetherFull();
  }

  function noteWhetherFull(): void {
    fullSince = inWork < maxInWork ? null : (fullSince ?? clock());
  }

  function sweep(): void {
    const patience = isOverloaded() ? overloadWaitMs : burstMs;
    const firstInTime = waiting.findIndex(({ since }) => clock() - since < patience);
    const late = waiting.splice(0, firstInTime === -1 ? waiting.length : firstInTime);
    if (late.length > 0) lastOverloadRefusalAt = clock();
    for (const { answer } of late) answer(false);
    fill();
    if (waiting.length > 0) return;
    clearInterval(sweeping);
    sweeping = undefined;
  }

  const isOverloaded = () => clock() - (fullSince ?? clock()) > burstMs || clock() - lastOverloadRefusalAt < calmMs;
  const places = () => (isOverloaded() && isBusy() ? Math.min(maxInWork, enoughForOneThread) : maxInWork);

  function isBusy(): boolean {
    if (clock() - measured.at >= utilizationIsGoodForMs) measured = { at: clock(), isBusy: utilization() > busyUtilization };
    return measured.isBusy;
  }

  return { refuses, enter: async () => await enter(), leave };
}

function surroundings(): Surroundings {
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
