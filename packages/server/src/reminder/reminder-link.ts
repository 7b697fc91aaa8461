import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link does. Each link does one thing; all but UNSUBSCRIBE open the page at `/r/`. */
export const linkPurposes = ['ACCEPT', 'REQUEST_CANCELLATION', 'SNOOZE', 'UNSUBSCRIBE'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/** The contents of a link. The message names the change and the recipient, so a link holds neither. */
export type ReminderLink = { purpose: LinkPurpose; partnerId: string; messageId: string; expiresAt: Date };

/** The first secret signs; all of them verify. */
export type LinkSecrets = readonly [string, ...string[]];

// One byte each for version and purpose, two UUIDs, the expiry in milliseconds, then the signature. The sum is a multiple of three
// bytes, so each character of the text counts: no two texts have the same bytes.
const version = 1;
const purposeAt = 1;
const partnerAt = 2;
const messageAt = 18;
const expiryAt = 34;
const signatureAt = 40;
const tokenBytes = 72;
const shape = /^[A-Za-z0-9_-]{96}$/;

const dayMs = 86_400_000;
const unsubscribeDays = 180;

/** Links to act expire one day after the last moment to act: until then, the page tells that it is too late. */
export const actingLinkExpiry = (lastMoment: Date): Date => new Date(lastMoment.getTime() + dayMs);

/** Mail is often read late, and a person must be able to unsubscribe from it all the same. */
export const unsubscribeLinkExpiry = (sentAt: Date): Date => new Date(sentAt.getTime() + unsubscribeDays * dayMs);

/** Returns the token of a link: text for a URL. */
export function signLink([secret]: LinkSecrets, { purpose, partnerId, messageId, expiresAt }: ReminderLink): string {
  const token = Buffer.alloc(tokenBytes);
  token[0] = version;
  token[purposeAt] = linkPurposes.indexOf(purpose);
  writeUuid(token, partnerId, partnerAt);
  writeUuid(token, messageId, messageAt);
  token.writeUIntBE(expiresAt.getTime(), expiryAt, signatureAt - expiryAt);
  signatureOf(secret, token).copy(token, signatureAt);
  return token.toString('base64url');
}

/** Returns the link of a token; null if the token is malformed, forged or expired. `now` is in milliseconds since 1970. */
export function readLink(secrets: LinkSecrets, text: string, now: number): ReminderLink | null {
  if (!shape.test(text)) return null;
  const token = Buffer.from(text, 'base64url');
  const signature = token.subarray(signatureAt);
  if (!secrets.some((secret) => timingSafeEqual(signatureOf(secret, token), signature))) return null;
  const purpose = linkPurposes[token[purposeAt]!];
  const expiresAt = new Date(token.readUIntBE(expiryAt, signatureAt - expiryAt));
  if (token[0] !== version || purpose === undefined || expiresAt.getTime() <= now) return null;
  return { purpose, partnerId: readUuid(token, partnerAt), messageId: readUuid(token, messageAt), expiresAt };
}

/** The address of a link. `publicUrl` has no slash at its end. */
export function linkUrl(secrets: LinkSecrets, publicUrl: string, link: ReminderLink): string {
  return `${publicUrl}/${link.purpose === 'UNSUBSCRIBE' ? 'unsubscribe' : 'r'}/${signLink(secrets, link)}`;
}

const signatureOf = (secret: string, token: Buffer): Buffer =>
  createHmac('sha256', secret).update('reminder link ').update(token.subarray(0, signatureAt)).digest();

function writeUuid(token: Buffer, uuid: string, at: number): void {
  const hex = uuid.replaceAll('-', '');
  if (token.write(hex, at, 'hex') !== 16 || hex.length !== 32) throw new Error('A link needs UUIDs.');
}

function readUuid(token: Buffer, at: number): string {
  return token.toString('hex', at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
