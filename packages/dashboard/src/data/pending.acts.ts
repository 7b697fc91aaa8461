import { createStore } from './store.ts';

/** Acts on their way, and how many have ended. */
export const acts = createStore({ pending: 0, ended: 0 });

/** Whether an answer may be older than an act; it was asked for when `ended` acts had ended. */
export const mayBeOlder = (ended: number): boolean => acts.get().pending > 0 || acts.get().ended !== ended;

/** Resolves when no act is on its way. */
export const actsDone = async (): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (acts.get().pending > 0) return;
      stop();
      resolve();
    };
    const stop = acts.subscribe(check);
    check();
  });
