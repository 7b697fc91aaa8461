// A newcomer's first minute: clones the repository, runs `npm start` with nothing on standard input and another command beside it,
// pastes the query, makes a token, stops. Then once more, when all is there. Nothing may be left running.
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
// Where the embedded PostgreSQL's own user may go: else its data would stay in /var/tmp.
chmodSync(folder, 0o755);
const clone = join(folder, 'clone');

try {
  execFileSync('git', ['clone', '--quiet', repository, clone], { stdio: 'inherit' });
  refuseOldNode();
  const [cold, schema] = await Promise.all([start(), runNpm(['run', 'renewals', '--', 'schema'])]);
  assert.equal(
    schema,
    readFileSync(join(clone, 'schema/schema.graphql'), 'utf8'),
    'a command beside it waits for the set-up and prints only what it is asked for',
  );
  assert.ok(cold.ms < coldMs, `the first start took ${cold.ms} ms`);
  // A machine that is busy for a moment says nothing about us: the quickest of three counts.
  let warm = await start();
  for (let again = 0; again < 2 && warm.ms >= warmMs; again++) warm = await start();
  assert.ok(warm.ms < warmMs, `the second start took ${warm.ms} ms`);
  assert.equal(warm.token, cold.token, 'the token is the same on each start');
  console.log(`The first start took ${cold.ms} ms, the second one ${warm.ms} ms.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function start() {
  const begun = performance.now();
  const npm = spawnNpm(['start']);
  const exited = once(npm, 'exit');
  try {
    return await useServer(npm, exited, begun);
  } finally {
    if (npm.exitCode === null && npm.signalCode === null) {
      npm.kill('SIGTERM');
      await exited;
    }
  }
}

async function useServer(npm, exited, begun) {
  let banner = '';
  let log = '';
  npm.stdout.setEncoding('utf8').on('data', (text) => (banner += text));
  npm.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  while (!banner.includes('curl')) {
    if (npm.exitCode !== null || performance.now() - begun > 2 * coldMs) throw new Error(`npm start told no address:\n${banner}\n${log}`);
    await sleep(20);
  }
  const ms = Math.round(performance.now() - begun);
  const [, token] = /Bearer (prk_\w+)/.exec(banner);
  await askWhatTheBannerSays(banner);
  const [{ name }] = JSON.parse(await runNpm(['run', 'renewals', '--', 'partner', 'list', '--json']));
  const made = await runNpm(['run', 'renewals', '--', 'token', 'create', '--partner', name, '--role', 'VIEWER']);
  assert.match(made, /^prk_\w{51}\n$/, 'the token is alone on standard output');
  npm.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null], log);
  assert.deepEqual(processesIn(clone), [], 'nothing is left running');
  return { ms, token };
}

function spawnNpm(words) {
  const { DATABASE_URL: _, MIGRATION_DATABASE_URL: __, DATA_DIR: ___, NODE_ENV: ____, ...environment } = process.env;
  return spawn('npm', words, { cwd: clone, env: { ...environment, PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Answers what it printed on standard output. */
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
  assert.deepEqual([status, stderr], [1, 'Node 20.19 or newer is needed; this is Node 18.20.0.\n']);
}

/** Runs the command that the banner tells to paste. */
async function askWhatTheBannerSays(banner) {
  const command = banner.slice(banner.indexOf('curl'));
  const [url] = /http:\S+/.exec(command);
  const headers = Object.fromEntries([...command.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [name, value]));
  const [, body] = /-d '(.*)'/.exec(command);
  const response = await fetch(url, { method: 'POST', headers, body });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  assert.ok(data.upcomingContractChanges.nodes.length > 0, 'the sample data show rows');
}

function processesIn(path) {
  return execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(path));
}
