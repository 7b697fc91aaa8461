import { createStore, useStore } from '../data/store.ts';

/** Where the page is: a path, and what follows the question mark. */
export type Address = { readonly path: string; readonly search: string };

const here = (): Address => ({ path: location.pathname, search: location.search });

const address = createStore<Address>(here());
addEventListener('popstate', () => address.set(here()));

export const useAddress = (): Address => useStore(address);
export const currentAddress = (): Address => address.get();
export const followAddress = address.subscribe;

/** Goes to a path of this page, with its search part. `replace` leaves no step for the browser's back button. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  address.set(here());
}
