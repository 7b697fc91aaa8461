import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchDatabase } from './bench-database.ts';

/** Watches how long transactions of the server last, in milliseconds. */
export function watchTransactions({ superuser, name }: BenchDatabase): { stop(): Promise<number> } {
  let longest = 0;
  const state = { isOver: false };
  const watching = (async () => {
    while (!state.isOver) {
      // Prepared: planning it every 10 ms took a tenth of a processor from what is watched.
      const { rows } = await superuser.query<{ ms: number }>({
        name: 'watchTransactions',
        text: `select coalesce(max(extract(epoch from clock_timestamp() - xact_start)) * 1000, 0)::float8 as ms from pg_stat_activity
         where datname = $1 and application_name = 'partner-renewals'`,
        values: [name],
      });
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
