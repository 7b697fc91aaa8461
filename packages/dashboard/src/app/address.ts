import { createStore, useStore } from '../data/store.ts';

/** Where the page is: a path, and what follows the question mark. */
export type Address = { readonly path: string; readonly search: string };

const here = (): Address => ({ path: location.pathname, search: location.search });

const address = createStore<Address>(here());
addEventListener('popstate', () => address.set(here()));

export const useAddress = (): Address => useStore(address);
export const currentAddress = (): Address => address.get();
export const followAddress = address.subscribe;

/** The address from which a link led here; undefined if the page was opened here. */
export const cameFrom = (): string | undefined => (history.state as { from?: string } | null)?.from;

/** Goes to a path of this page, with its search part. `replace` leaves no step for the browser's back button. */
export function navigate(to: string, { replace = false } = {}): void {
  const from = location.pathname + location.search;
  if (to === from) return;
  history[replace ? 'replaceState' : 'pushState'](replace ? history.state : { from }, '', to);
  address.set(here());
}
