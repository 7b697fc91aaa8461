import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configErrorsOf } from '../testing/config-errors.ts';
import { readConfig } from './config.ts';

const pem = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const key = pem(1024);
const secret = { LINK_SECRET: 'a secret of at least 32 characters' };
const needed = { ...secret, MAIL_FROM: 'renewals@mail.example.com', PUBLIC_URL: 'https://renewals.example.com' };

describe('the configuration of mail', () => {
  test.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, tls: 'OFFERED', login: null }],
    ['smtp://mail.example.com:25?tls=never', { host: 'mail.example.com', port: 25, tls: 'NEVER', login: null }],
    ['smtp://mail.example.com?tls=required', { host: 'mail.example.com', port: 587, tls: 'REQUIRED', login: null }],
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, tls: 'IMPLICIT', login: null }],
    [
      'smtp://ann%40example.com:p%3A%2F@mail.example.com:587',
      { host: 'mail.example.com', port: 587, tls: 'REQUIRED', login: { user: 'ann@example.com', password: 'p:/' } },
    ],
    ['smtp://ann:secret@127.0.0.1:1025', { host: '127.0.0.1', port: 1025, tls: 'OFFERED', login: { user: 'ann', password: 'secret' } }],
    [
      'smtps://ann:secret@[2001:db8::1]:466/',
      { host: '2001:db8::1', port: 466, tls: 'IMPLICIT', login: { user: 'ann', password: 'secret' } },
    ],
  ])('reads %s', (SMTP_URL, smtp) => {
    expect(readConfig({ ...needed, SMTP_URL }).mail.smtp).toEqual(smtp);
  });

  test.each([
    'http://mail.example.com',
    'mail.example.com:25',
    'smtp://',
    'smtp://ann@mail.example.com',
    'smtp://:hunter2@mail.example.com',
    'smtp://ann:hunter2%ZZ@mail.example.com',
    'smtp://ann:hunter2@mail.example.com/box',
    'smtp://ann:hunter2@mail.example.com?tls=maybe',
    'smtp://ann:hunter2@mail.example.com?pool=false',
    'smtps://ann:hunter2@mail.example.com?tls=never',
    'smtp://ann:hunter2@mail.example.com#x',
  ])('refuses %s without repeating its password', (SMTP_URL) => {
    expect(configErrorsOf({ ...needed, SMTP_URL })).toEqual([
      'SMTP_URL must be an address such as smtps://user:password@mail.example.com:465 or smtp://mail.example.com:587?tls=required.',
    ]);
  });

  test('reads the sender, where bounces go, the vendor and the address of links', () => {
    const { mail, publicUrl } = readConfig({
      MAIL_FROM: '"Renewals" <renewals@mail.example.com>',
      MAIL_BOUNCE: 'bounces@mail.example.com',
      VENDOR_MAIL: 'partners@vendor.example',
      PUBLIC_URL: 'https://renewals.example.com/base/',
    });
    expect(mail).toEqual({
      from: { name: 'Renewals', address: 'renewals@mail.example.com' },
      bounceAddress: 'bounces@mail.example.com',
      vendorAddress: 'partners@vendor.example',
    });
    expect(publicUrl).toBe('https://renewals.example.com/base');
    expect(readConfig({ PUBLIC_URL: 'http://127.0.0.1:4000' }).publicUrl).toBe('http://127.0.0.1:4000');
    expect(readConfig({ MAIL_FROM: 'renewals@mail.example.com' }).mail).toEqual({
      from: { name: 'Partner Renewals', address: 'renewals@mail.example.com' },
      bounceAddress: 'renewals@mail.example.com',
    });
  });

  test.each([
    ['MAIL_FROM', 'renewals', 'an e-mail address, with a name'],
    ['MAIL_FROM', 'Renewals <renewals@localhost>', 'an e-mail address, with a name'],
    ['MAIL_FROM', 'A\nB <renewals@mail.example.com>', 'an e-mail address, with a name'],
    ['MAIL_BOUNCE', '"a b"@example.com', 'an e-mail address.'],
    ['VENDOR_MAIL', 'x@y.example, z@y.example', 'an e-mail address.'],
    ['PUBLIC_URL', 'http://renewals.example.com', 'an https address, or an http address of this machine'],
    ['PUBLIC_URL', 'https://ann:hunter2@renewals.example.com', 'an https address'],
    ['PUBLIC_URL', 'https://renewals.example.com?x', 'an https address'],
    ['PUBLIC_URL', 'renewals.example.com', 'an https address'],
  ])('refuses %s=%s', (name, value, message) => {
    expect(configErrorsOf({ [name]: value })).toEqual([expect.stringContaining(`${name} must be ${message}`)]);
    expect(String(configErrorsOf({ [name]: value }))).not.toContain('hunter2');
  });

  test('needs a sender and an address for links to send mail', () => {
    expect(configErrorsOf({ ...secret, SMTP_URL: 'smtp://localhost' })).toEqual([
      'MAIL_FROM, PUBLIC_URL must be set too: mail needs a sender, and its links an address.',
    ]);
    expect(configErrorsOf({ ...secret, SMTP_URL: 'smtp://localhost', MAIL_FROM: 'renewals@mail.example.com' })).toEqual([
      'PUBLIC_URL must be set too: mail needs a sender, and its links an address.',
    ]);
  });

  test('reads the key of signatures from the variable or a file, and tries it', () => {
    const file = join(tmpdir(), `dkim-${process.pid}.pem`);
    writeFileSync(file, key);
    const dkim = { MAIL_FROM: 'renewals@mail.example.com', DKIM_DOMAIN: 'Example.com', DKIM_SELECTOR: 'mail2026' };
    const fromFile = readConfig({ ...dkim, DKIM_KEY: file }).mail.dkim;
    expect(fromFile).toEqual({
      domain: 'example.com',
      selector: 'mail2026',
      privateKey: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/),
    });
    expect(readConfig({ ...dkim, DKIM_KEY: key }).mail.dkim).toEqual(fromFile);
    expect(readConfig({ ...dkim, DKIM_KEY: key.replaceAll('\n', String.raw`\n`) }).mail.dkim).toEqual(fromFile);
    const faulty = ['DKIM_KEY must be an RSA private key of at least 1024 bits as PEM, or the path of a file that has it.'];
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const DKIM_KEY of ['/no/such/file', '-----BEGIN PRIVATE KEY-----\nhunter2', pem(512), other])
      expect(configErrorsOf({ ...dkim, DKIM_KEY })).toEqual(faulty);
    expect(configErrorsOf({ DKIM_DOMAIN: 'example.com', DKIM_KEY: key })).toEqual([
      'DKIM_SELECTOR must be set too: signatures need DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY.',
    ]);
    expect(configErrorsOf({ ...dkim, DKIM_KEY: key, DKIM_DOMAIN: 'other.example' })).toEqual([
      'DKIM_DOMAIN must be the domain of MAIL_FROM or one above it: otherwise DMARC ignores the signature.',
    ]);
    expect(configErrorsOf({ ...dkim, DKIM_KEY: key, DKIM_DOMAIN: 'ample.com' })).toHaveLength(1);
    expect(configErrorsOf({ ...dkim, DKIM_KEY: key, DKIM_DOMAIN: 'not a domain' })).toEqual([
      'DKIM_DOMAIN must be a domain such as example.com.',
    ]);
    expect(configErrorsOf({ ...dkim, DKIM_KEY: key, DKIM_SELECTOR: 'a;b' })).toEqual([
      'DKIM_SELECTOR must be letters and digits, such as mail2026.',
    ]);
  });
});
