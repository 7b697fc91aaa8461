import type { Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

const acceptTimeoutMs = 2_000;

/** In a blocked process, timers run before new input. Two more turns of the event loop accept new connections and read their requests. */
export async function sleepThenRead(ms: number): Promise<void> {
  await sleep(ms);
  await nextTurn();
  await nextTurn();
}

/** Accepts the connections that wait, for a limited time. A turn of the event loop accepts one, and those that still wait are reset by a close. */
export async function acceptWaiting(server: Server): Promise<void> {
  let accepted: number;
  const count = () => (accepted += 1);
  server.on('connection', count);
  const begun = performance.now();
  do {
    accepted = 0;
    await nextTurn();
  } while (accepted > 0 && performance.now() - begun < acceptTimeoutMs);
  server.off('connection', count);
}
