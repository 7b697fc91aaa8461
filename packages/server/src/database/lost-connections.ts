import type { Socket } from 'node:net';
import pg from 'pg';

/** The parts of a client that tell whether it waits for its server. */
type Watched = pg.PoolClient & { connection: { stream: Socket }; processID: number | null; readyForQuery: boolean };
type LastHeard = { bytes: number; at: number };

const lookMs = 500;
const silentMs = 1_500;
const askTimeoutMs = 1_000;

/**
 * Finds connections that a broken network has taken away without telling: nothing arrives on them any more. A connection that waits for
 * an answer looks like one with a slow statement, so a new connection asks the database what the backend does. If the backend waits too,
 * a message was lost. Such a backend is ended, since its transaction holds locks.
 */
export function closeLostConnections(pool: pg.Pool, login: pg.ClientConfig): void {
  const heard = new Map<Watched, LastHeard>();
  const inUse = new WeakSet<pg.PoolClient>();
  let timer: NodeJS.Timeout | undefined;
  let isAsking = false;

  pool.on('acquire', (client) => void inUse.add(client));
  pool.on('release', (_error, client) => void inUse.delete(client));
  pool.on('connect', (client) => {
    heard.set(client as Watched, { bytes: 0, at: performance.now() });
    timer ??= setInterval(() => void look(), lookMs).unref();
  });
  pool.on('remove', (client) => {
    heard.delete(client as Watched);
    if (heard.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  });

  async function look(): Promise<void> {
    const now = performance.now();
    for (const [client, last] of heard) {
      const { bytesRead } = client.connection.stream;
      if (client.readyForQuery || bytesRead !== last.bytes) heard.set(client, { bytes: bytesRead, at: now });
    }
    const silent = [...heard].filter(([, { at }]) => now - at >= silentMs);
    if (silent.length === 0 || isAsking) return;
    isAsking = true;
    const waiting = await endWaitingBackends(
      login,
      silent.map(([client]) => client.processID),
    ).catch(() => new Set());
    isAsking = false;
    // An answer may have arrived meanwhile.
    const lost = silent.filter(
      ([client, { bytes }]) => waiting.has(client.processID) && !client.readyForQuery && client.connection.stream.bytesRead === bytes,
    );
    for (const [client] of lost) close(client);
    // The others were probably lost too.
    if (lost.length > 0) for (const client of heard.keys()) if (!inUse.has(client)) close(client);
  }
}

const close = ({ connection }: Watched): void =>
  void connection.stream.destroy(Object.assign(new Error('The connection to the database was lost.'), { code: 'ETIMEDOUT' }));

/** Ends the backends that have been waiting for their client for a second, and returns their process ids. */
async function endWaitingBackends(login: pg.ClientConfig, processIds: readonly (number | null)[]): Promise<Set<number | null>> {
  // As the login itself, since a role that it switches to does not see the login's sessions.
  const client = new pg.Client({ ...login, options: '', connectionTimeoutMillis: askTimeoutMs, query_timeout: askTimeoutMs });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `/* endWaitingBackends */ select pid, pg_terminate_backend(pid) from pg_stat_activity
       where pid = any ($1::int[]) and usename = session_user and application_name = 'partner-renewals'
         and (state like 'idle%' or wait_event = 'ClientWrite') and state_change < clock_timestamp() - interval '1 second'`,
      [processIds],
    );
    return new Set(rows.map(({ pid }) => pid));
  } finally {
    (client as unknown as Watched).connection.stream.destroy();
  }
}
