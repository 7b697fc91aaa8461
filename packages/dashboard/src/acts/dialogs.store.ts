import { createStore } from '../data/store.ts';
import type { Account } from './association.acts.ts';
import type { Decided } from './decision.acts.ts';

export type OpenedDialog =
  | { readonly kind: 'end'; readonly account: Account }
  | { readonly kind: 'decision'; readonly change: Decided; readonly action: 'ACCEPT' | 'REQUEST_CANCELLATION' }
  | { readonly kind: 'later'; readonly change: Decided };

/** The dialog of an act. It stays when its row goes. */
export const dialog = createStore<OpenedDialog | null>(null);

export const openDialog = (opened: OpenedDialog): void => dialog.set(opened);
export const closeDialog = (): void => dialog.set(null);
