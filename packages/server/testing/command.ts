import { afterAll } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { currentTestRun } from './test-run.ts';

export type CommandResult = { code: number | null; stdout: string; stderr: string };

/** A running command; its output so far can be read at any time. */
export type RunningCommand = {
  readonly stdout: string;
  readonly stderr: string;
  readonly process: ChildProcess;
  /** Waits until the pattern appears on standard output, or on standard error if so named. */
  printed(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
  ended: Promise<CommandResult>;
};

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

// Stops commands that a failing test left running.
const children = new Set<ChildProcess>();
afterAll(() => children.forEach((child) => child.kill()));

/** What `node` runs as `renewals`: what is built, as users do, or the sources when a build would be older than they are. */
export const program = () =>
  currentTestRun().isBuilt
    ? [resolve(source, '../dist/main.js')]
    : ['--import', resolve(source, '../testing/typescript-hooks.mjs'), resolve(source, 'main.ts')];

/** Starts `renewals …` as its own process, with only the given variables set. */
export function startCommand(words: readonly string[], variables: Record<string, string> = {}): RunningCommand {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [...program(), ...words], {
    cwd: resolve(source, '../../..'),
    env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    process: child,
    async printed(pattern, stream = 'stdout') {
      for (;;) {
        const found = pattern.exec(stream === 'stdout' ? stdout : stderr);
        if (found) return found;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`The command ended before it printed ${String(pattern)}:\n${stdout}\n${stderr}`);
        await sleep(10);
      }
    },
    ended: once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr })),
  };
}

export async function runCommand(words: readonly string[], variables: Record<string, string> = {}): Promise<CommandResult> {
  return await startCommand(words, variables).ended;
}
