import pg from 'pg';
import { useEmbeddedServer, type EmbeddedOptions } from '../embedded-postgres/embedded-postgres.ts';
import { inspect, migrateServer, type DatabaseConfig } from './database.ts';
import { DatabaseSetupError } from './database-setup-error.ts';
import { cancelStatement } from './end-connections.ts';
import { hostsOf } from './hosts.ts';
import { runPendingMigrations, type MigrationOptions } from './migration-run.ts';
import { ownerRole, servingRole } from './roles.ts';
import { ownerConfig, type OwnerConfig } from './server-access.ts';

/** Access as the owner of the tables, for the few commands that concern all partners at once. No request uses it. */
export type OwnerAccess = {
  /** A connection of the owner, which {@link OwnerAccess.release} ends. */
  connect(): Promise<pg.Client>;
  migrate(options?: MigrationOptions): Promise<void>;
  /** Ends the connections, and stops the embedded server if no other process uses it. */
  release(): Promise<void>;
  /** The same, but cancels what runs: PostgreSQL rolls it back. */
  abort(): Promise<void>;
};

export async function openOwner(config: DatabaseConfig, options: EmbeddedOptions = {}): Promise<OwnerAccess> {
  if (config.databaseUrl === undefined) {
    const server = await useEmbeddedServer(config.dataDir, { owner: ownerRole, serving: servingRole }, options);
    return accessOf({
      owner: async () => server.owner,
      migrate: async (which) => await runPendingMigrations(server.owner, async () => server.owner, which),
      release: server.release,
    });
  }
  const { migrationDatabaseUrl, databaseUrl, environment } = config;
  if (migrationDatabaseUrl === undefined && environment === 'production') throw new DatabaseSetupError(`${needsOwner}.`);
  const url = migrationDatabaseUrl ?? databaseUrl;
  const hosts = hostsOf(url, 'primary');
  const info = await inspect(hosts);
  if (!info.bypasses_rls && !info.may_create)
    throw new DatabaseSetupError(`${needsOwner}: the login "${info.login}" does not own the tables.`);
  return accessOf({
    owner: async () => ownerConfig({ ...hosts.config, ...(await hosts.find()) }, info),
    migrate: async (which) => await migrateServer(url, { ...which, switchesRole: migrationDatabaseUrl === undefined }),
    release: async () => {},
  });
}

const needsOwner = 'This command reads or writes the data of all partners. Set MIGRATION_DATABASE_URL to the login that owns the tables';

type Parts = Pick<OwnerAccess, 'migrate' | 'release'> & { owner(): Promise<OwnerConfig> };

function accessOf({ owner, migrate, release }: Parts): OwnerAccess {
  const clients = new Set<pg.Client>();
  const connect = async () => {
    const config = await owner();
    const client = new (config.Client ?? pg.Client)({ ...config, application_name: 'partner-renewals', keepAlive: true });
    // The running statement fails.
    client.on('error', () => {});
    await client.connect();
    clients.add(client);
    return client;
  };
  const end = async () => {
    await Promise.all([...clients].map((client) => client.end().catch(() => {})));
    await release();
  };
  return {
    connect,
    migrate,
    release: end,
    async abort() {
      await Promise.all([...clients].map((client) => cancelStatement(client).catch(() => {})));
      await end();
    },
  };
}
