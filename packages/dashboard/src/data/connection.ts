import { readAgain } from './freshness.ts';
import { createStore } from './store.ts';

/** `unreachable`: no response at all; `busy`: the server, or what is in front of it, says that it is unavailable. */
export type Connection = 'up' | 'unreachable' | 'busy';

export const connection = createStore<Connection>('up');

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

let attempts = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let probe: (() => Promise<unknown>) | undefined;

/** How to ask whether the server is back. */
export const probeWith = (ask: () => Promise<unknown>): void => void (probe = ask);

/** A request failed since the server is away. The page asks until it is back, with growing pauses. */
export function isAway(how: Exclude<Connection, 'up'>): void {
  connection.set(how);
  timer ??= setTimeout(askNow, Math.min(longestPauseMs, firstPauseMs * 2 ** attempts));
}

/** The server answered. Whoever failed meanwhile reads again. */
export function isBack(): void {
  clearTimeout(timer);
  timer = undefined;
  attempts = 0;
  if (connection.get() === 'up') return;
  connection.set('up');
  readAgain();
}

function askNow(): void {
  clearTimeout(timer);
  timer = undefined;
  attempts += 1;
  // Its result arrives as isAway or isBack, as of every request.
  void probe?.().catch(() => undefined);
}

const askIfAway = () => void (connection.get() !== 'up' && askNow());
addEventListener('online', askIfAway);
addEventListener('focus', askIfAway);
