import type { ErrorCode } from '../graphql/errors.ts';
import type { Logger } from '../process/log.ts';
import type { EarlyRefusal } from './admission.hooks.ts';

export type RefusalLog = { add(refused: EarlyRefusal): void; flush(): void };

const linesPerSecond = 100;
const common = { route: '/graphql', status: 503, code: 'UNAVAILABLE' satisfies ErrorCode } as const;

/**
 * The lines of requests that are refused before they are read: one each, at most 100 a second, and then one with the number of the others.
 * In an overload, a line each takes a tenth of the process.
 */
export function createRefusalLog(log: Logger): RefusalLog {
  let lines = 0;
  let others = 0;
  let second: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(second);
    second = undefined;
    if (others > 0) log.info({ ...common, requests: others }, 'requests refused');
    lines = others = 0;
  }

  return {
    add({ requestId, method }) {
      second ??= setTimeout(flush, 1_000).unref();
      lines += 1;
      if (lines > linesPerSecond) others += 1;
      else log.info({ requestId, method, ...common, errors: 1, ms: 0 }, 'request');
    },
    flush,
  };
}
