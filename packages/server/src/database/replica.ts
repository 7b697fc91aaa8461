import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type Pool } from 'pg';
import { DatabaseSetupError } from './database-setup-error.ts';
import { hostsOf, type Hosts } from './hosts.ts';
import { readLogin } from './server-access.ts';
import { createServingPool, requireRowSecurity, type PoolSettings } from './serving-pool.ts';

const maxWaitMs = 50;
const pollMs = 5;
const restMs = 1_000;
const maxLagMs = 10_000;

/**
 * A standby from which lists are read. It follows its primary with a delay, so a partner's reads go there only when the partner's last
 * write has arrived; they wait a moment for it, and else ask the primary. So do all while it is away, or more than ten seconds behind.
 */
export type Replica = {
  readonly pool: Pool;
  /** Whether the standby has all that this process wrote for the partner, or learned about it. */
  isCurrent(partnerId: string): Promise<boolean>;
  /** The position of the primary after a write of the partner, or after one that may concern all. */
  note(partnerId: string | null, position: string): void;
  /** Whether the standby is there. */
  look(): Promise<boolean>;
  /** The standby failed: it is left alone for a second. */
  rest(): void;
  close(): Promise<void>;
};

type Replicated = Pool & { replica?: Replica };

/** The standby of a pool or of a view of it. */
export const replicaOf = (pool: Pool): Replica | undefined => (pool as Replicated).replica;

/** What `commit` asks for where a standby must not be read before it has the commit. */
export const positionSql = 'select pg_current_wal_insert_lsn()::text as position';

/** Unscoped: lists of all partners wait until a standby has what the primary has now. */
export async function notePositionUnscoped(pool: Pool): Promise<void> {
  const replica = replicaOf(pool);
  if (!replica) return;
  const { rows } = await pool.query<{ position: string }>(`/* notePositionUnscoped */ ${positionSql}`);
  replica.note(null, rows[0]!.position);
}

/**
 * Opens the standby of READ_DATABASE_URL. It may be away; then the primary answers until it is there. Its login is checked before
 * anything is read, as that of the primary is.
 */
export async function openReplica(
  primary: Pool,
  url: string,
  settings: PoolSettings & { role?: string },
): Promise<{ replica: Replica; isThere: boolean }> {
  const hosts = hostsOf(url, 'prefer-standby');
  const isBehindPooler = await askIsPooled(hosts).catch(() => false);
  const { role } = settings;
  const login = { config: hosts.config, ...(hosts.isOne ? {} : { hosts }), isPooled: isBehindPooler, ...(role !== undefined && { role }) };
  const pool = createServingPool(login, settings, () => {});
  const replica = useReplica(primary, pool, () => requireRowSecurity(pool, { switchesRole: role !== undefined }));
  try {
    return { replica, isThere: await replica.look() };
  } catch (error) {
    await replica.close();
    throw error;
  }
}

async function askIsPooled(hosts: Hosts): Promise<boolean> {
  const client = new pg.Client({ ...hosts.config, ...(await hosts.find()), connectionTimeoutMillis: restMs });
  client.on('error', () => {});
  await client.connect();
  return (await readLogin(client).finally(() => client.end())).isPooled;
}

function useReplica(primary: Pool, pool: Pool, check: () => Promise<void>): Replica {
  const clock = () => performance.now();
  let isChecked = false;
  const written = new Map<string, bigint>();
  let ofAll = 0n;
  let replayed = 0n;
  let restUntil = -Infinity;
  let asking: Promise<void> | undefined;
  let samples: { position: bigint; at: number }[] = [];

  async function askReplayed(): Promise<void> {
    // A promoted standby is a primary: it has what it has written.
    const { rows } = await pool.query<{ position: string }>(
      `/* askReplayed */ select (case when pg_is_in_recovery() then coalesce(pg_last_wal_replay_lsn(), '0/0')
         else pg_current_wal_insert_lsn() end)::text as position`,
    );
    replayed = positionOf(rows[0]!.position);
  }

  /** Whether the standby can be used. Throws if its login must not be. */
  async function look(): Promise<boolean> {
    try {
      if (!isChecked) await check();
      isChecked = true;
    } catch (error) {
      if (error instanceof DatabaseSetupError) throw error;
      return false;
    }
    await refresh();
    return clock() >= restUntil;
  }

  /** Once a second: the standby is too far behind if it lacks what the primary had ten seconds ago. */
  async function measure(): Promise<void> {
    try {
      const { rows } = await primary.query<{ position: string }>(`/* measureReplica */ ${positionSql}`);
      samples.push({ position: positionOf(rows[0]!.position), at: clock() });
    } catch {
      // Without a primary, the standby is the best there is.
      samples = [];
    }
    await look().catch(() => {});
    samples = samples.filter(({ position }) => position > replayed);
  }

  const refresh = async () =>
    await (asking ??= askReplayed()
      .catch(rest)
      .finally(() => (asking = undefined)));
  const rest = () => void (restUntil = clock() + restMs);
  const isTooFarBehind = () => samples.length > 0 && clock() - samples[0]!.at > maxLagMs;
  const timer = setInterval(() => void measure(), 1_000);
  timer.unref();

  const replica: Replica = {
    pool,
    look,
    async isCurrent(partnerId) {
      if (!isChecked || clock() < restUntil || isTooFarBehind()) return false;
      const own = written.get(partnerId) ?? 0n;
      const needed = own > ofAll ? own : ofAll;
      const isBehind = () => replayed < needed;
      if (isBehind()) {
        const deadline = clock() + maxWaitMs;
        for (await refresh(); isBehind(); await refresh()) {
          if (clock() >= deadline || clock() < restUntil) return false;
          await sleep(pollMs);
        }
      }
      if (written.get(partnerId) === own) written.delete(partnerId);
      return true;
    },
    note(partnerId, text) {
      const position = positionOf(text);
      if (partnerId === null) ofAll = position > ofAll ? position : ofAll;
      else if (position > (written.get(partnerId) ?? 0n)) written.set(partnerId, position);
    },
    rest,
    async close() {
      clearInterval(timer);
      await pool.end();
    },
  };
  (primary as Replicated).replica = replica;
  return replica;
}

/** PostgreSQL writes a position as two halves of 32 bits. */
function positionOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
