import pg from 'pg';
import { useEmbeddedServer, type EmbeddedOptions } from '../embedded-postgres/embedded-postgres.ts';
import { asMigrator, inspect, type DatabaseConfig } from './database.ts';
import { DatabaseSetupError } from './database-setup-error.ts';
import { cancelStatement } from './end-connections.ts';
import { hostsOf } from './hosts.ts';
import { whileNobodyMigrates, type Migrate } from './migration-run.ts';
import { ownerRole, rolesAdvice, servingRole } from './roles.ts';
import { ownerConfig, type OwnerConfig } from './server-access.ts';

/** Access as the owner of the tables, for the few commands that concern all partners at once. No request uses it. */
export type OwnerAccess = {
  /** A connection of the owner, which {@link OwnerAccess.release} ends. */
  connect(): Promise<pg.Client>;
  /** The work may migrate; other processes that would, or restore, wait for its end. */
  whileNobodyMigrates<T>(work: (migrate: Migrate) => Promise<T>): Promise<T>;
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
      whileNobodyMigrates: async (work) => await whileNobodyMigrates(server.owner, async () => server.owner, work),
      release: server.release,
    });
  }
  const { migrationDatabaseUrl, databaseUrl, environment } = config;
  if (migrationDatabaseUrl === undefined && environment === 'production') throw new DatabaseSetupError(`${needsOwner}.`);
  const url = migrationDatabaseUrl ?? databaseUrl;
  const hosts = hostsOf(url, 'primary');
  const info = await inspect(hosts);
  if (!info.bypasses_rls && !info.may_create)
    throw new DatabaseSetupError(
      `${needsOwner}: the login "${info.login}" may not create tables in the database "${info.database}". ${rolesAdvice}`,
    );
  return accessOf({
    owner: async () => ownerConfig({ ...hosts.config, ...(await hosts.find()) }, info),
    whileNobodyMigrates: async (work) => await asMigrator(url, { switchesRole: migrationDatabaseUrl === undefined }, work),
    release: async () => {},
  });
}

const needsOwner = 'This command reads or writes the data of all partners. Set MIGRATION_DATABASE_URL to the login that owns the tables';

type Parts = Pick<OwnerAccess, 'whileNobodyMigrates' | 'release'> & { owner(): Promise<OwnerConfig> };

function accessOf({ owner, release, ...parts }: Parts): OwnerAccess {
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
    ...parts,
    connect,
    release: end,
    async abort() {
      await Promise.all([...clients].map((client) => cancelStatement(client).catch(() => {})));
      await end();
    },
  };
}
