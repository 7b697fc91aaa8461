import { distance } from 'fastest-levenshtein';
import { isIP } from 'node:net';
import { z } from 'zod';
import { isCalendarDate, isTimeZone } from './calendar-date.ts';
import { isLoopback, mailVariables } from './config.mail.ts';

/** Accepted signature algorithms of sign-on tokens. All are asymmetric, so the keys that verify a token cannot sign one. */
const tokenAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

export const logFormats = ['json', 'pretty'] as const;
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The schema of the environment variables: what each one accepts, its default and its error message. */
export const variables = (isProduction: boolean) =>
  z.object({
    NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
    HOST: z.string().default('127.0.0.1'),
    PORT: wholeNumber(0, 65_535, 4000),
    DATABASE: oneOf(['embedded']).optional(),
    DATABASE_URL: databaseUrl(),
    READ_DATABASE_URL: databaseUrl(),
    MIGRATION_DATABASE_URL: databaseUrl(),
    DATA_DIR: z.string().optional(),
    BUSINESS_TIME_ZONE: z
      .string()
      .refine(isTimeZone, { error: ({ input }) => `must be an IANA time zone such as Europe/Berlin, not "${String(input)}".` })
      .default('UTC'),
    BUSINESS_DATE: z
      .string()
      .refine(isCalendarDate, { error: ({ input }) => `must be a date as YYYY-MM-DD, not "${String(input)}".` })
      .refine(() => !isProduction, { error: 'must not be set in production: there the clock sets the date.' })
      .optional(),
    SAMPLE_DATA: onOff(!isProduction),
    EXPLORERS: onOff(!isProduction),
    INTROSPECTION: onOff(!isProduction),
    CORS_ORIGINS: z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim()))
      .refine((origins) => origins.every(isOrigin), {
        error: 'must be a comma-separated list of origins such as https://partners.example.com, without paths or wildcards.',
      })
      .default([]),
    TRUSTED_PROXIES: z
      .string()
      .transform((text) => text.split(',').map((address) => address.trim()))
      .refine((addresses) => addresses.every(isAddressOrNetwork), {
        error: 'must be a comma-separated list of IP addresses or networks, such as 10.0.0.5,10.1.0.0/16.',
      })
      .default([]),
    JWT_ISSUER: z.string().optional(),
    JWT_AUDIENCE: z.string().optional(),
    JWT_JWKS_URL: z
      .string()
      .refine(isKeysUrl, { error: 'must be an https address, or an http address of this machine, without a password.' })
      .transform((text) => new URL(text))
      .optional(),
    JWT_ALGORITHMS: z
      .string()
      .transform((text) => text.split(',').map((name) => name.trim()))
      .refine((names) => names.every((name) => (tokenAlgorithms as readonly string[]).includes(name)), {
        error: `must be a comma-separated list of these: ${tokenAlgorithms.join(', ')}.`,
      })
      .default(['RS256', 'ES256', 'EdDSA']),
    JWT_PARTNER_CLAIM: z.string().default('partner_id'),
    JWT_OPERATOR_CLAIM: z
      .string()
      .refine((text) => /^[^=]+=.+$/.test(text), {
        error: ({ input }) => `must be a claim and its value, such as role=operator, not "${String(input)}".`,
      })
      .transform((text) => ({ name: text.slice(0, text.indexOf('=')), value: text.slice(text.indexOf('=') + 1) }))
      .optional(),
    OIDC_ISSUER: z
      .string()
      .refine(isKeysUrl, { error: 'must be an https address, or an http address of this machine, without a password.' })
      .transform((text) => new URL(text))
      .optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    OIDC_NAME: z.string().max(60, { error: 'must have at most 60 characters.' }).optional(),
    OIDC_PARTNER_CLAIM: z.string().default('partner_id'),
    OIDC_SCOPE: z
      .string()
      .refine((text) => text.split(' ').includes('openid'), {
        error: ({ input }) => `must be a list of scopes with openid, separated by spaces, not "${String(input)}".`,
      })
      .default('openid email'),
    SESSION_HOURS: wholeNumber(1, 720, 12),
    LINK_SECRET: z
      .string()
      .transform((text) => text.split(',').map((secret) => secret.trim()))
      // The message leaves out the value: with it, anybody could act for a user.
      .refine((secrets) => secrets.every((secret) => secret.length >= 32), {
        error: 'must have at least 32 characters; in a comma-separated list, each one. `openssl rand -base64 32` makes one.',
      })
      .transform((secrets) => secrets as [string, ...string[]])
      .optional(),
    ...mailVariables(),
    BODY_LIMIT: wholeNumber(1_000, 100_000_000, 1_000_000),
    MAX_REQUESTS_IN_WORK: wholeNumber(1, 10_000, 10),
    MAX_REQUESTS_WAITING: wholeNumber(0, 10_000, 200),
    MAX_QUERY_COST: wholeNumber(1, 100_000_000, 10_000),
    COST_BUCKET: wholeNumber(1, 999_999_999, 100_000),
    COST_RESTORE_PER_SECOND: wholeNumber(1, 999_999_999, 10_000),
    COST_PER_DATABASE_MS: wholeNumber(0, 1_000_000, 100),
    POOL_SIZE: wholeNumber(1, 1_000, 10),
    STATEMENT_TIMEOUT_MS: wholeNumber(1, 600_000, 10_000),
    PREPARED_STATEMENTS: oneOf(['on', 'off'])
      .transform((value) => value === 'on')
      .optional(),
    GENERIC_PLANS: onOff(true),
    WORKER: onOff(true),
    MAIL_PER_MINUTE: wholeNumber(1, 1_000_000, 600),
    MAIL_PER_MINUTE_OF_PARTNER: wholeNumber(1, 1_000_000, 120),
    METRICS_PORT: optionalNumber(0, 65_535).optional(),
    METRICS_TOKEN: z
      .string()
      // The message leaves out the value.
      .refine((text) => /^[\x21-\x7e]{16,}$/.test(text), { error: 'must have at least 16 characters, without spaces.' })
      .optional(),
    LOG_LEVEL: oneOf(logLevels).default('info'),
    LOG_FORMAT: oneOf(logFormats).optional(),
  });

