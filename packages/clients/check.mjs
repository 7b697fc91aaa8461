// Installs the clients, lets them generate their code, checks types, and runs the programs: `npm run check`, or `npm run check -- urql`.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));

function run(program, words, where = folder) {
  const { status, error } = spawnSync(program, words, { cwd: where, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  if (status === 0) return;
  console.error(`Failed: ${program} ${words.join(' ')}`);
  process.exit(1);
}

const node = (...words) => run(process.execPath, words);
/** Runs a program of an installed package. */
const tool = (name, ...words) => run(join(folder, 'node_modules/.bin', name), words);

node('../setup.mjs');
// A separate project, so that starting the server does not install nine clients.
const install = ['--ignore-workspace', 'install', '--frozen-lockfile', '--reporter=silent', '--config.confirm-modules-purge=false'];
run('npm', ['exec', '--yes', '--loglevel=error', '--package', 'pnpm@10.34.9', '--', 'pnpm', ...install]);

for (const client of ['relay', 'gql-tada']) mkdirSync(join(folder, 'src', client, 'generated'), { recursive: true });
tool('relay-compiler', '--output', 'quiet-with-errors');
tool('graphql-codegen', '--config', 'codegen.yml', '--silent');
tool('gql.tada', 'generate-output');
tool('tsc', '-p', '.');
node('--import', 'tsx', 'src/run-programs.ts', ...process.argv.slice(2));
