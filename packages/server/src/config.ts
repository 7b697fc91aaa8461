import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mailConfig, mailErrors, type MailConfig } from './config.mail.ts';
import { unknownVariables, variables, type logFormats, type logLevels } from './config.variables.ts';

/** The identity provider of the company, and the claims that its tokens must have. */
export type SignOnConfig = {
  issuer: string;
  audience: string;
  /** The address of the issuer's public keys (JWKS). */
  keysUrl: URL;
  algorithms: string[];
  /** The name of the claim that holds the partner's id. */
  partnerClaim: string;
  /** The claim and its value that identify an operator of the vendor. Without it, no token belongs to an operator. */
  operatorClaim?: { name: string; value: string };
};

/** The identity provider at which people sign in to the page, by OpenID Connect. */
export type OpenIdConfig = {
  issuer: URL;
  clientId: string;
  /** Without it, the client is a public one. */
  clientSecret?: string;
  /** What the page calls it. */
  name: string;
  /** The name of the claim that holds the partner's id. */
  partnerClaim: string;
  scope: string;
};

export type Config = {
  environment: 'development' | 'production' | 'test';
  host: string;
  /** 0 = any free port */
  port: number;
  /** The PostgreSQL server to use. Without it, the embedded one runs in dataDir. */
  databaseUrl?: string;
  /** A standby of that server, from which lists are read. */
  readDatabaseUrl?: string;
  /** The login of the tables' owner, for migrations. Needed if the login in databaseUrl owns no tables. */
  migrationDatabaseUrl?: string;
  /** An absolute path. */
  dataDir: string;
  /** An IANA time zone; the business date is the current date in it. */
  businessTimeZone: string;
  /** A fixed business date (YYYY-MM-DD) that replaces the clock. */
  businessDate?: string;
  sampleData: boolean;
  explorers: boolean;
  introspection: boolean;
  corsOrigins: string[];
  /** Addresses or networks of the proxies in front of the server. Only their X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** If set, the server accepts tokens of the company's sign-on as well as API keys. */
  signOn?: SignOnConfig;
  /** If set, people can sign in to the page by the company's sign-on; publicUrl is set, too. */
  openId?: OpenIdConfig;
  /** How long a browser stays signed in, in all. */
  sessionHours: number;
  /** Secrets of the links in e-mails: the first signs, all verify. Without them, a random one is kept in dataDir. */
  linkSecrets?: [string, ...string[]];
  mail: MailConfig;
  /** The address of the server for links in mail, without a slash at its end. */
  publicUrl?: string;
  bodyLimitBytes: number;
  /** The most requests that run at the same time, and the most that wait in the queue. */
  maxRequestsInWork: number;
  maxRequestsWaiting: number;
  /** The most points that one query may cost. */
  maxQueryCost: number;
  /** The size of a partner's bucket of points, and its refill rate. */
  costBucket: number;
  costRestorePerSecond: number;
  /** Points for each millisecond in which a request's long reads and writes keep the database busy; the first ones are free. */
  costPerDatabaseMs: number;
  poolSize: number;
  statementTimeoutMs: number;
  /** Whether statements have names; unless given, when no connection pooler is in front. */
  preparedStatements?: boolean;
  /** Whether PostgreSQL plans a statement once for all values. An engine with shards finds the shard of a statement by its values. */
  genericPlans: boolean;
  /** Whether the server also plans and sends reminders. */
  worker: boolean;
  /** The most mails that one worker sends in a minute: in all, and of one partner. */
  mailPerMinute: number;
  mailPerMinuteOfPartner: number;
  /** The port of metrics and health checks alone; 0 = any free port. */
  metricsPort?: number;
  /** What a scrape must send as a bearer token. */
  metricsToken?: string;
  logLevel: (typeof logLevels)[number];
  /** By default, lines for people on a terminal, and JSON elsewhere. */
  logFormat?: (typeof logFormats)[number];
  /** Variables that are probably mistyped, a sentence each. */
  warnings: readonly string[];
};

/** All errors in the environment variables, one sentence each. */
export class ConfigError extends Error {
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super(errors.join('\n'));
    this.name = 'ConfigError';
    this.errors = errors;
  }
}

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
/** How a person runs a command: in a clone of the repository, or in what `npm run build` has made. */
export const renewals = existsSync(resolve(repositoryRoot, 'packages/setup.mjs')) ? 'npm run renewals --' : 'renewals';
/** Of this program. */
export const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
const openIdVariables = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'PUBLIC_URL'] as const;
const signOnVariables = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'] as const;

/** Where the user stands: npm runs a script in the folder of its package, and sets INIT_CWD to where it was called. */
export const userFolder = (env: NodeJS.ProcessEnv = process.env): string => env['INIT_CWD'] ?? process.cwd();

