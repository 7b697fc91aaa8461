import type { Pool, PoolClient } from 'pg';
import { onceReleased } from './released.ts';
import { joinShared, maxSharedOf } from './shared-connections.ts';
import { poolTimeout } from './unavailable.ts';

type Waiter = { start(): void; timer: NodeJS.Timeout };
type Payer = { inUse: number; waiting: Waiter[] };
type State = {
  views: Map<string, Pool>;
  payers: Map<string, Payer>;
  inUse: number;
  max: number;
  /** The last request, and the last one of another payer. */
  last: { payer: string; at: number };
  lastOfOther: { at: number };
};

const maxWaitMs = 5_000;
const maxViews = 1_000;
// For work that no partner pays for, such as looking up keys.
const kept = 1;
const aloneAfterMs = 10_000;
const states = new WeakMap<Pool, State>();

/**
 * The view of the pool for one payer; call it for each request. Beside other payers it takes at most a third of the connections that the
 * shared ones leave; alone it leaves one free. So slow queries of one partner keep the others neither from the database nor from its processors.
 */
export function payerPool(pool: Pool, payer: string): Pool {
  const state = stateOf(pool);
  noteRequest(state, payer);
  let view = state.views.get(payer);
  if (view) return view;
  view = createView(pool, state, payer);
  state.views.set(payer, view);
  if (state.views.size > maxViews) state.views.delete(state.views.keys().next().value!);
  return view;
}

function createView(pool: Pool, state: State, payer: string): Pool {
  const view = Object.create(pool) as Pool;
  joinShared(view, pool);
  const connect = async () => {
    const give = await take(state, payer);
    try {
      return onceReleased(await pool.connect(), give);
    } catch (error) {
      give();
      throw error;
    }
  };
  type Callback = (error: Error | undefined, client?: PoolClient, release?: PoolClient['release']) => void;
  const connectBack = async (callback: Callback) => {
    let client: PoolClient;
    try {
      client = await connect();
    } catch (error) {
      callback(error as Error);
      return;
    }
    callback(undefined, client, client.release);
  };
  // pool.query() calls connect with a callback.
  view.connect = ((callback?: Callback) => {
    if (!callback) return connect();
    void connectBack(callback);
    return undefined;
  }) as Pool['connect'];
  return view;
}

function stateOf(pool: Pool): State {
  let state = states.get(pool);
  if (!state) {
    const max = Math.max(1, pool.options.max - maxSharedOf(pool) - kept);
    const last = { payer: '', at: -Infinity };
    state = { views: new Map(), payers: new Map(), inUse: 0, max, last, lastOfOther: last };
    states.set(pool, state);
  }
  return state;
}

/** Waits until the payer may use one more connection. Returns what gives it back. */
async function take(state: State, name: string): Promise<() => void> {
  const payer = state.payers.get(name) ?? { inUse: 0, waiting: [] };
  state.payers.set(name, payer);
  if (isFree(state, name, payer)) begin(state, payer);
  else await waitForTurn(payer);
  let isTaken = true;
  return () => {
    if (!isTaken) return;
    isTaken = false;
    state.inUse -= 1;
    payer.inUse -= 1;
    if (payer.inUse + payer.waiting.length === 0) state.payers.delete(name);
    startNext(state);
  };
}

function begin(state: State, payer: Payer): void {
  state.inUse += 1;
  payer.inUse += 1;
}

function isFree(state: State, name: string, payer: Payer): boolean {
  const share = isAlone(state, name) ? state.max - 1 : Math.ceil(state.max / 3);
  return state.inUse < state.max && payer.inUse < Math.max(1, share);
}

function noteRequest(state: State, payer: string): void {
  const at = performance.now();
  if (state.last.payer === payer) state.last.at = at;
  else [state.last, state.lastOfOther] = [{ payer, at }, state.last];
}

const isAlone = ({ last, lastOfOther }: State, payer: string) =>
  performance.now() - (last.payer === payer ? lastOfOther : last).at > aloneAfterMs;

async function waitForTurn(payer: Payer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      payer.waiting.splice(payer.waiting.indexOf(waiter), 1);
      reject(new Error(poolTimeout));
    }, maxWaitMs);
    const waiter: Waiter = { start: resolve, timer };
    payer.waiting.push(waiter);
  });
}

/** The payer with the fewest connections is next. */
function startNext(state: State): void {
  for (;;) {
    let next: Payer | undefined;
    for (const [name, payer] of state.payers) {
      if (payer.waiting.length > 0 && isFree(state, name, payer) && (!next || payer.inUse < next.inUse)) next = payer;
    }
    const waiter = next?.waiting.shift();
    if (!next || !waiter) return;
    clearTimeout(waiter.timer);
    begin(state, next);
    waiter.start();
  }
}
