import { useMemo } from 'react';
import { currentAddress, navigate, useAddress } from '../app/address.ts';
import type { Conditions } from '../data/conditions.ts';
import { openedView, searchOf } from '../data/opened.view.ts';
import { useKnown } from '../data/viewer.store.ts';

/** Other conditions, in the address: the list follows it. */
export function changeConditions(patch: Partial<Conditions>, { replace = false } = {}): void {
  const opened = openedView();
  navigate(currentAddress().path + searchOf(opened, { ...opened.conditions, ...patch }), { replace });
}

/** What the address asks for. */
export function useConditions() {
  const { search } = useAddress();
  const known = useKnown();
  // The default view and the conditions of saved views come from the viewer.
  const opened = useMemo(() => openedView(search), [search, known]);
  return { opened, conditions: opened.conditions, change: changeConditions };
}
