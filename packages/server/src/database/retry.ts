import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLost, isSerializationFailure } from './unavailable.ts';

// A restart of the database takes seconds. Few clients wait longer than this for a response.
const maxRetryMs = 5_000;
const maxPauseMs = 400;

/**
 * Retries when the connection is lost, for a limited time. Use it only for work that may run twice, such as writes with an idempotency
 * key and passing days.
 */
export async function retryOnLostConnection<T>(attempt: () => Promise<T>): Promise<T> {
  return await retry(attempt, isConnectionLost);
}

/** For reads outside of transactions. A standby also cancels reads that conflict with the changes of its primary. */
export async function retryRead<T>(attempt: () => Promise<T>): Promise<T> {
  return await retry(attempt, (error) => isConnectionLost(error) || isSerializationFailure(error));
}

async function retry<T>(attempt: () => Promise<T>, isRetryable: (error: unknown) => boolean): Promise<T> {
  const deadline = performance.now() + maxRetryMs;
  for (let pause = 10; ; pause = Math.min(2 * pause, maxPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error) || performance.now() + pause > deadline) throw error;
      // Random pauses spread the retries of requests that lost their connections at the same moment.
      await sleep(pause * (0.5 + Math.random() / 2));
    }
  }
}
