import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The buffers of a stream lie outside of V8's heap, and V8 collects them when its own young generation is full: 100 MB of rows later. A
// collection of young objects takes about a millisecond.

const collectEvery = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
let bytesSince = 0;

/** Collects used buffers after each megabyte of rows. */
export function collectAfter(bytes: number): void {
  bytesSince += bytes;
  if (bytesSince < collectEvery) return;
  bytesSince = 0;
  collect({ type: 'minor' });
}
