export type AdmissionSettings = { maxInWork: number; maxWaiting: number };

/** Lets at most so many requests be worked on; some more may wait for a moment. */
export type Admission = {
  /** Whether the request may be worked on; `leave` is then called once. */
  enter(): Promise<boolean>;
  leave(): void;
};

type Waiter = { since: number; answer: (isAdmitted: boolean) => void };

// A burst is waited out, for as long as people would not mind. Where there has been no free place for that long it is no burst
// but more than can be done: then whoever cannot begin at once hears so at once, and what is answered is answered as fast as ever.
const burstMs = 500;
const overloadWaitMs = 10;
// An overload is over when nobody had to be refused for so long: a place that is free for an instant between two requests is no end of it.
const calmMs = 1_000;
const sweepMs = 5;

/** `clock` tells milliseconds. */
export function createAdmission({ maxInWork, maxWaiting }: AdmissionSettings, clock: () => number = () => performance.now()): Admission {
  const waiting: Waiter[] = [];
  let inWork = 0;
  let lastFreeAt = clock();
  let lastOverloadRefusalAt = -calmMs;
  let sweeping: NodeJS.Timeout | undefined;

  function enter(): boolean | Promise<boolean> {
    if (inWork < maxInWork) {
      inWork += 1;
      lastFreeAt = clock();
      return true;
    }
    sweep();
    if (waiting.length >= maxWaiting) return false;
    return new Promise((answer) => {
      waiting.push({ since: clock(), answer });
      sweeping ??= setInterval(sweep, sweepMs).unref();
    });
  }

  function leave(): void {
    // In an overload the last one first: it has the most of its time left, those before it will not be answered in time anyway.
    const next = isOverloaded() ? waiting.pop() : waiting.shift();
    if (next) next.answer(true);
    else inWork -= 1;
  }

  function sweep(): void {
    const patience = isOverloaded() ? overloadWaitMs : burstMs;
    const firstInTime = waiting.findIndex(({ since }) => clock() - since < patience);
    const late = waiting.splice(0, firstInTime === -1 ? waiting.length : firstInTime);
    if (late.length > 0) lastOverloadRefusalAt = clock();
    for (const { answer } of late) answer(false);
    if (waiting.length > 0) return;
    clearInterval(sweeping);
    sweeping = undefined;
  }

  const isOverloaded = () => clock() - lastFreeAt > burstMs || clock() - lastOverloadRefusalAt < calmMs;

  return { enter: async () => await enter(), leave };
}