/** Reads the environment; no other code does. An empty variable counts as unset. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const isProduction = given['NODE_ENV'] === 'production';
  const { data, error } = variables(isProduction).safeParse(given);
  const errors = error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? [];
  const warnings = unknownVariables(given);
  errors.push(...databaseErrors(given));
  if (given['MIGRATION_DATABASE_URL'] && !given['DATABASE_URL'])
    errors.push('MIGRATION_DATABASE_URL needs DATABASE_URL too, the login that the server uses.');
  if (given['READ_DATABASE_URL'] && !given['DATABASE_URL'])
    errors.push('READ_DATABASE_URL needs DATABASE_URL too, the server of which it is a standby.');
  if (data && data.MAX_QUERY_COST > data.COST_BUCKET)
    errors.push('COST_BUCKET must be at least MAX_QUERY_COST: otherwise the most expensive queries could never run.');
  if (given['SMTP_URL'] && !given['LINK_SECRET'])
    errors.push('LINK_SECRET must be set too: SMTP_URL sends e-mails, and it signs the links in them.');
  const missing = signOnVariables.filter((name) => !given[name]);
  if (Object.keys(given).some((name) => name.startsWith('JWT_')) && missing.length > 0)
    errors.push(`${missing.join(', ')} must be set too: sign-on needs ${signOnVariables.join(', ')}.`);
  const missingOfOpenId = openIdVariables.filter((name) => !given[name]);
  if (Object.keys(given).some((name) => name.startsWith('OIDC_')) && missingOfOpenId.length > 0)
    errors.push(`${missingOfOpenId.join(', ')} must be set too: sign-in by OpenID Connect needs ${openIdVariables.join(', ')}.`);
  errors.push(...mailErrors(given, data));
  // A mistyped name may be the reason of an error.
  if (!data || errors.length > 0) throw new ConfigError([...errors, ...warnings]);
  return {
    environment: data.NODE_ENV,
    host: data.HOST,
    port: data.PORT,
    ...(data.DATABASE_URL && { databaseUrl: data.DATABASE_URL }),
    ...(data.READ_DATABASE_URL && { readDatabaseUrl: data.READ_DATABASE_URL }),
    ...(data.MIGRATION_DATABASE_URL && { migrationDatabaseUrl: data.MIGRATION_DATABASE_URL }),
    dataDir: data.DATA_DIR ? resolve(data.DATA_DIR) : resolve(repositoryRoot, '.data'),
    businessTimeZone: data.BUSINESS_TIME_ZONE,
    ...(data.BUSINESS_DATE && { businessDate: data.BUSINESS_DATE }),
    sampleData: data.SAMPLE_DATA,
    explorers: data.EXPLORERS,
    introspection: data.INTROSPECTION,
    corsOrigins: data.CORS_ORIGINS,
    trustedProxies: data.TRUSTED_PROXIES,
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
    ...(data.OIDC_ISSUER &&
      data.OIDC_CLIENT_ID && {
        openId: {
          issuer: data.OIDC_ISSUER,
          clientId: data.OIDC_CLIENT_ID,
          ...(data.OIDC_CLIENT_SECRET && { clientSecret: data.OIDC_CLIENT_SECRET }),
          name: data.OIDC_NAME ?? data.OIDC_ISSUER.hostname,
          partnerClaim: data.OIDC_PARTNER_CLAIM,
          scope: data.OIDC_SCOPE,
        },
      }),
    sessionHours: data.SESSION_HOURS,
    ...(data.LINK_SECRET && { linkSecrets: data.LINK_SECRET }),
    mail: mailConfig(data),
    ...(data.PUBLIC_URL && { publicUrl: data.PUBLIC_URL }),
    bodyLimitBytes: data.BODY_LIMIT,
    maxRequestsInWork: data.MAX_REQUESTS_IN_WORK,
    maxRequestsWaiting: data.MAX_REQUESTS_WAITING,
    maxQueryCost: data.MAX_QUERY_COST,
    costBucket: data.COST_BUCKET,
    costRestorePerSecond: data.COST_RESTORE_PER_SECOND,
    costPerDatabaseMs: data.COST_PER_DATABASE_MS,
    poolSize: data.POOL_SIZE,
    statementTimeoutMs: data.STATEMENT_TIMEOUT_MS,
    ...(data.PREPARED_STATEMENTS !== undefined && { preparedStatements: data.PREPARED_STATEMENTS }),
    genericPlans: data.GENERIC_PLANS,
    worker: data.WORKER,
    mailPerMinute: data.MAIL_PER_MINUTE,
    mailPerMinuteOfPartner: data.MAIL_PER_MINUTE_OF_PARTNER,
    ...(data.METRICS_PORT !== undefined && { metricsPort: data.METRICS_PORT }),
    ...(data.METRICS_TOKEN && { metricsToken: data.METRICS_TOKEN }),
    logLevel: data.LOG_LEVEL,
    ...(data.LOG_FORMAT && { logFormat: data.LOG_FORMAT }),
    warnings,
  };
}

/** Nobody should find out by an empty dashboard that production runs on another database than they meant. */
function databaseErrors(given: Record<string, string | undefined>): string[] {
  const { DATABASE, DATABASE_URL, DATA_DIR, NODE_ENV } = given;
  if (DATABASE && DATABASE_URL) return ['DATABASE=embedded and DATABASE_URL exclude each other: set one of them.'];
  if (NODE_ENV !== 'production' || DATABASE_URL) return [];
  if (!DATABASE) return ['DATABASE_URL must be set in production; or set DATABASE=embedded, and DATA_DIR for its data.'];
  return DATA_DIR ? [] : ['DATA_DIR must be set too: in production, the embedded database needs a folder that stays.'];
}
