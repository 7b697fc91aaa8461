import { createHash, randomBytes, randomUUID } from 'node:crypto';

const shape = /^rns_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_([0-9A-Za-z_-]{43})$/;

/** The stored part of a session: its ID and the SHA-256 of its secret. A random secret of 32 bytes needs no slow hash. */
export type SessionDigest = { id: string; secretHash: Buffer };

/** `rns_<id>_<secret>`, the value of the cookie. */
export function makeSession(): SessionDigest & { text: string } {
  const id = randomUUID();
  const secret = randomBytes(32).toString('base64url');
  return { id, secretHash: hash(secret), text: `rns_${id}_${secret}` };
}

/** Null for a text that {@link makeSession} cannot have created. */
export function parseSession(text: string): SessionDigest | null {
  const [, id, secret] = shape.exec(text) ?? [];
  return id && secret ? { id, secretHash: hash(secret) } : null;
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