function oneOf<const Value extends string>(values: readonly Value[]) {
  const choice = values.length === 1 ? `be ${values[0]}` : `be one of ${values.join(', ')}`;
  return z.enum(values, { error: ({ input }) => `must ${choice}, not "${String(input)}".` });
}

function onOff(fallback: boolean) {
  return oneOf(['on', 'off'])
    .default(fallback ? 'on' : 'off')
    .transform((value) => value === 'on');
}

function wholeNumber(min: number, max: number, fallback: number) {
  return optionalNumber(min, max).default(fallback);
}

function optionalNumber(min: number, max: number) {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: ({ input }) => `must be a whole number from ${min} to ${max}, not "${String(input)}".`,
    })
    .transform(Number);
}

function databaseUrl() {
  return (
    z
      .string()
      // The message leaves out the value: it may contain a password.
      .refine((text) => /^postgres(ql)?:\/\//.test(text), {
        error: 'must be an address such as postgres://user:password@host:5432/database.',
      })
      .optional()
  );
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isOrigin(text: string): boolean {
  try {
    const { origin, protocol } = new URL(text);
    return origin === text && (protocol === 'https:' || protocol === 'http:');
  } catch {
    return false;
  }
}

/** HTTPS or loopback only: an attacker that alters the keys in transit could sign tokens for any user. */
function isKeysUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}

// Others use some of our beginnings too: SESSION_MANAGER is a desktop's, and NODE_OPTIONS is Node's.
const ownBeginnings = /^(JWT|OIDC|DKIM|SMTP|MAIL|COST|POOL|LINK|CORS|TRUSTED|STATEMENT|DATABASE|BUSINESS|METRICS|SESSION(?!_MANAGER)|LOG)_/;

// Names of an earlier version, and those of now.
const renamed = new Map([['COST_PER_READING_MS', 'COST_PER_DATABASE_MS']]);

/** Sentences about variables that look like ours and are not. A program ignores what it does not know, and a mistyped limit goes unnoticed. */
export function unknownVariables(given: Record<string, unknown>): string[] {
  const known = Object.keys(variables(false).shape);
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const now = renamed.get(name);
      if (now !== undefined) return [`${name} is ${now} now.`];
      const [nearest = ''] = known.filter((each) => isMistyped(name, each)).sort((a, b) => distanceOf(name, a) - distanceOf(name, b));
      // Values stay out: they may be secrets.
      if (nearest) return [`${name} is not a variable of this server. Did you mean ${nearest}?`];
      return ownBeginnings.test(name) ? [`${name} is not a variable of this server.`] : [];
    });
}

const distanceOf = (name: string, known: string) => distance(name.toUpperCase().replaceAll('-', '_'), known);

/** Whether a word has little in common with ours in its place: TEST_DATABASE_URL is not READ_DATABASE_URL. */
function hasOtherWord(name: string, known: string): boolean {
  const words = name.split(/[_-]/);
  const own = known.split('_');
  return words.length === own.length && own.some((word, index) => distanceOf(words[index]!, word) > Math.ceil(word.length / 2));
}

/** In short names, two letters make another word: HOME is not HOST. */
function isMistyped(name: string, known: string): boolean {
  const isSwap = name.length === known.length && lettersOf(name) === lettersOf(known);
  const most = known.length < 9 ? 1 : known.length < 14 ? 2 : 3;
  const isBeginning = name.includes('_') && known.startsWith(`${name}_`);
  return isBeginning || (distanceOf(name, known) <= (isSwap ? 2 : most) && !hasOtherWord(name, known));
}

const lettersOf = (name: string) => name.split('').sort().join('');
