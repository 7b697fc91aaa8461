import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const shape = /^(prk_([0-9A-Za-z]{12})_([0-9A-Za-z]{32}))([0-9A-Za-z]{6})$/;

/** The stored part of an API key: its ID and the SHA-256 of its secret. A random secret of 32 characters needs no slow hash. */
export type ApiKeyDigest = { id: string; secretHash: Buffer };

/**
 * `prk_<id>_<secret><checksum>`: a scanner of leaked secrets finds the prefix, logs and `key revoke` use the ID, and the checksum rejects a
 * mistyped key without a query.
 */
export function makeApiKey(): ApiKeyDigest & { key: string } {
  const id = randomText(12);
  const secret = randomText(32);
  const body = `prk_${id}_${secret}`;
  return { key: body + checksum(body), id, secretHash: sha256(secret) };
}

/** Null for a text that {@link makeApiKey} cannot have created. */
export function parseApiKey(text: string): ApiKeyDigest | null {
  const [, body, id, secret, sum] = shape.exec(text) ?? [];
  if (!body || !id || !secret || checksum(body) !== sum) return null;
  return { id, secretHash: sha256(secret) };
}

const sha256 = (secret: string): Buffer => hash('sha256', secret, 'buffer');

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let digit = 0; digit < 6; digit++) {
    text = alphabet[rest % 62]! + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
