import { hash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { RepeatedUseCache } from '../fair-cache.ts';

// PostgreSQL plans a named statement once per connection and keeps it in memory, about 50 KB each. Every choice of columns is another text,
// so the number of names is limited: repeated texts have one, and while others need names, one partner has at most a share. The
// few texts of writes have names of their own.
const capacity = 100;
const share = 25;
// A page of another day with all columns and a filter has 24 KB. The plan of a filter with thousands of conditions takes megabytes.
const longestRead = 50_000;

const current = new Set<string>();
let givenUp = 0;

const createNames = () =>
  new RepeatedUseCache<string, string>({
    capacity,
    share,
    onRemoved(name) {
      current.delete(name);
      givenUp += 1;
    },
  });
const names = { read: createNames(), write: createNames() };
const prefixes = { read: 'r_', write: 'w_' };

/** The name of a statement; undefined for its first use, for a very long read, and while all names are in more frequent use. */
export function statementName(text: string, kind: 'read' | 'write', partnerId: string): string | undefined {
  if (kind === 'read' && text.length > longestRead) return undefined;
  const key = hash('sha256', text, 'base64url');
  return names[kind].get(key, partnerId, () => {
    const name = prefixes[kind] + key.slice(0, 16);
    current.add(name);
    return name;
  });
}

type Statements = Record<string, string>;
/** The part of pg's connection that knows which statements the server has prepared. */
type Connection = {
  parsedStatements: Statements;
  parse: (query: unknown) => void;
  close: (what: { type: 'S'; name: string }) => void;
};

/**
 * Deallocates given-up names: before a connection prepares another statement, it closes those whose name was given up. The message travels
 * with the next statement, so it costs no round trip. A statement that is being prepared is closed the next time.
 */
export function closeGivenUpStatements(client: PoolClient): void {
  const { connection } = client as PoolClient & { connection: Connection };
  const parse = connection.parse.bind(connection);
  let closedAt = givenUp;
  connection.parse = (query) => {
    if (closedAt !== givenUp) {
      closedAt = givenUp;
      for (const name of Object.keys(connection.parsedStatements)) {
        if (!isGivenUp(name)) continue;
        connection.close({ type: 'S', name });
        delete connection.parsedStatements[name];
      }
    }
    parse(query);
  };
}

const isGivenUp = (name: string) => Object.values(prefixes).some((prefix) => name.startsWith(prefix)) && !current.has(name);
