import { createHash } from 'node:crypto';

// A backend keeps every named statement in memory (about 50 KB each), and texts are as many as column choices:
// the first ones get a name, what comes later is planned each time. The few of writes are not crowded out by the many of reads.
const maxNamedStatements = 100;
const names = { read: new Map<string, string>(), write: new Map<string, string>() };

export function statementName(text: string, kind: 'read' | 'write'): string | undefined {
  const known = names[kind].get(text);
  if (known !== undefined || names[kind].size >= maxNamedStatements) return known;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  names[kind].set(text, name);
  return name;
}
