import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { partnerOf, partnerText } from '../partner/partner-text.ts';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const shape = new RegExp(`^rns_(${uuid})_(?:([0-9A-Za-z]{22})_)?([0-9A-Za-z_-]{43})$`);

/**
 * The stored part of a session: its ID and the SHA-256 of its secret. A random secret of 32 bytes needs no slow hash. The partner is null in
 * cookies from before it was part of them.
 */
export type SessionDigest = { id: string; partnerId: string | null; secretHash: Buffer };

/** `rns_<id>_<partner>_<secret>`, the value of the cookie. */
export function makeSession(partnerId: string): SessionDigest & { text: string } {
  const id = randomUUID();
  const secret = randomBytes(32).toString('base64url');
  return { id, partnerId, secretHash: hash(secret), text: `rns_${id}_${partnerText(partnerId)}_${secret}` };
}

/** Null for a text that {@link makeSession} cannot have created. */
export function parseSession(text: string): SessionDigest | null {
  const [, id, partner, secret] = shape.exec(text) ?? [];
  if (!id || !secret) return null;
  const partnerId = partner === undefined ? null : partnerOf(partner);
  return partnerId === undefined ? null : { id, partnerId, secretHash: hash(secret) };
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
