import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = dirname(fileURLToPath(import.meta.url));

/** The folder of the tools that only these checks need. */
export const modules = join(folder, 'node_modules');

/** Installs the tools. They are a separate project, so that starting the server does not install four compilers. */
export async function installTools(project = folder) {
  if (existsSync(join(project, 'node_modules/.modules.yaml'))) return;
  const pnpm = ['--ignore-workspace', 'install', '--frozen-lockfile', '--reporter=silent', '--config.confirm-modules-purge=false'];
  await promisify(execFile)('npm', ['exec', '--yes', '--loglevel=error', '--package', 'pnpm@10.34.9', '--', 'pnpm', ...pnpm], {
    cwd: project,
  });
}

/** Runs a program. Returns its output, or throws an error with all of its output. */
export async function run(program, args, { cwd, env, mayFail = false } = {}) {
  try {
    const running = promisify(execFile)(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
    // Ends the input, so that a question from the program does not wait for an answer.
    running.child.stdin.end();
    const { stdout } = await running;
    return { stdout, code: 0 };
  } catch (error) {
    if (mayFail) return { stdout: error.stdout, code: error.code };
    throw new Error(`${args.join(' ')}: ${error.stdout}${error.stderr}`, { cause: error });
  }
}

export const node = (args, { executable = process.execPath, ...options } = {}) => run(executable, args, options);
