import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchDatabase } from './bench-database.ts';

/** Watches how long transactions of the server last, in milliseconds. */
export function watchTransactions({ superuser, name }: BenchDatabase): { stop(): Promise<number> } {
  let longest = 0;
  const state = { isOver: false };
  const watching = (async () => {
    while (!state.isOver) {
      const { rows } = await superuser.query<{ ms: number }>(
        `select coalesce(max(extract(epoch from clock_timestamp() - xact_start)) * 1000, 0)::float8 as ms from pg_stat_activity
         where datname = $1 and application_name = 'partner-renewals'`,
        [name],
      );
      longest = Math.max(longest, rows[0]!.ms);
      await sleep(10);
    }
  })();
  return {
    async stop() {
      state.isOver = true;
      await watching;
      return longest;
    },
  };
}
