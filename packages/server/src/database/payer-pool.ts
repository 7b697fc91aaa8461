import type { Pool, PoolClient } from 'pg';
import { createRecentPayers, type RecentPayers } from '../access/recent-payers.ts';
import { onceReleased } from './released.ts';
import { joinShared, maxSharedOf } from './shared-connections.ts';
import { poolTimeout } from './unavailable.ts';

type Use = 'read' | 'transaction';
type Waiter = { use: Use; start(): void; timer: NodeJS.Timeout };
type Payer = { inUse: number; reads: number; waiting: Waiter[] };
type State = { views: Map<string, Pool>; payers: Map<string, Payer>; inUse: number; max: number; recent: RecentPayers };

const maxWaitMs = 5_000;
const maxViews = 1_000;
// For work that no partner pays for, such as looking up keys.
const kept = 1;
const states = new WeakMap<Pool, State>();

/**
 * The view of the pool for one payer; call it for each request. Beside other payers it takes at most a third of the connections that the
 * shared ones leave, for reads one fewer; alone it leaves one free. So slow queries of one partner keep the others neither from the
 * database nor from its processors, and its transactions never wait for its reads alone.
 */
export function payerPool(pool: Pool, payer: string): Pool {
  const state = stateOf(pool);
  state.recent.note(payer);
  let view = state.views.get(payer);
  if (view) return view;
  view = createView(pool, state, payer);
  state.views.set(payer, view);
  if (state.views.size > maxViews) state.views.delete(state.views.keys().next().value!);
  return view;
}

/** How much work waits until its payer may use one more connection. */
export function waitingForShare(pool: Pool): number {
  let sum = 0;
  for (const { waiting } of states.get(pool)?.payers.values() ?? []) sum += waiting.length;
  return sum;
}

function createView(pool: Pool, state: State, payer: string): Pool {
  const view = Object.create(pool) as Pool;
  joinShared(view, pool, () => state.recent.isAlone(payer));
  const connect = async (use: Use) => {
    const give = await take(state, payer, use);
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
      client = await connect('read');
    } catch (error) {
      callback(error as Error);
      return;
    }
    callback(undefined, client, client.release);
  };
  // pool.query() calls connect with a callback.
  view.connect = ((callback?: Callback) => {
    if (!callback) return connect('transaction');
    void connectBack(callback);
    return undefined;
  }) as Pool['connect'];
  return view;
}

function stateOf(pool: Pool): State {
  let state = states.get(pool);
  if (!state) {
    const max = Math.max(1, pool.options.max - maxSharedOf(pool) - kept);
    state = { views: new Map(), payers: new Map(), inUse: 0, max, recent: createRecentPayers() };
    states.set(pool, state);
  }
  return state;
}

/** Waits until the payer may use one more connection. Returns what gives it back. */
async function take(state: State, name: string, use: Use): Promise<() => void> {
  const payer = state.payers.get(name) ?? { inUse: 0, reads: 0, waiting: [] };
  state.payers.set(name, payer);
  if (isFree(state, name, payer, use)) count(state, payer, use, 1);
  else
    await waitForTurn(payer, use).catch((error: unknown) => {
      forgetIfIdle(state, name, payer);
      throw error;
    });
  let isTaken = true;
  return () => {
    if (!isTaken) return;
    isTaken = false;
    count(state, payer, use, -1);
    forgetIfIdle(state, name, payer);
    startNext(state);
  };
}

function count(state: State, payer: Payer, use: Use, by: 1 | -1): void {
  state.inUse += by;
  payer.inUse += by;
  if (use === 'read') payer.reads += by;
}

function isFree(state: State, name: string, payer: Payer, use: Use): boolean {
  if (state.inUse >= state.max) return false;
  if (state.recent.isAlone(name)) return payer.inUse < Math.max(1, state.max - 1);
  const share = Math.ceil(state.max / 3);
  return payer.inUse < share && (use === 'transaction' || payer.reads < Math.max(1, share - 1));
}

function forgetIfIdle(state: State, name: string, payer: Payer): void {
  if (payer.inUse + payer.waiting.length === 0) state.payers.delete(name);
}

async function waitForTurn(payer: Payer, use: Use): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      payer.waiting.splice(payer.waiting.indexOf(waiter), 1);
      reject(new Error(poolTimeout));
    }, maxWaitMs);
    const waiter: Waiter = { use, start: resolve, timer };
    payer.waiting.push(waiter);
  });
}

/** The payer with the fewest connections is next. */
function startNext(state: State): void {
  for (;;) {
    let next: { payer: Payer; waiter: Waiter } | undefined;
    for (const [name, payer] of state.payers) {
      if (payer.waiting.length === 0 || (next && payer.inUse >= next.payer.inUse)) continue;
      const waiter = payer.waiting.find(({ use }) => isFree(state, name, payer, use));
      if (waiter) next = { payer, waiter };
    }
    if (!next) return;
    const { payer, waiter } = next;
    payer.waiting.splice(payer.waiting.indexOf(waiter), 1);
    clearTimeout(waiter.timer);
    count(state, payer, waiter.use, 1);
    waiter.start();
  }
}
