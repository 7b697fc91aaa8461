import { SingleBar } from 'cli-progress';

export type Progress = { update(done: number, total: number, step: string): void; stop(): void };

/** Shows a progress bar on standard error if it is a terminal. */
export function showProgress(): Progress {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({ format: '{bar} {percentage} %  {step}', stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(1, 0, { step: '' });
  return {
    update(done, total, step) {
      // Estimates of what is left may be too small.
      bar.setTotal(Math.max(total, done, 1));
      bar.update(done, { step });
    },
    stop: () => bar.stop(),
  };
}
