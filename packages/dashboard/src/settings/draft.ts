import { useState } from 'react';

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The fields of `draft` that differ from `base`. */
export function changesOf<T extends object>(base: T, draft: T): Partial<T> {
  const names = Object.keys(draft) as (keyof T)[];
  return Object.fromEntries(names.filter((name) => !isSame(base[name], draft[name])).map((name) => [name, draft[name]])) as Partial<T>;
}

/** What was typed over what the API has. What was typed stays when the API's value changes. */
export function useDraft<T extends object>(base: T) {
  const [typed, setTyped] = useState<Partial<T>>({});
  const draft: T = { ...base, ...typed };
  const changes = changesOf(base, draft);
  return {
    draft,
    changes,
    isChanged: Object.keys(changes).length > 0,
    set: (patch: Partial<T>) => setTyped((now) => ({ ...now, ...patch })),
    discard: () => setTyped({}),
  };
}
