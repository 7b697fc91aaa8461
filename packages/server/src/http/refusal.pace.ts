import type { FastifyRequest } from 'fastify';
import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type RefusalPace = {
  /** Milliseconds until the refusal may be answered. */
  delayOf(sender: string, bytes: number): number;
  /**
   * Waits until the request may be answered. If very many of its sender wait, it closes the connection instead and returns false; behind a
   * proxy it waits, because the connection is for others, too.
   */
  wait(request: FastifyRequest, sender: string, bytes: number): Promise<boolean>;
};

const usual = { perSecond: 100, burst: 100 };
// A large body costs more before it is refused.
const bytesOfOne = 5_000;
const maxDelayMs = 1_000;
const maxSenders = 10_000;
// Those that wait are all answered within a second.
const maxWaiting = 300;

/**
 * Slows down senders whose requests are refused again and again, such as an attacker who tries made-up keys. Up to 100 refusals a second
 * are answered at once, further ones up to a second later; a large body counts as several. Only refusals wait, so that others with the same address lose nothing.
 */
export function createRefusalPace({ perSecond, burst } = usual, clock: () => number = () => performance.now()): RefusalPace {
  // When the refusals so far are used up, at the steady rate.
  const busyUntil = new Map<string, number>();
  const waiting = new Map<string, number>();
  return { delayOf, wait };

  function delayOf(sender: string, bytes: number): number {
    const now = clock();
    const until = Math.max(busyUntil.get(sender) ?? 0, now) + ((1 + bytes / bytesOfOne) * 1_000) / perSecond;
    const delay = Math.max(0, until - now - (burst * 1_000) / perSecond);
    busyUntil.delete(sender);
    // A sender who does not wait for its answers must not fall behind for long.
    busyUntil.set(sender, Math.min(until, now + (burst * 1_000) / perSecond + maxDelayMs));
    if (busyUntil.size > maxSenders) busyUntil.delete(busyUntil.keys().next().value!);
    return Math.min(delay, maxDelayMs);
  }

  async function wait({ ip, raw }: FastifyRequest, sender: string, bytes: number): Promise<boolean> {
    const delay = delayOf(sender, bytes);
    if (delay === 0) return true;
    const others = waiting.get(sender) ?? 0;
    if (others >= maxWaiting && ip === raw.socket.remoteAddress) {
      raw.socket.destroy();
      return false;
    }
    waiting.set(sender, others + 1);
    await sleep(delay);
    const left = waiting.get(sender)! - 1;
    if (left > 0) waiting.set(sender, left);
    else waiting.delete(sender);
    return true;
  }
}

/** The client's address, if it has not left. A client has all addresses of an IPv6 network of 64 bits, so they count as one. */
export function senderAt(address: string | undefined): string {
  if (address === undefined) return '';
  if (!isIPv6(address) || address.includes('.')) return address.slice(address.lastIndexOf(':') + 1);
  const [before = '', after] = address.split('::');
  const first = before.split(':').filter(Boolean);
  const rest = (after ?? '').split(':').filter(Boolean);
  const zeros = Array.from({ length: after === undefined ? 0 : 8 - first.length - rest.length }, () => '0');
  return [...first, ...zeros, ...rest].slice(0, 4).join(':');
}
