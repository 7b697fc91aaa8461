import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { listenForStopSignals, type StopSignals } from './stop-signals.ts';

let signals: StopSignals;
let isForced: boolean;

beforeEach(() => {
  jest.useFakeTimers();
  signals = listenForStopSignals();
  isForced = false;
  void signals.forced.then(() => (isForced = true));
});
afterEach(() => {
  signals.forget();
  jest.useRealTimers();
});

/** Whether a stop is forced after these signals, each so many milliseconds after the one before. */
async function forcedBy(...received: [afterMs: number, signal: NodeJS.Signals][]): Promise<boolean> {
  for (const [afterMs, signal] of received) {
    jest.advanceTimersByTime(afterMs);
    process.emit(signal, signal);
  }
  await Promise.resolve();
  return isForced;
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s is a stop, until its listener is taken off', async (signal) => {
  expect([await forcedBy([0, signal]), signals.signal, signals.stop.aborted, await signals.first]).toEqual([false, signal, true, signal]);
  const listening = process.listenerCount(signal);
  signals.forget();
  expect(process.listenerCount(signal)).toBe(listening - 1);
});

test.each([
  [1_900, false],
  [2_100, true],
])('a second signal after %i ms forces the stop: %s', async (afterMs, isExpected) => {
  expect(await forcedBy([0, 'SIGINT'], [afterMs, 'SIGTERM'])).toBe(isExpected);
});

test('the third signal that a person sends forces a stop, not one that npm passes on', async () => {
  expect(await forcedBy([0, 'SIGINT'], [20, 'SIGINT'], [20, 'SIGTERM'], [350, 'SIGINT'], [20, 'SIGINT'])).toBe(false);
  expect(await forcedBy([350, 'SIGINT'])).toBe(true);
});
