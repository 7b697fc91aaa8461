import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';

/** Whether a token is good cannot be told just now: its issuer's keys are not to be had. */
export class SigningKeysUnavailable extends Error {
  override name = 'SigningKeysUnavailable';
}

const secondMs = 1_000;
const timeoutMs = 3 * secondMs;
/** Keys are asked for again after this long: so long does one count that the issuer has withdrawn. */
const freshMs = 600 * secondMs;
/** While the issuer does not answer, known keys go on for this long. */
const trustedMs = 3_600 * secondMs;
/** Whatever tokens come, unknown keys make us ask no more often than this, and failures no more often than that. */
const cooldownMs = 30 * secondMs;
const retryMs = 5 * secondMs;

/** The issuer's public keys, by the header of a token. */
export function createSigningKeys(url: URL, log: Logger, monotonic: () => number = () => performance.now()): JWTVerifyGetKey {
  // When to ask is decided here; of itself it would ask once a bad token while there is no answer.
  const remote = createRemoteJWKSet(url, { timeoutDuration: timeoutMs, cacheMaxAge: Infinity, cooldownDuration: Infinity });
  let loadedAt = -Infinity;
  let triedAt = -Infinity;
  let loading: Promise<void> | undefined;

  const since = (instant: number) => monotonic() - instant;

  const isAway = () => loadedAt < triedAt;

  async function load(): Promise<void> {
    triedAt = monotonic();
    try {
      await remote.reload();
      loadedAt = monotonic();
    } catch (error) {
      log.warn({ err: error }, 'signing keys are not to be had');
    }
  }

  /** Many at a time ask once. */
  async function ask(): Promise<void> {
    if (loading === undefined && since(triedAt) < (isAway() ? retryMs : cooldownMs)) return;
    loading ??= load().finally(() => (loading = undefined));
    await loading;
  }

  return async (header, token) => {
    if (since(loadedAt) > freshMs) await ask();
    if (since(loadedAt) > trustedMs) throw new SigningKeysUnavailable();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    // A key that the issuer has begun to use since, perhaps.
    await ask();
    if (isAway()) throw new SigningKeysUnavailable();
    return await remote(header, token);
  };
}
