import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { fetchBounded } from './bounded-fetch.ts';

/** The issuer's keys are unavailable, so the token can't be verified now. */
export class SigningKeysUnavailable extends Error {
  override name = 'SigningKeysUnavailable';
}

const secondMs = 1_000;
const timeoutMs = 3 * secondMs;
/** Keys are loaded again after this time; until then, a key that the issuer withdrew stays valid. */
const maxAgeMs = 600 * secondMs;
/** While the issuer is unavailable, loaded keys stay valid for this time. */
const maxStaleMs = 3_600 * secondMs;
/** The shortest time between two loads for unknown keys, and between two loads after an error, however many tokens arrive. */
const cooldownMs = 30 * secondMs;
const retryMs = 5 * secondMs;

/** Finds the issuer's public key for the header of a token. */
export function createSigningKeys(url: URL, log: Logger, monotonic: () => number = () => performance.now()): JWTVerifyGetKey {
  // This function decides when to load keys. The library's own rule would load them for every invalid token during an outage.
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: timeoutMs,
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
    [customFetch]: fetchBounded,
  });
  let loadedAt = -Infinity;
  let triedAt = -Infinity;
  let loading: Promise<void> | undefined;

  const since = (instant: number) => monotonic() - instant;

  const isUnavailable = () => loadedAt < triedAt;
  // The last load that has ended.
  let hasFailed = false;

  async function load(): Promise<void> {
    triedAt = monotonic();
    try {
      await remote.reload();
      loadedAt = monotonic();
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      log.warn({ err: error }, 'signing keys unavailable: check JWT_JWKS_URL and the issuer; loaded keys stay valid for an hour');
    }
  }

  /** Concurrent calls share one load. */
  async function reloadIfDue(): Promise<void> {
    if (loading === undefined && since(triedAt) < (isUnavailable() ? retryMs : cooldownMs)) return;
    loading ??= load().finally(() => (loading = undefined));
    await loading;
  }

  return async (header, token) => {
    let ownLoad: Promise<void> | undefined;
    if (since(loadedAt) > maxAgeMs) {
      // While the issuer does not answer, each attempt takes seconds, and the keys of before are good for the hour.
      const isOwn = loading === undefined;
      const reloaded = reloadIfDue();
      if (!hasFailed || since(loadedAt) > maxStaleMs) await reloaded;
      else if (isOwn) ownLoad = reloaded;
    }
    if (since(loadedAt) > maxStaleMs) throw new SigningKeysUnavailable();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    // The issuer may have begun to use a new key. One token waits until it is loaded: more would take the places in which others are verified.
    if (loading !== undefined && ownLoad === undefined) throw new SigningKeysUnavailable();
    await (ownLoad ?? reloadIfDue());
    if (isUnavailable()) throw new SigningKeysUnavailable();
    return await remote(header, token);
  };
}
