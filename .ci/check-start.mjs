// Checks the first start: clones the repository, runs `npm start` and a second command beside it, opens the page, sends the banner's query,
// creates an API key and stops. Then checks a second start, with everything built, and stops as a terminal does. No process may be left running.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const coldMs = 90_000;
const warmMs = 5_000;

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'renewals-start-'));
// The user of the embedded PostgreSQL must be able to enter the folder. Otherwise its data would stay in /var/tmp.
chmodSync(folder, 0o755);
const clone = join(folder, 'clone');

try {
  execFileSync('git', ['clone', '--quiet', repository, clone], { stdio: 'inherit' });
  refuseOldNode();
  const [cold, schema] = await Promise.all([start(), runNpm(['run', 'renewals', '--', 'schema'])]);
  assert.equal(
    schema,
    readFileSync(join(clone, 'schema/schema.graphql'), 'utf8'),
    'a command during the set-up must wait and print only its own output',
  );
  assert.ok(cold.ms < coldMs, `the first start took ${cold.ms} of ${coldMs} ms`);
  // A busy machine distorts the time, so the fastest of three starts counts.
  let warm = await start();
  for (let again = 0; again < 2 && warm.ms >= warmMs; again++) warm = await start();
  assert.ok(warm.ms < warmMs, `the second start took ${warm.ms} of ${warmMs} ms`);
  assert.equal(warm.token, cold.token, 'the API key changed between two starts');
  // A terminal signals the whole process group, and npm passes the signal on: the server gets it twice.
  await start({ stop: (npm) => ['SIGINT', 'SIGINT'].forEach((signal) => process.kill(-npm.pid, signal)) });
  console.log(`The first start took ${cold.ms} ms, the second one ${warm.ms} ms.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function start({ stop = (npm) => npm.kill('SIGTERM') } = {}) {
  const begun = performance.now();
  const npm = spawnNpm(['start'], { detached: true });
  const exited = once(npm, 'exit');
  try {
    return await useServer(npm, exited, begun, stop);
  } finally {
    if (npm.exitCode === null && npm.signalCode === null) {
      npm.kill('SIGTERM');
      await exited;
    }
  }
}

async function useServer(npm, exited, begun, stop) {
  let banner = '';
  let log = '';
  npm.stdout.setEncoding('utf8').on('data', (text) => (banner += text));
  npm.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  while (!banner.includes('curl')) {
    if (npm.exitCode !== null || performance.now() - begun > 2 * coldMs)
      throw new Error(`npm start printed no address:\n${banner}\n${log}`);
    await sleep(20);
  }
  const ms = Math.round(performance.now() - begun);
  const [, token] = /Bearer (prk_\w+)/.exec(banner);
  await openPageOfBanner(banner);
  await sendQueryOfBanner(banner);
  const [{ name }] = JSON.parse(await runNpm(['run', 'renewals', '--', 'partner', 'list', '--json']));
  const created = await runNpm(['run', 'renewals', '--', 'token', 'create', '--partner', name, '--role', 'VIEWER']);
  assert.match(created, /^prk_\w{74}\n$/, 'standard output must contain only the API key');
  stop(npm);
  assert.deepEqual(await exited, [0, null], log);
  assert.deepEqual(processesIn(clone), [], 'processes are left running');
  return { ms, token };
}

function spawnNpm(words, options = {}) {
  const { DATABASE_URL: _, MIGRATION_DATABASE_URL: __, DATA_DIR: ___, NODE_ENV: ____, ...environment } = process.env;
  return spawn('npm', words, { cwd: clone, env: { ...environment, PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/** Runs npm and returns its standard output. */
async function runNpm(words) {
  const npm = spawnNpm(words);
  let output = '';
  let notes = '';
  npm.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  npm.stderr.setEncoding('utf8').on('data', (text) => (notes += text));
  const [code] = await once(npm, 'close');
  assert.equal(code, 0, notes);
  return output;
}

function refuseOldNode() {
  const program = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } }); await import('./packages/setup.mjs');`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: clone, encoding: 'utf8' });
  assert.deepEqual([status, stderr], [1, 'Node 18.20.0 is too old. Install Node 20.19 or newer.\n']);
}

/** Opens the address with which the banner begins, as a browser does, and loads what its HTML names. */
async function openPageOfBanner(banner) {
  const [, url] = /^\s*(http:\S+)\/ shows the upcoming renewals of the sample partner\./.exec(banner);
  const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } });
  assert.equal(page.status, 200);
  const files = [...(await page.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(
    files.some((path) => path.startsWith('/assets/') && path.endsWith('.js')),
    `the page has no script: ${files.join(' ')}`,
  );
  for (const path of files) assert.equal((await fetch(url + path)).status, 200, path);
}

/** Sends the request of the curl command in the banner. */
async function sendQueryOfBanner(banner) {
  const command = banner.slice(banner.indexOf('curl'));
  const [url] = /http:\S+/.exec(command);
  const headers = Object.fromEntries([...command.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [name, value]));
  const [, body] = /-d '(.*)'/.exec(command);
  const response = await fetch(url, { method: 'POST', headers, body });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  assert.ok(data.upcomingContractChanges.nodes.length > 0, 'the sample data has no upcoming changes');
}

function processesIn(path) {
  return execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(path));
}
