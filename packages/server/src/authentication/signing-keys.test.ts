import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { errors, jwtVerify } from 'jose';
import { pino } from 'pino';
import { makeSigningKey, signToken, startKeyServer, type SigningKey } from '../../testing/key-server.ts';
import { createSigningKeys, SigningKeysUnavailable } from './signing-keys.ts';

let issuer: Awaited<ReturnType<typeof startKeyServer>>;
let seconds: number;
let verify: (key: SigningKey) => Promise<unknown>;
let one: SigningKey;
let two: SigningKey;

beforeEach(async () => {
  issuer = await startKeyServer();
  [one, two] = [await makeSigningKey('one'), await makeSigningKey('two')];
  await issuer.publish(one);
  seconds = 0;
  const keys = createSigningKeys(issuer.url, pino({ level: 'silent' }), () => seconds * 1000);
  verify = async (key) => (await jwtVerify(await signToken(key, { sub: 'ann' }), keys)).payload;
});
afterEach(() => issuer.close());

describe('the keys of an issuer', () => {
  test('are loaded once for concurrent tokens, and again after ten minutes', async () => {
    await Promise.all(Array.from({ length: 20 }, () => verify(one)));
    seconds = 599;
    await verify(one);
    expect(issuer.requests).toBe(1);
    seconds = 601;
    await verify(one);
    expect(issuer.requests).toBe(2);
  });

  test('include a new key at once, and drop a withdrawn one within ten minutes', async () => {
    await verify(one);
    seconds = 31;
    await issuer.publish(two);
    await verify(two);
    await expect(verify(one)).rejects.toThrow(errors.JWKSNoMatchingKey);
    await issuer.publish(one);
    seconds = 635;
    await expect(verify(two)).rejects.toThrow(errors.JWKSNoMatchingKey);
  });

  test('are loaded at most every 30 seconds, however many tokens name unknown keys', async () => {
    await verify(one);
    for (seconds = 1; seconds < 30; seconds += 1) await expect(verify(two)).rejects.toThrow(errors.JWKSNoMatchingKey);
    expect(issuer.requests).toBe(1);
    seconds = 31;
    for (let count = 0; count < 10; count += 1) await expect(verify(two)).rejects.toThrow(errors.JWKSNoMatchingKey);
    expect(issuer.requests).toBe(2);
  });

  test.each(['error', 'nonsense'] as const)(
    'that are loaded stay valid for an hour while the issuer returns %s; tokens with other keys cannot be verified',
    async (answer) => {
      await verify(one);
      issuer.answer = answer;
      for (seconds = 601; seconds < 3_600; seconds += 100) {
        await verify(one);
        await expect(verify(two)).rejects.toThrow(SigningKeysUnavailable);
      }
      seconds = 3_601;
      await expect(verify(one)).rejects.toThrow(SigningKeysUnavailable);
      issuer.answer = 'keys';
      seconds = 3_607;
      await verify(one);
    },
  );

  test('that are loaded make nobody wait while the issuer does not answer', async () => {
    await verify(one);
    issuer.answer = 'nothing';
    seconds = 601;
    await verify(one);
    const begun = performance.now();
    for (seconds = 607; seconds < 650; seconds += 1) await verify(one);
    expect(issuer.requests).toBe(3);
    // A load takes three seconds.
    expect(performance.now() - begun).toBeLessThan(2_500);
  });

  test('that could not be loaded are loaded again after 5 seconds, not before', async () => {
    issuer.answer = 'error';
    for (seconds = 0; seconds < 5; seconds += 1) await expect(verify(one)).rejects.toThrow(SigningKeysUnavailable);
    expect(issuer.requests).toBe(1);
    issuer.answer = 'keys';
    seconds = 6;
    await verify(one);
    expect(issuer.requests).toBe(2);
  });

  test('are loaded for one token with an unknown key; meanwhile others with such keys are refused at once, and those with known keys go on', async () => {
    await verify(one);
    issuer.answer = 'nothing';
    let wasLoading = false;
    // A load ends after three seconds. A machine that stands still for as long shows nothing: then once more.
    for (let isShown = false; !isShown;) {
      seconds += 31;
      let isLoading = true;
      const begun = performance.now();
      const first = verify(two)
        .catch((error: unknown) => error)
        .finally(() => (isLoading = false));
      await expect(verify(two)).rejects.toThrow(SigningKeysUnavailable);
      await verify(one);
      wasLoading = isLoading;
      isShown = wasLoading || performance.now() - begun < 2_900;
      expect(await first).toBeInstanceOf(SigningKeysUnavailable);
    }
    expect(wasLoading).toBe(true);
  });

  test('are not read to their end if they have more than 256 KB', async () => {
    issuer.answer = 'endless';
    const start = performance.now();
    await expect(verify(one)).rejects.toThrow(SigningKeysUnavailable);
    expect(performance.now() - start).toBeLessThan(2_500);
    expect(issuer.bytesSent).toBeLessThan(20_000_000);
  });

  test('time out after 3 seconds', async () => {
    issuer.answer = 'nothing';
    const start = performance.now();
    await expect(verify(one)).rejects.toThrow(SigningKeysUnavailable);
    expect(performance.now() - start).toBeGreaterThan(2_500);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
