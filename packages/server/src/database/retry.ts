import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLost } from './unavailable.ts';

// A restart of the database takes seconds; who waits longer than this for one answer has gone.
const withinMs = 5_000;
const longestPauseMs = 400;

/**
 * Asks the database again when the connection was lost on the way, for a bounded time. Only for what may be carried out twice: reads
 * outside of transactions, and writes that an idempotency key keeps from being done again.
 */
export async function retryOnLostConnection<T>(ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + withinMs;
  for (let pause = 10; ; pause = Math.min(2 * pause, longestPauseMs)) {
    try {
      return await ask();
    } catch (error) {
      if (!isConnectionLost(error) || performance.now() + pause > until) throw error;
      // Those who lost their connections at once come back one by one.
      await sleep(pause * (0.5 + Math.random() / 2));
    }
  }
}
