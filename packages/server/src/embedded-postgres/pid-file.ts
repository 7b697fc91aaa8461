import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A running server process, read from its postmaster.pid. */
export type Postmaster = { pid: number; socketFolder: string; isReady: boolean };

/** The server that runs on this data folder; undefined if none does. */
export function findPostmaster(data: string): Postmaster | undefined {
  const lines = readPidFile(data);
  const pid = Number(lines?.[0]);
  if (!lines || !isPostgres(pid, data)) return undefined;
  return { pid, socketFolder: lines[4] ?? '', isReady: lines[7]?.trim() === 'ready' };
}

function readPidFile(data: string): string[] | undefined {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

// Larger than any process id.
const unusedPid = 2_147_483_646;

/**
 * After a crash or a reboot, another process may have the process id in postmaster.pid; PostgreSQL would then refuse to start.
 * This replaces only the id: PostgreSQL needs the rest of the file to check whether orphans of the old server still use the data.
 */
export function replaceReusedPid(data: string, socketFolder: string): void {
  const lines = readPidFile(data);
  const pid = Number(lines?.[0]);
  if (!lines || isPostgres(pid, data)) return;
  // A crash of the machine or a full disk can leave the file empty. PostgreSQL would then refuse to start.
  if (!Number.isInteger(pid) || pid === 0) {
    rmSync(join(data, 'postmaster.pid'), { force: true });
    return;
  }
  if (!exists(pid)) return;
  writeFileSync(join(data, 'postmaster.pid'), [String(unusedPid), ...lines.slice(1)].join('\n'));
  rmSync(join(socketFolder, '.s.PGSQL.5432.lock'), { force: true });
}

function exists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Whether the process is the server of this data folder. */
export function isPostgres(pid: number, data: string): boolean {
  if (!exists(pid)) return false;
  // A zombie has no command line, and is not a running server.
  const command = existsSync('/proc/self/cmdline')
    ? readCommandLine(pid)
    : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  return command.includes('postgres') && ` ${command.trim()} `.includes(` ${data} `);
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
