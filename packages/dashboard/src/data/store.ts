import { useCallback, useSyncExternalStore } from 'react';

/** A value that components follow. */
export type Store<T> = {
  get(): T;
  set(next: T | ((now: T) => T)): void;
  /** Calls back after each change; returns how to stop that. */
  subscribe(listener: () => void): () => void;
};

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      const changed = typeof next === 'function' ? (next as (now: T) => T)(value) : next;
      if (Object.is(changed, value)) return;
      value = changed;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Follows a store, or what `select` takes from it. `select` returns the same object as long as nothing changed. */
export function useStore<T>(store: Store<T>): T;
export function useStore<T, Part>(store: Store<T>, select: (value: T) => Part): Part;
export function useStore<T>(store: Store<T>, select: (value: T) => unknown = (value) => value): unknown {
  return useSyncExternalStore(
    store.subscribe,
    useCallback(() => select(store.get()), [store, select]),
  );
}

/** The former value if the next one says the same, so that what shows it stays as it is. For answers of the API. */
export const sameOr = <T>(former: T | undefined, next: T): T => (JSON.stringify(former) === JSON.stringify(next) ? former! : next);
