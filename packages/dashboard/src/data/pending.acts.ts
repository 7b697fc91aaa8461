import type { Row } from './row.selection.ts';
import { createStore } from './store.ts';

/** Acts on their way, and how many have ended. */
export const acts = createStore({ pending: 0, ended: 0 });

/** What an act changed. */
export type Changed = {
  /** The rows that were shown before it. */
  readonly rows: readonly Row[];
  /** Rows as they are after it. */
  readonly after: readonly Row[];
  /** IDs of rows that left the list. */
  readonly removed: readonly string[];
  /** Whether the rows after it were in no list before. */
  readonly areNew: boolean;
};
/** The last act that was done. */
export const changed = createStore<Changed | null>(null);

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
