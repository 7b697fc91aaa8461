import { callbackify, promisify } from 'node:util';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { DatabaseSetupError } from './database-setup-error.ts';

const wishes = ['any', 'read-write', 'primary', 'read-only', 'standby', 'prefer-primary', 'prefer-standby'] as const;
type Wish = (typeof wishes)[number];
type Host = { host: string; port: number };

// A host that is down refuses at once; one whose network is lost must not hold up the others.
const askTimeoutMs = 5_000;
/** Until another host is looked for, while none is what is wished. */
const makeshiftMs = 500;

/** The hosts of an address, of which one is used at a time. */
export type Hosts = {
  /** The settings of a connection, with the first host. */
  config: pg.ClientConfig;
  isOne: boolean;
  /** The host that fits now; with one host, that one. */
  find(): Promise<Host>;
  /** Looks for a host anew: a connection was lost, or the host accepts no changes. */
  suspect(): void;
  /** Tells when another host is used. */
  onChange(tell: (now: Host) => void): void;
};

/**
 * Reads an address of one host or several, as PostgreSQL's own programs do: `postgres://user@one:5432,two:5432/name?target_session_attrs=…`.
 * With several, the one that accepts changes is preferred unless told otherwise.
 */
export function hostsOf(url: string, usual: Wish = 'prefer-primary'): Hosts {
  const each = addressesOf(url).map(configOf);
  const { target_session_attrs: told, ...first } = each[0] as pg.ClientConfig & { target_session_attrs?: string };
  const wish = wishes.find((known) => known === (told ?? usual));
  if (wish === undefined) throw new DatabaseSetupError(`target_session_attrs must be one of ${wishes.join(', ')}, not "${told}".`);
  // A single host may be left to pg's own defaults.
  const hosts = each.map(({ host, port }) =>
    each.length === 1 ? ({ host, port } as Host) : { host: host || 'localhost', port: port ?? 5432 },
  );
  const tells: ((now: Host) => void)[] = [];
  let used = hosts[0]!;
  let looking: Promise<Host> | undefined;
  let found: { host: Host; until: number } | undefined;

  /** The first host that answers as wished; without one, any that may be used. */
  async function look(): Promise<Host> {
    let makeshift: Host | undefined;
    const reasons: string[] = [];
    const best = await new Promise<Host | undefined>((resolve) => {
      const asked = hosts.map(async (host) => {
        const role = await roleOf({ ...first, ...host });
        const rank = typeof role === 'string' ? null : rankOf(wish!, role);
        if (rank === 0) resolve(host);
        if (rank === 1) makeshift ??= host;
        if (rank === null) reasons.push(`${host.host}:${host.port}: ${typeof role === 'string' ? role : `not ${wish}`}`);
      });
      void Promise.all(asked).then(() => resolve(undefined));
    });
    const host = best ?? makeshift;
    if (!host)
      throw Object.assign(new Error(`None of the hosts of the database can be used now (${reasons.join('; ')}).`), { code: 'EHOSTDOWN' });
    found = { host, until: best ? Infinity : performance.now() + makeshiftMs };
    if (host !== used) {
      used = host;
      for (const tell of tells) tell(used);
    }
    return host;
  }

  return {
    config: first,
    isOne: hosts.length === 1,
    async find() {
      if (hosts.length === 1) return used;
      if (found && performance.now() < found.until) return found.host;
      return await (looking ??= look().finally(() => (looking = undefined)));
    },
    suspect: () => void (found = undefined),
    onChange: (tell) => void tells.push(tell),
  };
}

const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function configOf(address: string): pg.ClientConfig {
  const [, mode] = /[?&]sslmode=([^&]*)/.exec(address) ?? [];
  // pg takes every other word for encryption.
  if (mode !== undefined && !tlsModes.includes(mode)) throw new DatabaseSetupError(`sslmode must be one of ${tlsModes.join(', ')}.`);
  try {
    return parseIntoClientConfig(address);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (path !== undefined) throw new DatabaseSetupError(`A file that an address of the database names cannot be read: ${path} (${code}).`);
    // Neither the message nor a cause has the address: it may contain a password.
    throw new DatabaseSetupError(
      'An address of the database cannot be read. Encode special characters of its user and password: % is %25, / is %2F, ? is %3F, # is %23.',
    );
  }
}

/** One address for each host. */
function addressesOf(url: string): string[] {
  const [, before, list, after] = /^(postgres(?:ql)?:\/\/(?:[^/?@]*@)?)([^/?@]*)([/?].*)?$/.exec(url) ?? [];
  return list?.includes(',') ? list.split(',').map((host) => `${before}${host}${after ?? ''}`) : [url];
}

type Role = { isStandby: boolean; isReadOnly: boolean };

/** 0 = as wished, 1 = better than none; null = not to be used. */
function rankOf(wish: Wish, role: Role): 0 | 1 | null {
  const fits = {
    any: true,
    'read-write': !role.isReadOnly,
    primary: !role.isStandby,
    'read-only': role.isReadOnly,
    standby: role.isStandby,
    'prefer-primary': !role.isReadOnly,
    'prefer-standby': role.isStandby,
  }[wish];
  if (fits) return 0;
  return wish.startsWith('prefer-') ? 1 : null;
}

/** What a host is now, or why it did not answer. */
async function roleOf(config: pg.ClientConfig): Promise<Role | string> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: askTimeoutMs, query_timeout: askTimeoutMs });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Role>(
      `/* roleOf */ select pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
    );
    return rows[0]!;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return code ?? message;
  } finally {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** Connects to the host that fits at that moment. */
export function choosingHost(Client: typeof pg.Client, hosts: Hosts): typeof pg.Client {
  return class extends Client {
    readonly #connect = promisify(this.connect.bind(this) as (done: (error?: Error | null) => void) => void);

    override connect = callbackify(async () => {
      Object.assign(this, await hosts.find());
      try {
        await this.#connect();
      } catch (error) {
        hosts.suspect();
        throw error;
      }
    }) as pg.Client['connect'];
  };
}

/** Closes the idle connections of a pool to other hosts when another host is used. Those in use end with their work. */
export function leaveOtherHosts(pool: pg.Pool, hosts: Hosts): void {
  const idle = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => void idle.delete(client));
  pool.on('release', (_error, client) => void idle.add(client));
  pool.on('remove', (client) => {
    idle.delete(client);
    hosts.suspect();
  });
  const hostOf = (client: pg.PoolClient) => client as unknown as Host & { connection: { stream: { destroy(): void } } };
  hosts.onChange((now) => {
    for (const client of idle) {
      const { host, port, connection } = hostOf(client);
      if (host !== now.host || port !== now.port) connection.stream.destroy();
    }
  });
}
