// Makes a fresh clone ready: installs packages and builds, each only when something it depends on has changed.
// Needs Node and npm, nothing else. Standard output stays free for the command that runs after it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = join(root, '.setup.lock');
const children = new Set();

/** What has to be done before a command can run: from which files, noted where, and how. */
const steps = [
  {
    title: 'Installing packages',
    sources: ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...packageFolders().map((folder) => `${folder}/package.json`)],
    marker: 'node_modules/.setup',
    run: install,
  },
  {
    title: 'Building the server',
    sources: [
      'pnpm-lock.yaml',
      'tsconfig.base.json',
      'packages/server/tsconfig.json',
      'packages/server/tsconfig.build.json',
      'packages/server/src',
    ],
    marker: 'packages/server/dist/.setup',
    run: () => run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'packages/server/tsconfig.build.json']),
  },
  {
    title: 'Building the explorer',
    sources: ['pnpm-lock.yaml', 'packages/explorer'],
    marker: 'packages/explorer/dist/.setup',
    run: () => run(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], 'packages/explorer'),
  },
];

requireNode();
if (steps.some((step) => !isCurrent(step))) await makeReady();

async function makeReady() {
  const { ppid } = process;
  // npm passes a signal on to the shell between us only: when that is gone, nobody waits for us.
  const orphaned = setInterval(() => process.ppid !== ppid && stop('The set-up was broken off.'), 300);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop('The set-up was broken off.'));
  await takeLock();
  try {
    for (const step of steps) {
      if (isCurrent(step)) continue;
      const start = Date.now();
      say(`${step.title} …`);
      rmSync(join(root, step.marker), { force: true });
      // Noted as it was before: what changes meanwhile is work for the next time.
      const digest = digestOf(step.sources);
      await step.run();
      mkdirSync(dirname(join(root, step.marker)), { recursive: true });
      writeFileSync(join(root, step.marker), digest);
      say(`${step.title}: done in ${((Date.now() - start) / 1000).toFixed(1)} s.`);
    }
  } catch (error) {
    stop(error.message);
  } finally {
    rmSync(lock, { force: true });
    clearInterval(orphaned);
  }
}

function requireNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  say(`Node ${wanted} or newer is needed; this is Node ${process.versions.node}.`);
  process.exit(1);
}

async function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pnpm = ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn', '--config.confirm-modules-purge=false'];
  const npm = ['exec', '--yes', '--loglevel=error', '--package', packageManager, '--', 'pnpm', ...pnpm];
  const npmCli = process.env.npm_execpath;
  if (npmCli?.endsWith('npm-cli.js')) await run(process.execPath, [npmCli, ...npm]);
  else await run('npm', npm);
}

/** Runs a command to its end; what it prints goes to standard error. */
function run(command, args, folder = '.') {
  return new Promise((resolve, reject) => {
    // A group of its own, so that stopping reaches what the command itself has started.
    const child = spawn(command, args, { cwd: join(root, folder), stdio: ['ignore', 2, 2], detached: true });
    children.add(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      children.delete(child);
      if (code === 0) resolve();
      else reject(new Error(`This failed (${signal ?? `exit code ${code}`}) in ${join(root, folder)}: ${[command, ...args].join(' ')}`));
    });
  });
}

function stop(message) {
  for (const { pid } of children) {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
  if (holderOf(lock) === process.pid) rmSync(lock, { force: true });
  say(message);
  process.exit(1);
}

function isCurrent({ sources, marker }) {
  return existsSync(join(root, marker)) && readFileSync(join(root, marker), 'utf8') === digestOf(sources);
}

/** Of the contents, not of times: a checkout gives new times to what is the same. */
function digestOf(sources) {
  const hash = createHash('sha256').update(`${process.versions.modules} ${process.platform} ${process.arch}`);
  for (const source of sources) {
    for (const file of filesOf(join(root, source))) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'node_modules' && name !== 'dist' && !name.endsWith('.tsbuildinfo'))
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function packageFolders() {
  return readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .sort()
    .map((name) => `packages/${name}`);
}

/** One set-up at a time; the lock of a process that is gone counts for nothing. */
async function takeLock() {
  for (let isFirst = true; ; isFirst = false) {
    if (create(lock)) return;
    const holder = holderOf(lock);
    if (holder && isRunning(holder)) {
      if (isFirst) say(`Waiting for the set-up that process ${holder} is running …`);
      await sleep(200);
    } else {
      await breakLock();
    }
  }
}

/** Under a lock of its own, so that of two who find a dead lock the slower one does not remove the quicker one's new lock. */
async function breakLock() {
  const breaking = `${lock}.breaking`;
  if (!create(breaking)) {
    await sleep(200);
    if (existsSync(breaking) && Date.now() - statSync(breaking).mtimeMs > 10_000) rmSync(breaking, { force: true });
    return;
  }
  const holder = holderOf(lock);
  if (!holder || !isRunning(holder)) rmSync(lock, { force: true });
  rmSync(breaking, { force: true });
}

/** With its content from the first moment: an empty lock would look like a dead one. */
function create(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
