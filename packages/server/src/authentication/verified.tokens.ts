import { createHash } from 'node:crypto';

/** A token that was verified, and until when it counts: milliseconds since 1970. */
type Verified<T> = { identity: T; expiresAt: number; checkedAt: number };

const maxRunning = 2;
const maxWaiting = 200;
const maxRemembered = 10_000;
const invalidMs = 1_000;
// A key that the issuer withdraws must stop working soon.
const maxAgeMs = 30_000;

export type Verification<T> = { identity: T; expiresAt: number } | null;

/**
 * Remembers verified tokens for a moment, and verifies few others at once: a signature costs as much processor time as a small request. So
 * forged tokens do not slow down people who are signed on. `verify` returns null for an invalid token.
 */
export function createVerifiedTokens<T>(
  verify: (token: string) => Promise<Verification<T>>,
  now: () => number,
  monotonic: () => number = () => performance.now(),
): (token: string) => Promise<T | 'INVALID' | 'OVERLOADED'> {
  const verified = new Map<string, Verified<T>>();
  // Apart from the verified ones, so that forged tokens do not displace them.
  const invalidUntil = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (token) => {
    const name = createHash('sha256').update(token).digest('base64');
    const known = verified.get(name);
    if (known && now() < known.expiresAt && monotonic() < known.checkedAt + maxAgeMs) return known.identity;
    verified.delete(name);
    if (monotonic() < (invalidUntil.get(name) ?? -Infinity)) return 'INVALID';
    if (running < maxRunning) running += 1;
    else if (waiting.length >= maxWaiting) return 'OVERLOADED';
    // The one before hands its place on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      const result = await verify(token);
      if (result === null) {
        remember(invalidUntil, name, monotonic() + invalidMs);
        return 'INVALID';
      }
      remember(verified, name, { ...result, checkedAt: monotonic() });
      return result.identity;
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

function remember<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.delete(name);
  map.set(name, value);
  if (map.size > maxRemembered) map.delete(map.keys().next().value!);
}
