import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { parseIntoClientConfig } from 'pg-connection-string';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { openDatabase } from './database.ts';
import { inPartnerTransaction } from './transaction.ts';
import { TestData } from '../../testing/test-data.ts';

const healMs = 5_000;
let database: TestDatabase;
let partnerId: string;
beforeAll(async () => {
  database = await createTestDatabase({ isDirect: true });
  ({ partnerId } = await TestData.of(database.pool, { name: 'Acme', passedThrough: '2026-11-22' }));
});
afterAll(() => database.close());

/** A host that leads to the database, and can go. */
type TestHost = { address: string; go(): void; come(): Promise<void> };

async function startHost(): Promise<TestHost> {
  const { host, port } = parseIntoClientConfig(database.url);
  const sockets = new Set<Socket>();
  let server: Server;
  let own = 0;
  const come = async () => {
    server = createServer((client) => {
      const upstream = host!.startsWith('/') ? connect(`${host}/.s.PGSQL.${port ?? 5432}`) : connect(port ?? 5432, host);
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(from);
        from.pipe(to);
        from.on('error', () => {});
        from.on('close', () => to.destroy());
      }
    }).listen(own, '127.0.0.1');
    await once(server, 'listening');
    own = (server.address() as AddressInfo).port;
  };
  await come();
  return {
    address: `127.0.0.1:${own}`,
    go() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    come,
  };
}

test('when the host in use goes, reads and writes go on with another one, and back again', async () => {
  const [one, two] = [await startHost(), await startHost()];
  const { user, password, database: name } = parseIntoClientConfig(database.url);
  const databaseUrl = `postgres://${user}:${String(password)}@${one.address},${two.address}/${name}`;
  const config = { databaseUrl, dataDir: '', environment: 'test' as const, poolSize: 2, statementTimeoutMs: 5_000 };
  const { pool, close } = await openDatabase(config, { migrate: false });
  const works = async () => {
    await pool.query('select 1');
    return await inPartnerTransaction(pool, partnerId, async (tx) => (await tx.query('select name from partner')).rows);
  };
  const worksAgain = async () => {
    for (const begun = performance.now(); performance.now() - begun < healMs;) {
      const rows = await works().catch(() => null);
      if (rows) return rows;
    }
    return null;
  };
  expect(await works()).toEqual([{ name: 'Acme' }]);
  one.go();
  expect(await worksAgain()).toEqual([{ name: 'Acme' }]);
  await one.come();
  two.go();
  expect(await worksAgain()).toEqual([{ name: 'Acme' }]);
  await close();
  one.go();
});
