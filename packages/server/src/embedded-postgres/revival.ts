import { setTimeout as sleep } from 'node:timers/promises';

/** What happens while a server that has ended is started again. `attempt` counts from 1. */
export type RevivalEvent =
  | { kind: 'starting'; attempt: number }
  | { kind: 'started'; attempt: number; ms: number }
  | { kind: 'failed'; attempt: number; error: unknown; retryInMs: number };

const firstPauseMs = 250;
const maxPauseMs = 10_000;

/**
 * Returns a function that asks for a revival. Every failed or lost connection asks, so nothing happens if the server runs: `start`
 * calls `onLaunch` only when it has to launch one. A failed start is tried again until it succeeds or the server is no longer wanted.
 */
export function createRevival(
  start: (onLaunch: () => void) => Promise<void>,
  isWanted: () => boolean,
  tell: (event: RevivalEvent) => void,
): () => void {
  let isReviving = false;

  async function revive(): Promise<void> {
    const startedAt = performance.now();
    for (let attempt = 1, pause = firstPauseMs; isWanted(); attempt += 1, pause = Math.min(2 * pause, maxPauseMs)) {
      let isTold = attempt > 1;
      if (isTold) tell({ kind: 'starting', attempt });
      const onLaunch = () => {
        if (!isTold) tell({ kind: 'starting', attempt });
        isTold = true;
      };
      try {
        await start(onLaunch);
        if (isTold && isWanted()) tell({ kind: 'started', attempt, ms: Math.round(performance.now() - startedAt) });
        return;
      } catch (error) {
        if (!isWanted()) return;
        tell({ kind: 'failed', attempt, error, retryInMs: pause });
        await sleep(pause, undefined, { ref: false });
      }
    }
  }

  return () => {
    if (isReviving || !isWanted()) return;
    isReviving = true;
    void revive().finally(() => (isReviving = false));
  };
}
