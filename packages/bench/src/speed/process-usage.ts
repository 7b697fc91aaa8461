import { readdirSync, readFileSync } from 'node:fs';

// Reads the resource usage of processes from Linux's /proc.

const msPerTick = 10;

/** CPU milliseconds of a process. */
export function cpuOf(pid: number): number {
  const { user, system } = read(pid);
  return (user + system) * msPerTick;
}

/** CPU milliseconds of PostgreSQL: the postmaster, its children, and ended children. */
export function cpuOfPostgres(postmaster: number): number {
  const { user, system, ofChildren } = read(postmaster);
  let ticks = user + system + ofChildren;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const each = read(Number(name));
      if (each.parent === postmaster) ticks += each.user + each.system;
    } catch {
      // The process ended while the list was read.
    }
  }
  return ticks * msPerTick;
}

/** Memory in megabytes: resident now, and the maximum so far. */
export function memoryOf(pid: number): { resident: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (key: string) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { resident: of('VmRSS'), peak: of('VmHWM') };
}

function read(pid: number): { parent: number; user: number; system: number; ofChildren: number } {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses can contain any character, so parsing starts after it.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1]!, user: fields[11]!, system: fields[12]!, ofChildren: fields[13]! + fields[14]! };
}
