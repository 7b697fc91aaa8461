import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { domainOf, isEmailAddress } from './email-address.ts';

/** The mail server that takes our mail. */
export type SmtpServer = {
  host: string;
  port: number;
  /** TLS from the first byte, or by STARTTLS: needed, used if the server offers it, or never. */
  tls: 'IMPLICIT' | 'REQUIRED' | 'OFFERED' | 'NEVER';
  login: { user: string; password: string } | null;
};

export type MailConfig = {
  /** Without it no mail leaves. */
  smtp?: SmtpServer;
  from: { name: string; address: string };
  /** Where bounces go: the sender of the envelope. */
  bounceAddress: string;
  dkim?: { domain: string; selector: string; privateKey: string };
  /** The vendor's own address for reminders. */
  vendorAddress?: string;
};

/** The schema of the variables about mail. No message has the value of one that may hold a password. */
export const mailVariables = () => ({
  SMTP_URL: parsed(
    smtpServer,
    'must be an address such as smtps://user:password@mail.example.com:465 or smtp://mail.example.com:587?tls=required.',
  ),
  MAIL_FROM: parsed(mailbox, 'must be an e-mail address, with a name if you like: Renewals <renewals@example.com>.'),
  MAIL_BOUNCE: address(),
  DKIM_DOMAIN: parsed(hostName, 'must be a domain such as example.com.'),
  DKIM_SELECTOR: parsed(
    (text) => (/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(text) ? text : null),
    'must be letters and digits, such as mail2026.',
  ),
  DKIM_KEY: parsed(privateKey, 'must be an RSA private key of at least 1024 bits as PEM, or the path of a file that has it.'),
  VENDOR_MAIL: address(),
  PUBLIC_URL: parsed(publicUrl, 'must be an https address, or an http address of this machine, without a password, query or hash.'),
});

type MailVariables = z.infer<z.ZodObject<ReturnType<typeof mailVariables>>>;

/** Errors of variables that need each other. */
export function mailErrors(given: Record<string, string | undefined>, data: MailVariables | undefined): string[] {
  const errors = [];
  const missing = ['MAIL_FROM', 'PUBLIC_URL'].filter((name) => !given[name]);
  if (given['SMTP_URL'] && missing.length > 0)
    errors.push(`${missing.join(', ')} must be set too: mail needs a sender, and its links an address.`);
  const dkim = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_KEY'];
  const missingOfDkim = dkim.filter((name) => !given[name]);
  if (missingOfDkim.length > 0 && missingOfDkim.length < dkim.length)
    errors.push(`${missingOfDkim.join(', ')} must be set too: signatures need ${dkim.join(', ')}.`);
  const from = data?.MAIL_FROM && domainOf(data.MAIL_FROM.address).toLowerCase();
  if (from && data.DKIM_DOMAIN && from !== data.DKIM_DOMAIN && !from.endsWith(`.${data.DKIM_DOMAIN}`))
    errors.push('DKIM_DOMAIN must be the domain of MAIL_FROM or one above it: otherwise DMARC ignores the signature.');
  return errors;
}

export function mailConfig(data: MailVariables): MailConfig {
  // The address without SMTP_URL: kept mail only.
  const from = data.MAIL_FROM ?? { name: null, address: 'renewals@partner-renewals.example' };
  return {
    ...(data.SMTP_URL && { smtp: data.SMTP_URL }),
    from: { name: from.name ?? 'Partner Renewals', address: from.address },
    bounceAddress: data.MAIL_BOUNCE ?? from.address,
    ...(data.DKIM_DOMAIN &&
      data.DKIM_SELECTOR &&
      data.DKIM_KEY && { dkim: { domain: data.DKIM_DOMAIN, selector: data.DKIM_SELECTOR, privateKey: data.DKIM_KEY } }),
    ...(data.VENDOR_MAIL && { vendorAddress: data.VENDOR_MAIL }),
  };
}

/** An optional variable whose text a function turns into a value, or into null if it is faulty. */
function parsed<Value>(parse: (text: string) => Value | null, message: string) {
  return z
    .string()
    .transform((text, context) => {
      const value = parse(text.trim());
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .optional();
}

const address = () => parsed((text) => (isEmailAddress(text) ? text : null), 'must be an e-mail address.');

function mailbox(text: string): { name: string | null; address: string } | null {
  const [, name = '', inBrackets] = /^([^<>]*)<([^<>]+)>$/.exec(text) ?? [];
  const found = (inBrackets ?? text).trim();
  if (!isEmailAddress(found) || /\p{C}/u.test(name)) return null;
  return { name: name.trim().replace(/^"(.*)"$/, '$1') || null, address: found };
}

function smtpServer(text: string): SmtpServer | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return null;
  if (!['', '/'].includes(url.pathname) || url.hash !== '' || [...url.searchParams.keys()].some((name) => name !== 'tls')) return null;
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === null || password === null || (user === '') !== (password === '')) return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const login = user === '' ? null : { user, password };
  if (url.protocol === 'smtps:')
    return url.searchParams.has('tls') ? null : { host, port: Number(url.port || 465), tls: 'IMPLICIT', login };
  // A password never leaves this machine in the clear.
  const usual = login && !isLoopback(url.hostname) ? 'required' : 'offered';
  const tls = { required: 'REQUIRED', offered: 'OFFERED', never: 'NEVER' }[url.searchParams.get('tls') ?? usual] as
    | SmtpServer['tls']
    | undefined;
  return tls ? { host, port: Number(url.port || 587), tls, login } : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function hostName(text: string): string | null {
  return /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(text) ? text.toLowerCase() : null;
}

/** A key that cannot sign would let mail leave unsigned, so it is tried here. DKIM's other algorithm, Ed25519, is not widely verified. */
function privateKey(text: string): string | null {
  let key: KeyObject;
  try {
    // Some tools that set variables write a line break as \n.
    key = createPrivateKey(text.startsWith('-----BEGIN ') ? text.replaceAll(String.raw`\n`, '\n') : readFileSync(text, 'utf8'));
  } catch {
    return null;
  }
  const { asymmetricKeyDetails, asymmetricKeyType } = key;
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < 1024) return null;
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Without a slash at its end. */
function publicUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return null;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return null;
  return url.href.replace(/[?#]+$/, '').replace(/\/+$/, '');
}

export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
