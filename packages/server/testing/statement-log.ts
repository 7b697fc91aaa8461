import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

export type LoggedStatement = { user: string; text: string };

export function sizeOf(log: string): number {
  return statSync(log).size;
}

/** The statements of one database since an offset into the server's log (log_line_prefix '%d|%u|%p| '), in order. */
export function readStatements(log: string, offset: number, database: string): LoggedStatement[] {
  const statements: LoggedStatement[] = [];
  let last: LoggedStatement | undefined;
  for (const line of readFrom(log, offset).split('\n')) {
    // Continuation lines of a statement begin with a tab.
    if (line.startsWith('\t')) {
      if (last) last.text += `\n${line.slice(1)}`;
      continue;
    }
    last = undefined;
    const [, name, user, text] = /^([^|]*)\|([^|]*)\|\d+\| LOG: {2}(?:statement|execute [^:]*): (.*)$/.exec(line) ?? [];
    if (name !== database) continue;
    last = { user: user!, text: text! };
    statements.push(last);
  }
  return statements;
}

function readFrom(path: string, offset: number): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    readSync(file, bytes, 0, bytes.length, offset);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}
