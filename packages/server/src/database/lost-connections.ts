import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pg from 'pg';
import type { Hosts } from './hosts.ts';

/** The parts of a client that tell whether it waits for its server. */
type Watched = pg.PoolClient & {
  host: string;
  port: number;
  connection: { stream: Socket };
  processID: number | null;
  readyForQuery: boolean;
};
type LastHeard = { bytes: number; at: number };

const lookMs = 500;
const silentMs = 1_500;
const askTimeoutMs = 1_000;
/** Between two questions, since most silent connections have slow statements. */
const pauseMs = 2_000;

/**
 * Finds connections that a broken network has taken away without telling: nothing arrives on them any more. A connection that waits for
 * an answer looks like one with a slow statement, so a new connection asks the database what the backend does. If the backend waits too,
 * a message was lost. Such a backend is ended, since its transaction holds locks. If the host does not answer, and another one of the
 * address does, nothing is expected of its connections any more.
 */
export function closeLostConnections(pool: pg.Pool, login: pg.ClientConfig, hosts?: Hosts): void {
  const heard = new Map<Watched, LastHeard>();
  const inUse = new WeakSet<pg.PoolClient>();
  let timer: NodeJS.Timeout | undefined;
  let isAsking = false;
  let askAt = 0;

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
      if (!isWaiting(client) || bytesRead !== last.bytes) heard.set(client, { bytes: bytesRead, at: now });
    }
    const silent = [...heard].filter(([, { at }]) => now - at >= silentMs);
    if (silent.length === 0 || isAsking || now < askAt) return;
    isAsking = true;
    const isAnswered = await closeLost(silent).then(
      () => true,
      () => false,
    );
    isAsking = false;
    if (isAnswered) askAt = performance.now() + pauseMs;
  }

  async function closeLost(silent: [Watched, LastHeard][]): Promise<void> {
    const stillSilent = () =>
      silent.flatMap(([client, { bytes }]) => (isWaiting(client) && client.connection.stream.bytesRead === bytes ? [client] : []));
    // A blocked process has not read what has arrived. Two turns of the event loop read it.
    await nextTurn();
    await nextTurn();
    const [{ host, port }] = silent[0]!;
    await withDatabase({ ...login, host, port }, async (database) => {
      const idle = await idleBackends(database, stillSilent());
      const lost = stillSilent().filter(({ processID }) => idle.has(processID));
      if (lost.length === 0) return;
      for (const client of lost) close(client);
      // The others were probably lost too.
      for (const client of heard.keys()) if (!inUse.has(client)) close(client);
      await endBackends(database, lost);
    }).catch(async (error: unknown) => {
      hosts?.suspect();
      const now = await hosts?.find();
      if (!now || (now.host === host && now.port === port)) throw error;
      for (const client of heard.keys()) if (client.host === host && client.port === port) close(client);
    });
  }
}

/** Whether the client waits for its server, and has sent everything. */
const isWaiting = ({ readyForQuery, connection: { stream } }: Watched): boolean =>
  !readyForQuery && !stream.isPaused() && stream.writableLength === 0;

const close = ({ connection }: Watched): void =>
  void connection.stream.destroy(Object.assign(new Error('The connection to the database was lost.'), { code: 'ETIMEDOUT' }));

async function withDatabase(login: pg.ClientConfig, work: (database: pg.Client) => Promise<void>): Promise<void> {
  // As the login itself, since a role that it switches to does not see the login's sessions.
  const client = new pg.Client({ ...login, options: '', connectionTimeoutMillis: askTimeoutMs, query_timeout: askTimeoutMs });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } finally {
    (client as unknown as Watched).connection.stream.destroy();
  }
}

const sessionsSql = `from pg_stat_activity where pid = any ($1::int[]) and usename = session_user and application_name = 'partner-renewals'
  and state like 'idle%' and state_change < clock_timestamp() - interval '1 second'`;
const idsOf = (clients: readonly Watched[]) => [clients.map(({ processID }) => processID)];

/** The process ids of backends that have been waiting for their client for a second. */
async function idleBackends(database: pg.Client, clients: readonly Watched[]): Promise<Set<number | null>> {
  const { rows } = await database.query<{ pid: number }>(`/* idleBackends */ select pid ${sessionsSql}`, idsOf(clients));
  return new Set(rows.map(({ pid }) => pid));
}

async function endBackends(database: pg.Client, clients: readonly Watched[]): Promise<void> {
  await database.query(`/* endBackends */ select pg_terminate_backend(pid) ${sessionsSql}`, idsOf(clients));
}
