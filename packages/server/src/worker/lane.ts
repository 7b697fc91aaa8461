export type Lane = {
  /** How many wait for their turn. */
  readonly waiting: number;
  /** Waits for the turn; call what it returns at the end. */
  enter(): Promise<() => void>;
};

/**
 * Lets one after another pass. What has waited for too long passes beside: one that is slow, or hangs, holds up the others only for a
 * while.
 */
export function createLane(longestWaitMs: number): Lane {
  const waiting: (() => void)[] = [];
  let isTaken = false;

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else isTaken = false;
  }

  /** Whether the lane became free in time. */
  async function isFree(): Promise<boolean> {
    return await new Promise((resolve) => {
      const pass = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(pass), 1);
        resolve(false);
      }, longestWaitMs);
      waiting.push(pass);
    });
  }

  return {
    get waiting() {
      return waiting.length;
    },
    async enter() {
      if (isTaken && !(await isFree())) return () => {};
      isTaken = true;
      return leave;
    },
  };
}
