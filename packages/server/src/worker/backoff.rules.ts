const firstPauseMs = 60_000;
const longestPauseMs = 2 * 60 * 60_000;
const shortestPauseMs = 1_000;

/** Pauses add up to 17 hours on average, and to 34 at most. Then a message fails for good. */
export const mostAttempts = 24;

/**
 * Milliseconds until the next attempt, after so many. The bound doubles up to two hours; below it, any pause is as likely, so that messages
 * that failed together do not come back together.
 */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, attempts - 1));
  return Math.max(shortestPauseMs, Math.round(bound * random()));
}
