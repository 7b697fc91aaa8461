import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { digits, inDigits, partnerOf, partnerText } from '../partner/partner-text.ts';

const shape = /^(prk_([0-9A-Za-z]{12})_(?:([0-9A-Za-z]{22})_)?([0-9A-Za-z]{32}))([0-9A-Za-z]{6})$/;

/** What finds an API key. The partner is null in keys of operators, who belong to none, and in keys from before it was part of them. */
export type ApiKeyName = { id: string; partnerId: string | null };

/** The stored part of an API key: its ID and the SHA-256 of its secret. A random secret of 32 characters needs no slow hash. */
export type ApiKeyDigest = ApiKeyName & { secretHash: Buffer };

/**
 * `prk_<id>_<partner>_<secret><checksum>`: a scanner of leaked secrets finds the prefix, logs and `key revoke` use the ID, the look-up goes
 * where the partner's rows are, and the checksum rejects a mistyped key without a query.
 */
export function makeApiKey(partnerId: string | null = null): ApiKeyDigest & { key: string } {
  const id = randomText(12);
  const secret = randomText(32);
  const body = ['prk', id, ...(partnerId === null ? [] : [partnerText(partnerId)]), secret].join('_');
  return { key: body + checksum(body), id, partnerId, secretHash: sha256(secret) };
}

/** Null for a text that {@link makeApiKey} cannot have created. */
export function parseApiKey(text: string): ApiKeyDigest | null {
  const [, body, id, partner, secret, sum] = shape.exec(text) ?? [];
  if (!body || !id || !secret || checksum(body) !== sum) return null;
  const partnerId = partner === undefined ? null : partnerOf(partner);
  return partnerId === undefined ? null : { id, partnerId, secretHash: sha256(secret) };
}

const sha256 = (secret: string): Buffer => hash('sha256', secret, 'buffer');

function randomText(length: number): string {
  return Array.from({ length }, () => digits[randomInt(digits.length)]).join('');
}

/** The end of a key, over what precedes it. */
export const checksum = (body: string): string => inDigits(BigInt(crc32(body)), 6);
