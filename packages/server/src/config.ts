import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isCalendarDate } from './calendar-date.ts';

/** How tokens are signed that are taken: with a private key only, so that who can check a token cannot make one. */
const tokenAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Where people sign on, and what their tokens must say; all of it is pinned. */
export type SignOnConfig = {
  issuer: string;
  audience: string;
  /** Its public keys. */
  keysUrl: URL;
  algorithms: string[];
  /** The claim that names the partner. */
  partnerClaim: string;
  /** The claim, and its value, that make an operator of the vendor; without it no token does. */
  operatorClaim?: { name: string; value: string };
};

export type Config = {
  environment: 'development' | 'production' | 'test';
  host: string;
  /** 0 = any free port */
  port: number;
  /** The PostgreSQL to use; without it the embedded one runs in dataDir. */
  databaseUrl?: string;
  /** The address of the tables' owner, for migrations, where databaseUrl is a serving login that owns nothing. */
  migrationDatabaseUrl?: string;
  /** Absolute. */
  dataDir: string;
  /** IANA name; it turns the clock into the business date. */
  businessTimeZone: string;
  /** YYYY-MM-DD, instead of the clock. */
  businessDate?: string;
  sampleData: boolean;
  explorers: boolean;
  introspection: boolean;
  corsOrigins: string[];
  /** Tokens of a company's own sign-on, beside API keys. */
  signOn?: SignOnConfig;
  bodyLimitBytes: number;
  /** Requests worked on at the same time, and those that wait for their turn. */
  maxRequestsInWork: number;
  maxRequestsWaiting: number;
  /** Points one query may cost. */
  maxQueryCost: number;
  /** Points a partner may spend at once, and how fast they come back. */
  costBucket: number;
  costRestorePerSecond: number;
  poolSize: number;
  statementTimeoutMs: number;
  /** Off for a pooler that hands each transaction to another connection. */
  preparedStatements: boolean;
  logLevel: (typeof logLevels)[number];
};

/** Every wrong variable, each in a sentence. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Where the user stands: npm runs a script in the folder of its package, and tells where it was called. */
export const userFolder = (env: NodeJS.ProcessEnv = process.env): string => env['INIT_CWD'] ?? process.cwd();

