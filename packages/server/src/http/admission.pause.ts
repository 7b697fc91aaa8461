import type { Lane } from './admission.lane.ts';

// What blocks the event loop delays the requests of all, the more the longer it takes at once. An owner may block it for a fifth of the
// time in short pieces, for a tenth in pieces of 10 ms, and for a thirtieth in longer ones: they make a page take three times as long, which
// fewer than a twentieth of the pages may. A piece of more than 30 ms counts as one of 30 ms: the limits of documents allow none, so the
// process has just started, or the machine is busy.
export const pauseAfter = (blockedMs: number) => Math.min(blockedMs, 30) * (blockedMs > 10 ? 30 : Math.max(5, blockedMs));
const freeMs = 500;
// An owner that comes close to a pause runs one request at a time. Otherwise, pauses would gather its requests into bursts.
const parallelMs = 125;
// No pause is longer than a request may wait: for its documents alone, an owner is slowed down and not refused.
const maxMs = 400;

type Pausing = Pick<Lane, 'pausedUntil'>;

export function lengthenPause(lane: Pausing, ms: number, now: number): void {
  lane.pausedUntil = Math.min(Math.max(lane.pausedUntil, now) + ms, now + freeMs + maxMs);
}

export const isPausedAt = ({ pausedUntil }: Pausing, now: number) => pausedUntil > now + freeMs;
export const isCloseToPauseAt = ({ pausedUntil }: Pausing, now: number) => pausedUntil > now + parallelMs;
