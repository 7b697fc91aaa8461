import { expect, test } from '@jest/globals';
import { configErrorsOf } from '../testing/config-errors.ts';
import { readConfig } from './config.ts';

const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://serving@db/renewals' };

test('needs a database in production, and takes the embedded one only by name and with a folder', () => {
  const missing = 'DATABASE_URL must be set in production; or set DATABASE=embedded, and DATA_DIR for its data.';
  expect(configErrorsOf({ NODE_ENV: 'production' })).toEqual([missing]);
  // A mistyped name explains the error.
  expect(configErrorsOf({ NODE_ENV: 'production', DATABSE_URL: 'postgres://user:hush@db/renewals' })).toEqual([
    missing,
    'DATABSE_URL is not a variable of this server. Did you mean DATABASE_URL?',
  ]);
  expect(configErrorsOf({ NODE_ENV: 'production', DATABASE: 'embedded' })).toEqual([expect.stringMatching(/^DATA_DIR must be set too/)]);
  expect(configErrorsOf({ NODE_ENV: 'production', DATABASE: 'embedded', DATA_DIR: '/var/lib/renewals' })).toEqual([]);
  expect(configErrorsOf({ ...production, DATABASE: 'embedded' })).toEqual([expect.stringMatching(/exclude each other/)]);
  expect(configErrorsOf({ DATABASE: 'postgres' })).toEqual(['DATABASE must be embedded, not "postgres".']);
});

test('warns of variables that are nearly its own, or begin like them, and of no others', () => {
  const warningsOf = (...names: string[]) => readConfig(Object.fromEntries(names.map((name) => [name, '4000']))).warnings;
  const mistyped: [string, string][] = [
    ['PROT', 'PORT'],
    ['POT', 'PORT'],
    ['HOSTS', 'HOST'],
    ['POOLSIZE', 'POOL_SIZE'],
    ['pool_size', 'POOL_SIZE'],
    ['POOL-SIZE', 'POOL_SIZE'],
    ['NODE_EVN', 'NODE_ENV'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['TRUSTED_PROXIE', 'TRUSTED_PROXIES'],
    ['STATEMENT_TIMEOUT', 'STATEMENT_TIMEOUT_MS'],
    ['MAIL_PER_MINUTES', 'MAIL_PER_MINUTE'],
    ['MAX_QUERY_COSTS', 'MAX_QUERY_COST'],
  ];
  for (const [name, meant] of mistyped)
    expect(warningsOf(name)).toEqual([`${name} is not a variable of this server. Did you mean ${meant}?`]);
  for (const name of ['MAIL_TO', 'POOL_MAX', 'SESSION_TTL', 'LOG_FILE'])
    expect(warningsOf(name)).toEqual([`${name} is not a variable of this server.`]);
  expect(warningsOf('COST_PER_READING_MS')).toEqual(['COST_PER_READING_MS is COST_PER_DATABASE_MS now.']);
  expect(warningsOf('constructor', 'toString')).toEqual([]);
  // Usual variables of shells, desktops, service managers, containers, Node and npm.
  const usual =
    'PATH HOME USER LOGNAME SHELL TERM LANG LC_ALL TZ PWD OLDPWD SHLVL MAIL HOSTNAME EDITOR PAGER DISPLAY COLORTERM _ SESSION_MANAGER'.split(
      ' ',
    );
  usual.push(
    'XDG_DATA_DIRS',
    'XDG_SESSION_ID',
    'INVOCATION_ID',
    'JOURNAL_STREAM',
    'STATE_DIRECTORY',
    'LOGS_DIRECTORY',
    'NOTIFY_SOCKET',
    'SYSTEMD_EXEC_PID',
  );
  usual.push(
    'NODE_OPTIONS',
    'NODE_EXTRA_CA_CERTS',
    'NODE_VERSION',
    'INIT_CWD',
    'npm_config_cache',
    'npm_package_name',
    'KUBERNETES_PORT',
    'HTTP_PROXY',
    'no_proxy',
  );
  usual.push(
    'PGHOST',
    'PGPORT',
    'PGUSER',
    'CI',
    'DEBUG',
    'LOG',
    'WORKDIR',
    'DATADIR_OTHER',
    'TEST_DATABASE_URL',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  );
  expect(warningsOf(...usual)).toEqual([]);
});