/** The only reader of the environment. An empty variable counts as none. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const isProduction = given['NODE_ENV'] === 'production';
  const { data, error } = variables(isProduction).safeParse(given);
  const faults = error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? [];
  if (given['MIGRATION_DATABASE_URL'] && !given['DATABASE_URL'])
    faults.push('MIGRATION_DATABASE_URL needs DATABASE_URL beside it, the address to serve from.');
  if (data && data.MAX_QUERY_COST > data.COST_BUCKET)
    faults.push('COST_BUCKET must hold at least MAX_QUERY_COST, or the dearest queries could never be answered.');
  const missing = signOnVariables.filter((name) => !given[name]);
  if (Object.keys(given).some((name) => name.startsWith('JWT_')) && missing.length > 0)
    faults.push(
      `${missing.join(', ')} must be set too: tokens are taken of one issuer, for one audience, signed with keys from one address.`,
    );
  if (!data || faults.length > 0) throw new ConfigError(faults);
  return {
    environment: data.NODE_ENV,
    host: data.HOST,
    port: data.PORT,
    ...(data.DATABASE_URL && { databaseUrl: data.DATABASE_URL }),
    ...(data.MIGRATION_DATABASE_URL && { migrationDatabaseUrl: data.MIGRATION_DATABASE_URL }),
    dataDir: data.DATA_DIR ? resolve(data.DATA_DIR) : resolve(repositoryRoot, '.data'),
    businessTimeZone: data.BUSINESS_TIME_ZONE,
    ...(data.BUSINESS_DATE && { businessDate: data.BUSINESS_DATE }),
    sampleData: data.SAMPLE_DATA,
    explorers: data.EXPLORERS,
    introspection: data.INTROSPECTION,
    corsOrigins: data.CORS_ORIGINS,
    ...(data.JWT_ISSUER &&
      data.JWT_AUDIENCE &&
      data.JWT_JWKS_URL && {
        signOn: {
          issuer: data.JWT_ISSUER,
          audience: data.JWT_AUDIENCE,
          keysUrl: data.JWT_JWKS_URL,
          algorithms: data.JWT_ALGORITHMS,
          partnerClaim: data.JWT_PARTNER_CLAIM,
          ...(data.JWT_OPERATOR_CLAIM && { operatorClaim: data.JWT_OPERATOR_CLAIM }),
        },
      }),
    bodyLimitBytes: data.BODY_LIMIT,
    maxRequestsInWork: data.MAX_REQUESTS_IN_WORK,
    maxRequestsWaiting: data.MAX_REQUESTS_WAITING,
    maxQueryCost: data.MAX_QUERY_COST,
    costBucket: data.COST_BUCKET,
    costRestorePerSecond: data.COST_RESTORE_PER_SECOND,
    poolSize: data.POOL_SIZE,
    statementTimeoutMs: data.STATEMENT_TIMEOUT_MS,
    preparedStatements: data.PREPARED_STATEMENTS,
    logLevel: data.LOG_LEVEL,
  };
}

const signOnVariables = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'] as const;

const variables = (isProduction: boolean) =>
  z.object({
    NODE_ENV: oneOf(['development', 'production', 'test'], 'development'),
    HOST: z.string().default('127.0.0.1'),
    PORT: wholeNumber(0, 65_535, 4000),
    DATABASE_URL: databaseUrl(),
    MIGRATION_DATABASE_URL: databaseUrl(),
    DATA_DIR: z.string().optional(),
    BUSINESS_TIME_ZONE: z
      .string()
      .refine(isTimeZone, { error: ({ input }) => `must be an IANA time zone such as Europe/Berlin, not "${String(input)}".` })
      .default('UTC'),
    BUSINESS_DATE: z
      .string()
      .refine(isCalendarDate, { error: ({ input }) => `must be a date as YYYY-MM-DD, not "${String(input)}".` })
      .refine(() => !isProduction, { error: 'must not be set in production, where the clock tells the date.' })
      .optional(),
    SAMPLE_DATA: onOff(!isProduction),
    EXPLORERS: onOff(!isProduction),
    INTROSPECTION: onOff(!isProduction),
    CORS_ORIGINS: z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim()))
      .refine((origins) => origins.every(isOrigin), {
        error: 'must be a comma-separated list of origins such as https://partners.example.com, without paths and wildcards.',
      })
      .default([]),
    JWT_ISSUER: z.string().optional(),
    JWT_AUDIENCE: z.string().optional(),
    JWT_JWKS_URL: z
      .string()
      .refine(isKeysUrl, { error: 'must be an address of https, or of http on this machine, without a password.' })
      .transform((text) => new URL(text))
      .optional(),
    JWT_ALGORITHMS: z
      .string()
      .transform((text) => text.split(',').map((name) => name.trim()))
      .refine((names) => names.every((name) => (tokenAlgorithms as readonly string[]).includes(name)), {
        error: `must be a comma-separated list out of ${tokenAlgorithms.join(', ')}.`,
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
    BODY_LIMIT: wholeNumber(1_000, 100_000_000, 1_000_000),
    MAX_REQUESTS_IN_WORK: wholeNumber(1, 10_000, 10),
    MAX_REQUESTS_WAITING: wholeNumber(0, 10_000, 200),
    MAX_QUERY_COST: wholeNumber(1, 100_000_000, 10_000),
    COST_BUCKET: wholeNumber(1, 999_999_999, 100_000),
    COST_RESTORE_PER_SECOND: wholeNumber(1, 999_999_999, 10_000),
    POOL_SIZE: wholeNumber(1, 1_000, 10),
    STATEMENT_TIMEOUT_MS: wholeNumber(1, 600_000, 10_000),
    PREPARED_STATEMENTS: onOff(true),
    LOG_LEVEL: oneOf(logLevels, 'info'),
  });

function oneOf<const Value extends string>(values: readonly Value[], fallback: NoInfer<Value>) {
  return z
    .enum(values, { error: ({ input }) => `must be one of ${values.join(', ')}, not "${String(input)}".` })
    .default(fallback as never);
}

function onOff(fallback: boolean) {
  return oneOf(['on', 'off'], fallback ? 'on' : 'off').transform((value) => value === 'on');
}

function wholeNumber(least: number, most: number, fallback: number) {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: ({ input }) => `must be a whole number from ${least} to ${most}, not "${String(input)}".`,
    })
    .transform(Number)
    .default(fallback);
}

function databaseUrl() {
  return (
    z
      .string()
      // The value is left out: it may hold a password.
      .refine((text) => /^postgres(ql)?:\/\//.test(text), {
        error: 'must be an address such as postgres://user:password@host:5432/database.',
      })
      .optional()
  );
}

function isTimeZone(name: string): boolean {
  // Newer engines take offsets such as +02:00 too, which know no daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  try {
    const { origin, protocol } = new URL(text);
    return origin === text && (protocol === 'https:' || protocol === 'http:');
  } catch {
    return false;
  }
}

/** Whoever can change the keys on their way can sign on as anybody. */
function isKeysUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback));
}
