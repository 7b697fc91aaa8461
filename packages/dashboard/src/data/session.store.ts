import { createStore } from './store.ts';
import { known } from './viewer.store.ts';

/** `lost`: the session ended while the page was in use. `waiting`: and the viewer closed the sign-in, perhaps to copy what they typed. */
export type SessionState = 'open' | 'lost' | 'waiting';

export const session = createStore<SessionState>('open');

let interrupted: { readonly promise: Promise<boolean>; readonly resolve: (isSame: boolean) => void } | undefined;

/**
 * The API says that nobody is signed in. What is on the page stays there; before the first answer there is nothing to keep. Resolves with
 * true when the same viewer has signed in again, and with false when the page starts anew.
 */
export async function signedOut(): Promise<boolean> {
  if (!known.get()) {
    known.set(null);
    return false;
  }
  session.set((now) => (now === 'open' ? 'lost' : now));
  if (!interrupted) {
    let resolve!: (isSame: boolean) => void;
    const promise = new Promise<boolean>((settle) => (resolve = settle));
    interrupted = { promise, resolve };
  }
  return interrupted.promise;
}

/** Somebody has signed in over the page. */
export function signedInAgain({ isSame }: { isSame: boolean }): void {
  if (isSame) session.set('open');
  interrupted?.resolve(isSame);
  interrupted = undefined;
}

/** What the windows of this browser tell each other, since they share the session. */
type News = 'signed in' | 'signed out';
const windows = new BroadcastChannel('partner-renewals.session');

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
export const tellWindows = (news: News): void => windows.postMessage(news);

/** Follows other windows of this browser. */
export function followWindows(on: Readonly<Record<News, () => void>>): () => void {
  const listener = ({ data }: MessageEvent<News>) => on[data]?.();
  windows.addEventListener('message', listener);
  return () => windows.removeEventListener('message', listener);
}
