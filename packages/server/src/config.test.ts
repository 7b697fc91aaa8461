import { describe, expect, test } from '@jest/globals';
import { isAbsolute } from 'node:path';
import { configErrorsOf } from '../testing/config-errors.ts';
import { readConfig } from './config.ts';

const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://serving@db/renewals' };

describe('the configuration', () => {
  test('without variables serves on loopback, with sample data, explorers and introspection', () => {
    const { dataDir, ...config } = readConfig({});
    expect(isAbsolute(dataDir)).toBe(true);
    expect(dataDir).toMatch(/[\\/]\.data$/);
    expect(config).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 4000,
      businessTimeZone: 'UTC',
      sampleData: true,
      explorers: true,
      introspection: true,
      corsOrigins: [],
      mail: {
        from: { name: 'Partner Renewals', address: 'renewals@partner-renewals.example' },
        bounceAddress: 'renewals@partner-renewals.example',
      },
      bodyLimitBytes: 1_000_000,
      maxRequestsInWork: 10,
      maxRequestsWaiting: 200,
      maxQueryCost: 10_000,
      costBucket: 100_000,
      costRestorePerSecond: 10_000,
      costPerDatabaseMs: 100,
      poolSize: 10,
      trustedProxies: [],
      statementTimeoutMs: 10_000,
      genericPlans: true,
      worker: true,
      mailPerMinute: 600,
      mailPerMinuteOfPartner: 120,
      sessionHours: 12,
      logLevel: 'info',
      warnings: [],
    });
  });

  test('in production has no sample data, explorers or introspection unless they are turned on', () => {
    expect(readConfig(production)).toMatchObject({ sampleData: false, explorers: false, introspection: false });
    expect(readConfig({ ...production, EXPLORERS: 'on', INTROSPECTION: 'on' })).toMatchObject({
      explorers: true,
      introspection: true,
    });
  });

  test('reads the variables', () => {
    expect(
      readConfig({
        HOST: '::1',
        PORT: '0',
        DATABASE_URL: 'postgres://serving@db/renewals',
        MIGRATION_DATABASE_URL: 'postgresql://owner@db/renewals',
        DATA_DIR: '/var/lib/renewals',
        BUSINESS_TIME_ZONE: 'Europe/Berlin',
        BUSINESS_DATE: '2026-02-28',
        CORS_ORIGINS: 'https://a.example, http://localhost:5173',
        TRUSTED_PROXIES: '10.0.0.5, fd00::/8',
        SAMPLE_DATA: 'off',
      }),
    ).toMatchObject({
      host: '::1',
      port: 0,
      databaseUrl: 'postgres://serving@db/renewals',
      migrationDatabaseUrl: 'postgresql://owner@db/renewals',
      dataDir: '/var/lib/renewals',
      businessTimeZone: 'Europe/Berlin',
      businessDate: '2026-02-28',
      trustedProxies: ['10.0.0.5', 'fd00::/8'],
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
      sampleData: false,
    });
  });

  test('accepts sign-on tokens if issuer, audience and key address are set, with safe default algorithms', () => {
    const named = { JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'renewals', JWT_JWKS_URL: 'https://id.example/keys' };
    expect(readConfig({}).signOn).toBeUndefined();
    expect(readConfig(named).signOn).toEqual({
      issuer: 'https://id.example',
      audience: 'renewals',
      keysUrl: new URL('https://id.example/keys'),
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      partnerClaim: 'partner_id',
    });
    expect(
      readConfig({ ...named, JWT_ALGORITHMS: 'PS256, ES512', JWT_PARTNER_CLAIM: 'org', JWT_OPERATOR_CLAIM: 'https://id.example/role=a=b' })
        .signOn,
    ).toMatchObject({
      algorithms: ['PS256', 'ES512'],
      partnerClaim: 'org',
      operatorClaim: { name: 'https://id.example/role', value: 'a=b' },
    });
    expect(configErrorsOf({ JWT_ISSUER: 'https://id.example' })).toEqual([
      expect.stringMatching(/^JWT_AUDIENCE, JWT_JWKS_URL must be set too/),
    ]);
    expect(configErrorsOf({ JWT_OPERATOR_CLAIM: 'role=operator' })).toHaveLength(1);
  });

  test('takes an identity provider for the page only with all that it needs', () => {
    const named = { OIDC_ISSUER: 'https://id.example/acme', OIDC_CLIENT_ID: 'renewals', PUBLIC_URL: 'https://renewals.example.com' };
    expect(readConfig({}).openId).toBeUndefined();
    expect(readConfig(named).openId).toEqual({
      ...{ issuer: new URL('https://id.example/acme'), clientId: 'renewals', name: 'id.example' },
      ...{ partnerClaim: 'partner_id', scope: 'openid email' },
    });
    const further = { OIDC_CLIENT_SECRET: 's', OIDC_NAME: 'Acme', OIDC_PARTNER_CLAIM: 'org', OIDC_SCOPE: 'email openid org' };
    expect(readConfig({ ...named, ...further }).openId).toMatchObject({
      ...{ clientSecret: 's', name: 'Acme', partnerClaim: 'org', scope: 'email openid org' },
    });
    for (const name of Object.keys(named))
      expect(configErrorsOf({ ...named, OIDC_NAME: 'Acme', [name]: '' })).toEqual([
        expect.stringMatching(`^${name} must be set too: sign-in`),
      ]);
    expect(configErrorsOf({ ...named, OIDC_ISSUER: 'http://id.example' })).toEqual([
      expect.stringMatching(/^OIDC_ISSUER must be an https address/),
    ]);
    expect(configErrorsOf({ ...named, OIDC_ISSUER: 'http://127.0.0.1:9000' })).toEqual([]);
    expect(configErrorsOf({ ...named, OIDC_SCOPE: 'email' })).toEqual([
      expect.stringMatching(/^OIDC_SCOPE must be a list of scopes with openid/),
    ]);
    expect(configErrorsOf({ ...named, OIDC_NAME: 'x'.repeat(61) })).toEqual([expect.stringMatching(/^OIDC_NAME must have at most 60/)]);
  });

  test.each(['0', '721', '1.5', 'twelve'])('refuses sessions of %s hours', (SESSION_HOURS) => {
    expect(configErrorsOf({ SESSION_HOURS })).toEqual([expect.stringMatching(/^SESSION_HOURS must be a whole number from 1 to 720/)]);
  });

  test.each(['HS256', 'none', 'RS256,HS512', 'rs256'])('refuses algorithms with a shared secret or no key: %s', (JWT_ALGORITHMS) => {
    const named = { JWT_ISSUER: 'x', JWT_AUDIENCE: 'x', JWT_JWKS_URL: 'https://id.example/keys' };
    expect(readConfig({ ...named, JWT_ALGORITHMS: '' }).signOn?.algorithms).toHaveLength(3);
    expect(configErrorsOf({ ...named, JWT_ALGORITHMS })).toEqual([expect.stringMatching(/^JWT_ALGORITHMS must be/)]);
  });

  test.each([
    ['https://id.example/keys', true],
    ['http://localhost:1/keys', true],
    ['http://127.0.0.1:1/keys', true],
    ['http://[::1]:1/keys', true],
    ['http://id.example/keys', false],
    ['http://127.0.0.1.id.example/keys', false],
    ['http://localhost.id.example/keys', false],
    ['https://user:hunter2@id.example/keys', false],
    ['file:///etc/keys', false],
    ['keys', false],
  ])('accepts keys over https or from loopback only: %s', (JWT_JWKS_URL, isAccepted) => {
    expect(configErrorsOf({ JWT_ISSUER: 'x', JWT_AUDIENCE: 'x', JWT_JWKS_URL })).toEqual(
      isAccepted ? [] : ['JWT_JWKS_URL must be an https address, or an http address of this machine, without a password.'],
    );
  });

  test('treats an empty variable as unset', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', CORS_ORIGINS: '' })).toEqual(readConfig({}));
  });

  test('reports all errors at once, without passwords', () => {
    const errors = configErrorsOf({
      NODE_ENV: 'prod',
      PORT: '65536',
      DATABASE_URL: 'mysql://root:hunter2@db',
      BUSINESS_TIME_ZONE: 'Mars/Olympus',
      BUSINESS_DATE: '2026-02-30',
      SAMPLE_DATA: 'yes',
      CORS_ORIGINS: '*',
      TRUSTED_PROXIES: '10.0.0.0/33',
      BODY_LIMIT: '1e6',
      LOG_LEVEL: 'loud',
    });
    expect(errors).toEqual([
      'NODE_ENV must be one of development, production, test, not "prod".',
      'PORT must be a whole number from 0 to 65535, not "65536".',
      'DATABASE_URL must be an address such as postgres://user:password@host:5432/database.',
      'BUSINESS_TIME_ZONE must be an IANA time zone such as Europe/Berlin, not "Mars/Olympus".',
      'BUSINESS_DATE must be a date as YYYY-MM-DD, not "2026-02-30".',
      'SAMPLE_DATA must be one of on, off, not "yes".',
      'CORS_ORIGINS must be a comma-separated list of origins such as https://partners.example.com, without paths or wildcards.',
      'TRUSTED_PROXIES must be a comma-separated list of IP addresses or networks, such as 10.0.0.5,10.1.0.0/16.',
      'BODY_LIMIT must be a whole number from 1000 to 100000000, not "1e6".',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
    ]);
  });

  test('refuses a fixed business date in production, and reports it beside other errors', () => {
    expect(configErrorsOf({ ...production, BUSINESS_DATE: '2026-01-01', PORT: 'x' })).toEqual([
      'PORT must be a whole number from 0 to 65535, not "x".',
      'BUSINESS_DATE must not be set in production: there the clock sets the date.',
    ]);
  });

  test('refuses a bucket that is smaller than the most expensive query', () => {
    expect(configErrorsOf({ MAX_QUERY_COST: '500', COST_BUCKET: '499' })).toEqual([
      'COST_BUCKET must be at least MAX_QUERY_COST: otherwise the most expensive queries could never run.',
    ]);
  });

  test('refuses a migration login without DATABASE_URL: the migrations would run while the server uses the embedded database', () => {
    expect(configErrorsOf({ MIGRATION_DATABASE_URL: 'postgres://owner@db/renewals' })).toEqual([
      'MIGRATION_DATABASE_URL needs DATABASE_URL too, the login that the server uses.',
    ]);
  });

  test('takes secrets of at least 32 characters for links, needs one to send e-mails, and never shows it', () => {
    const [one, other] = ['1'.repeat(32), '2'.repeat(40)];
    expect(readConfig({ LINK_SECRET: one }).linkSecrets).toEqual([one]);
    expect(readConfig({ LINK_SECRET: `${other}, ${one}` }).linkSecrets).toEqual([other, one]);
    for (const LINK_SECRET of ['hunter2', `${one},hunter2`, `${one},`, ' '.repeat(40)]) {
      expect(configErrorsOf({ LINK_SECRET })).toEqual([expect.stringMatching(/^LINK_SECRET must have at least 32 characters/)]);
      expect(configErrorsOf({ LINK_SECRET }).join()).not.toContain('hunter2');
    }
    const missing = 'LINK_SECRET must be set too: SMTP_URL sends e-mails, and it signs the links in them.';
    expect(configErrorsOf({ SMTP_URL: 'smtp://localhost' })).toContain(missing);
    expect(configErrorsOf({ SMTP_URL: 'smtp://localhost', LINK_SECRET: one })).not.toContain(missing);
  });

  test.each(['+02:00', 'https://'])('refuses a time zone without a name, and an origin without a host: %s', (value) => {
    expect(configErrorsOf({ BUSINESS_TIME_ZONE: value, CORS_ORIGINS: value })).toHaveLength(2);
  });
});
