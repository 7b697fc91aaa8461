export type StopSignals = {
  /** Aborted by the first signal. */
  readonly stop: AbortSignal;
  /** The first signal, once it has arrived. */
  readonly signal: NodeJS.Signals | undefined;
  /** Resolves with the first signal. */
  first: Promise<NodeJS.Signals>;
  /** Resolves when somebody asks again, and does not want to wait for work in progress. */
  forced: Promise<NodeJS.Signals>;
  /** From now on, signals end the process at once. */
  forget(): void;
};

// SIGHUP: the terminal was closed.
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// A terminal signals npm and the server, and npm passes the signal on: one stop arrives twice or more.
const sameStopMs = 2_000;
const sameKeyPressMs = 300;

/**
 * Listens for stop signals. Signals within two seconds are the same stop, except for the third one that a person sends. Another signal
 * after a forced stop ends the process at once.
 */
export function listenForStopSignals(): StopSignals {
  const controller = new AbortController();
  let signal: NodeJS.Signals | undefined;
  let [firstAt, lastAt, presses] = [0, 0, 0];
  let isForced = false;
  let resolveFirst: (signal: NodeJS.Signals) => void;
  let resolveForced: (signal: NodeJS.Signals) => void;
  const first = new Promise<NodeJS.Signals>((resolve) => (resolveFirst = resolve));
  const forced = new Promise<NodeJS.Signals>((resolve) => (resolveForced = resolve));

  function receive(received: NodeJS.Signals): void {
    const now = performance.now();
    const isNewPress = now - lastAt > sameKeyPressMs;
    lastAt = now;
    if (signal === undefined) {
      [signal, firstAt, presses] = [received, now, 1];
      resolveFirst(received);
      controller.abort();
      return;
    }
    if (!isNewPress) return;
    presses += 1;
    if (isForced) process.exit(1);
    if (now - firstAt <= sameStopMs && presses < 3) return;
    isForced = true;
    resolveForced(received);
  }

  for (const each of stopSignals) process.on(each, receive);
  return {
    stop: controller.signal,
    get signal() {
      return signal;
    },
    first,
    forced,
    forget() {
      for (const each of stopSignals) process.off(each, receive);
    },
  };
}
