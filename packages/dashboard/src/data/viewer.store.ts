import { createStore, useStore } from './store.ts';
import type { ColumnText, Viewer } from './viewer.selection.ts';

/** Who uses the page: unknown until the first answer; null when the API says that nobody is signed in. */
export type Known = { readonly viewer: Viewer; readonly columns: readonly ColumnText[] };

export const known = createStore<Known | null | undefined>(undefined);

/** The viewer, within the parts of the page that only a signed-in user sees. */
export function useKnown(): Known {
  const value = useStore(known);
  if (!value) throw new Error('Nobody is signed in.');
  return value;
}

export const useViewer = (): Viewer => useKnown().viewer;
export const useMay = (permission: Viewer['permissions'][number]): boolean => useViewer().permissions.includes(permission);

export const patchViewer = (patch: (viewer: Viewer) => Viewer): void =>
  known.set((value) => (value ? { ...value, viewer: patch(value.viewer) } : value));
