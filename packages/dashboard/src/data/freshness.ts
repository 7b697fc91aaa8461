import { createStore } from './store.ts';

/** Counts up when what is shown should be read again: the server is back, or the viewer signed in again. */
export const freshness = createStore(0);

export const readAgain = (): void => freshness.set((count) => count + 1);
