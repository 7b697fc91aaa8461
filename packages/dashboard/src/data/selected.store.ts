import { createStore } from './store.ts';

/** Rows that are ticked, with their customers. They stay ticked while the window moves on. */
export const selected = createStore<ReadonlyMap<string, string>>(new Map());

export const deselectAll = (): void => selected.set((now) => (now.size ? new Map() : now));

export const deselectCustomer = (customerId: string): void =>
  selected.set((now) => new Map([...now].filter(([, customer]) => customer !== customerId)));

/** Rows that are gone from the list. */
export const deselectRows = (ids: readonly string[]): void =>
  selected.set((now) => (ids.some((id) => now.has(id)) ? new Map([...now].filter(([id]) => !ids.includes(id))) : now));
