// Prepares a fresh clone: installs packages and builds. It skips each step whose sources have not changed.
// Needs only Node and npm. It prints to standard error, so that standard output is free for the command that runs next.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = join(root, '.setup.lock');
const children = new Set();

const sourcesOfSdk = ['tsconfig.json', 'build.mjs', 'compact-declaration.mjs', 'join-declarations.mjs', 'src'].map(
  (name) => `packages/sdk/${name}`,
);

/** The steps before a command can run: their source files, the file that marks them as done, and their function. */
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
    title: 'Building the SDK',
    sources: ['pnpm-lock.yaml', 'tsconfig.base.json', 'schema', ...sourcesOfSdk],
    marker: 'packages/sdk/dist/.setup',
    run: () => run(process.execPath, ['packages/sdk/build.mjs']),
  },
  {
    title: 'Building the page',
    // Vite bundles the SDK with it.
    sources: ['pnpm-lock.yaml', 'tsconfig.base.json', 'schema', 'packages/compressed-files.ts', ...sourcesOfSdk, 'packages/dashboard'],
    marker: 'packages/dashboard/dist/.setup',
    run: () => run(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], 'packages/dashboard'),
  },
  {
    title: 'Building the explorer',
    sources: ['pnpm-lock.yaml', 'packages/compressed-files.ts', 'packages/explorer'],
    marker: 'packages/explorer/dist/.setup',
    run: () => run(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], 'packages/explorer'),
  },
];

requireNode();
// The tests ask whether what is built is what the sources say.
if (process.argv.includes('--is-current')) process.exit(steps.every(isCurrent) ? 0 : 1);
if (steps.some((step) => !isCurrent(step))) await runSteps();

async function runSteps() {
  const { ppid } = process;
  // npm passes a signal only to the shell that started this process. When that shell is gone, the set-up stops too.
  const orphaned = setInterval(() => process.ppid !== ppid && stop('The set-up was interrupted. Run the command again.'), 300);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => stop('The set-up was interrupted. Run the command again.'));
  await takeLock();
  try {
    for (const step of steps) {
      if (isCurrent(step)) continue;
      const start = Date.now();
      const seconds = () => ((Date.now() - start) / 1000).toFixed(0);
      if (!existsSync(join(root, 'node_modules'))) say('The first start installs packages and builds: a minute or two.');
      say(`[${steps.indexOf(step) + 1}/${steps.length}] ${step.title} …`);
      const ticking = setInterval(() => say(`${step.title}: ${seconds()} s so far.`), 10_000);
      rmSync(join(root, step.marker), { force: true });
      // Computed before the step: a change during the step makes the next set-up run it again.
      const digest = digestOf(step.sources);
      await step.run().finally(() => clearInterval(ticking));
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
  say(`Node ${process.versions.node} is too old. Install Node ${wanted} or newer.`);
  process.exit(1);
}

async function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // On a terminal, pnpm shows how far it is.
  const reporting = process.stderr.isTTY ? ['--reporter=default'] : ['--reporter=append-only', '--loglevel=warn'];
  const pnpm = ['install', '--frozen-lockfile', ...reporting, '--config.confirm-modules-purge=false'];
  const npm = ['exec', '--yes', '--loglevel=error', '--package', packageManager, '--', 'pnpm', ...pnpm];
  const npmCli = process.env.npm_execpath;
  if (npmCli?.endsWith('npm-cli.js')) await run(process.execPath, [npmCli, ...npm]);
  else await run('npm', npm);
}

/** Runs a command and waits for its end. Its output goes to standard error. */
function run(command, args, folder = '.') {
  return new Promise((resolve, reject) => {
    // In its own process group, so that a stop also reaches the processes that the command starts.
    const child = spawn(command, args, { cwd: join(root, folder), stdio: ['ignore', 2, 2], detached: true });
    children.add(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      children.delete(child);
      if (code === 0) resolve();
      else reject(new Error(`Command failed (${signal ?? `exit code ${code}`}) in ${join(root, folder)}: ${[command, ...args].join(' ')}`));
    });
  });
}

function stop(message) {
  for (const { pid } of children) {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // The process has already ended.
    }
  }
  if (holderOf(lock) === process.pid) rmSync(lock, { force: true });
  say(message);
  process.exit(1);
}

function isCurrent({ sources, marker }) {
  return existsSync(join(root, marker)) && readFileSync(join(root, marker), 'utf8') === digestOf(sources);
}

/** Hashes contents, not times: a checkout changes the times of unchanged files. */
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
  return (
    readdirSync(path)
      // No build has the tests in it: a changed test needs none.
      .filter((name) => !['node_modules', 'dist'].includes(name) && !/\.(tsbuildinfo|test\.tsx?)$/.test(name))
      .sort()
      .flatMap((name) => filesOf(join(path, name)))
  );
}

function packageFolders() {
  return readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .sort()
    .map((name) => `packages/${name}`);
}

/** Allows one set-up at a time. Ignores the lock of a process that has ended. */
async function takeLock() {
  for (let isFirst = true; ; isFirst = false) {
    if (create(lock)) return;
    const holder = holderOf(lock);
    if (holder && isRunning(holder)) {
      if (isFirst) say(`Waiting for the set-up of process ${holder} …`);
      await sleep(200);
    } else {
      await breakLock();
    }
  }
}

/** Removes a dead lock, under a second lock. Otherwise, of two processes, the slower could remove the new lock of the faster. */
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

/** Creates a lock together with its content: an empty lock would look like a dead one. */
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
