import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLinkSecrets } from './link-secret.ts';
import { actingLinkExpiry, linkPurposes, linkUrl, readLink, signLink, unsubscribeLinkExpiry, type ReminderLink } from './reminder-link.ts';

const old = 'o'.repeat(32);
const current = 'c'.repeat(32);
const now = Date.parse('2026-11-27T12:00:00Z');
const link: ReminderLink = {
  purpose: 'ACCEPT',
  partnerId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  messageId: '00000000-0000-4000-8000-0000000000ff',
  expiresAt: new Date(now + 1),
};

test.each(linkPurposes)('a token for %s says what was signed, in 96 characters that a URL needs not escape', (purpose) => {
  const token = signLink([current], { ...link, purpose });
  expect(token).toMatch(/^[\w-]{96}$/);
  expect(readLink([current], token, now)).toEqual({ ...link, purpose });
});

test('a token is nothing from its expiry on', () => {
  const token = signLink([current], link);
  expect([now, now + 1, now + 2].map((at) => readLink([current], token, at) !== null)).toEqual([true, false, false]);
});

test('the first secret signs, and all verify, so that a secret can be replaced', () => {
  const token = signLink([old], link);
  expect(readLink([current, old], token, now)).toEqual(link);
  expect(readLink([current], token, now)).toBeNull();
  expect(signLink([current, old], link)).toBe(signLink([current], link));
});

test('a token with any other character, or of any other length, is nothing', () => {
  const token = signLink([current], link);
  const others = token
    .split('')
    .flatMap((character, at) =>
      ['A', 'B', 'b', '_', '-', '=', '.', '/', '+', ' ', '\0', 'é', character.toUpperCase(), character.toLowerCase()]
        .filter((other) => other !== character)
        .map((other) => token.slice(0, at) + other + token.slice(at + 1)),
    );
  const lengths = Array.from({ length: 96 }, (_, length) => token.slice(0, length));
  const longer = [`${token}A`, `${token}=`, `${token}\n`, ` ${token}`, token + token, `${token}%00`];
  expect([...others, ...lengths, ...longer].filter((text) => readLink([current], text, now) !== null)).toEqual([]);
  // Each bit of the bytes counts too.
  const bytes = Buffer.from(token, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(readLink([current], flipped.toString('base64url'), now)).toBeNull();
  }
});

test('a link has UUIDs only', () => {
  for (const messageId of ['', 'x', `${link.messageId}0`, link.messageId.replace('f', 'g')])
    expect(() => signLink([current], { ...link, messageId })).toThrow('UUID');
});

test('unsubscribing has its own path, works for 180 days, and acting for a day after the last moment', () => {
  expect(linkUrl([current], 'https://renewals.example', link)).toMatch(/^https:\/\/renewals\.example\/r\/[\w-]{96}$/);
  expect(linkUrl([current], 'https://renewals.example', { ...link, purpose: 'UNSUBSCRIBE' })).toMatch(/example\/unsubscribe\/[\w-]{96}$/);
  expect(unsubscribeLinkExpiry(new Date('2026-01-01T00:00:00Z'))).toEqual(new Date('2026-06-30T00:00:00Z'));
  expect(actingLinkExpiry(new Date('2026-01-01T00:00:00Z'))).toEqual(new Date('2026-01-02T00:00:00Z'));
});

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'link-secret-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('processes that start at once keep the same random secret, which only their user can read', async () => {
  const dataDir = join(folder, 'new', 'data');
  const secrets = await Promise.all(Array.from({ length: 20 }, () => readLinkSecrets({ dataDir })));
  expect(new Set(secrets.map(([secret]) => secret)).size).toBe(1);
  expect(secrets[0]![0]).toMatch(/^[\w-]{43}$/);
  const path = join(dataDir, 'link-secret');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['link-secret']);
  expect(await readFile(path, 'utf8')).toBe(`${secrets[0]![0]}\n`);
  expect(await readLinkSecrets({ dataDir: join(folder, 'other') })).not.toEqual(secrets[0]);
});

test('the secret of the configuration leaves the data folder alone, and a file that somebody emptied is an error without its contents', async () => {
  expect(await readLinkSecrets({ linkSecrets: [current, old], dataDir: join(folder, 'none') })).toEqual([current, old]);
  expect(await readdir(folder)).not.toContain('none');
  await writeFile(join(folder, 'link-secret'), 'hunter2\n');
  await chmod(join(folder, 'link-secret'), 0o600);
  const error = await readLinkSecrets({ dataDir: folder }).catch(String);
  expect(error).toMatch(/has fewer than 32 characters/);
  expect(error).not.toContain('hunter2');
});
