import { useEffect } from 'react';
import { createStore, useStore } from '../data/store.ts';
import { useViewer } from '../data/viewer.store.ts';
import type { SettingsPart } from '../app/pages.ts';

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The fields of `draft` that differ from `base`. */
export function changesOf<T extends object>(base: T, draft: T): Partial<T> {
  const names = Object.keys(draft) as (keyof T)[];
  return Object.fromEntries(names.filter((name) => !isSame(base[name], draft[name])).map((name) => [name, draft[name]])) as Partial<T>;
}

/** What was typed in parts of the settings and is not saved. It stays while the user looks at other pages. */
const drafts = createStore<ReadonlyMap<string, object>>(new Map());

/** The drafts of somebody else are not shown. */
const useKeyOf = (): ((part: SettingsPart) => string) => {
  const { partner, user } = useViewer();
  return (part) => `${partner.id} ${user?.id} ${part}`;
};

/** Whether something is typed in a part and not saved. */
export function useHasDraft(): (part: SettingsPart) => boolean {
  const typed = useStore(drafts);
  const keyOf = useKeyOf();
  return (part) => typed.has(keyOf(part));
}

/** What was typed over what the API has. What was typed stays when the API's value changes. */
export function useDraft<T extends object>(part: SettingsPart, base: T) {
  const key = useKeyOf()(part);
  const typed = useStore(drafts).get(key) as Partial<T> | undefined;
  const set = (next: Partial<T> | null): void =>
    drafts.set((now) => new Map([...[...now].filter(([each]) => each !== key), ...(next ? [[key, next] as const] : [])]));
  const draft: T = { ...base, ...typed };
  const changes = changesOf(base, draft);
  const isChanged = Object.keys(changes).length > 0;
  useEffect(() => {
    if (!isChanged) return undefined;
    // The browser asks before it leaves the page.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isChanged]);
  return {
    draft,
    changes,
    isChanged,
    set: (patch: Partial<T>) => {
      const next = { ...typed, ...patch };
      set(Object.keys(changesOf(base, { ...base, ...next })).length ? next : null);
    },
    discard: () => set(null),
  };
}
