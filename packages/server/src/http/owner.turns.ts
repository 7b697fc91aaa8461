import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Admission } from './admission.ts';

const maxWaitMs = 5_000;
const intervalMs = 20;

/**
 * Work that blocks the event loop takes turns: that of one owner runs one after another. Between two turns, the event loop serves other
 * requests. An owner that has blocked it for long waits until its pause is over.
 */
export type Turns = {
  wait(owner: string): Promise<void>;
  /** Waits and runs the work, whose time the owner is charged. */
  run<T>(owner: string, work: () => T): Promise<T>;
};

export function createOwnerTurns(admission: Admission): Turns {
  const lastOf = new Map<string, Promise<void>>();

  async function wait(owner: string): Promise<void> {
    const turn = after(lastOf.get(owner), owner);
    lastOf.set(owner, turn);
    await turn;
    if (lastOf.get(owner) === turn) lastOf.delete(owner);
  }

  async function after(earlier: Promise<void> | undefined, owner: string): Promise<void> {
    const deadline = performance.now() + maxWaitMs;
    await earlier;
    await nextTurn();
    while (admission.isPaused(owner) && performance.now() < deadline) await sleep(intervalMs);
  }

  return {
    wait,
    async run(owner, work) {
      await wait(owner);
      const begun = performance.now();
      try {
        return work();
      } finally {
        admission.charge(owner, performance.now() - begun);
      }
    },
  };
}
