import { describe, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { makeApiKey, parseApiKey } from './api-key.ts';

describe('an API key', () => {
  test('has a prefix, an ID, a secret and a checksum; only a hash of the secret is stored', () => {
    const { key, id, secretHash } = makeApiKey();
    const [, keyId, secret] = /^prk_([0-9A-Za-z]{12})_([0-9A-Za-z]{32})[0-9A-Za-z]{6}$/.exec(key) ?? [];
    expect(keyId).toBe(id);
    expect(secretHash).toEqual(createHash('sha256').update(secret!).digest());
  });

  test('of a partner carries the partner, and one of an operator none', () => {
    for (const partnerId of [randomUUID(), '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      const { key, id, secretHash } = makeApiKey(partnerId);
      expect(key).toMatch(/^prk_[0-9A-Za-z]{12}_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/);
      expect(parseApiKey(key)).toEqual({ id, partnerId, secretHash });
    }
    expect(parseApiKey(makeApiKey().key)).toMatchObject({ partnerId: null });
  });

  test('is never created twice', () => {
    expect(new Set(Array.from({ length: 1000 }, () => makeApiKey().id)).size).toBe(1000);
  });

  test('is parsed into its stored form', () => {
    for (let i = 0; i < 100; i++) {
      const { key, id, secretHash } = makeApiKey();
      expect(parseApiKey(key)).toEqual({ id, partnerId: null, secretHash });
    }
  });

  test('keeps its checksum, so that existing keys remain valid', () => {
    const key = 'prk_0123456789ab_0123456789abcdefghijABCDEFGHIJ01';
    expect(parseApiKey(`${key}2M2xfE`)?.id).toBe('0123456789ab');
  });

  test('with any changed character is invalid', () => {
    const { key } = makeApiKey();
    for (let i = 0; i < key.length; i++) {
      const other = key[i] === 'x' ? 'y' : 'x';
      expect(parseApiKey(key.slice(0, i) + other + key.slice(i + 1))).toBeNull();
    }
  });

  test.each([
    '',
    'prk_',
    'prk__',
    // Its partner is beyond the last uuid, and its checksum is right.
    'prk_0123456789ab_zzzzzzzzzzzzzzzzzzzzzz_0123456789abcdefghijABCDEFGHIJ0116uC1c',
    'Bearer',
    'prk_0123456789ab_0123456789abcdefghijABCDEFGHIJ01000000 ',
    '\0',
    'prk_' + 'a'.repeat(100_000),
  ])('is not parsed from %j', (text) => expect(parseApiKey(text)).toBeNull());
});
