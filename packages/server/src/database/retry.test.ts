import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { readAs } from './reader.ts';
import { inPartnerTransaction, type Db } from './transaction.ts';

let server: TestServer;
let data: TestData;
beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22' });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: '2026-11-22' });
});
afterAll(() => server.close());

const superuser = (sql: string) => server.database.superuserPool.query(sql);

/** Waits until a statement runs, then terminates its connection. */
async function terminateConnectionOf(part: string): Promise<void> {
  const ended = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and query like '%${part}%'`;
  while ((await superuser(ended)).rowCount === 0);
}

const readSlowly = (db: Db, seconds: number) =>
  readAs(db, data.partnerId).select<[string]>({ name: 'readSlowly', select: `select 'read' from pg_sleep(${seconds})`, values: [] });

test.each(['40001', '40P01'])('a read that conflicts with other transactions is retried: SQLSTATE %s', async (code) => {
  await superuser(`create sequence calls; grant usage on sequence calls to public;
    create function fail_once() returns text language plpgsql as $$
      begin
        if nextval('calls') = 1 then raise exception 'conflict' using errcode = '${code}'; end if;
        return 'read';
      end $$`);
  const select = 'select fail_once()';
  await expect(readAs(data.pool, data.partnerId).select({ name: 'conflicting', select, values: [] })).resolves.toEqual([['read']]);
  await superuser('drop function fail_once; drop sequence calls');
});

describe('a connection that is lost', () => {
  test('during a read is replaced, and the read is retried', async () => {
    const reading = readSlowly(data.pool, 0.5);
    await terminateConnectionOf('readSlowly');
    expect(await reading).toEqual([['read']]);
  });

  test('during a read in a transaction ends the transaction', async () => {
    const reading = inPartnerTransaction(data.pool, data.partnerId, (tx) => readSlowly(tx, 10));
    const failure = reading.catch((error: unknown) => error);
    await terminateConnectionOf('readSlowly');
    expect(await failure).toMatchObject({ code: '57P01' });
  });

  test('or a conflict is the only reason to retry: a failed statement is not', async () => {
    server.database.markStatements();
    const refused = readAs(data.pool, data.partnerId).select({ name: 'refused', select: 'select 1 / (0 * pg_backend_pid())', values: [] });
    await expect(refused).rejects.toMatchObject({ code: '22012' });
    expect(server.database.statements()).toHaveLength(1);
  });

  test('during a mutation is an error without effect; with an idempotency key the mutation runs once', async () => {
    const customerId = await data.customer({ name: 'A' });
    const token = await server.createToken(data.partnerId, 'MANAGER');
    const setOwner = async (headers: Record<string, string>) => {
      const locker = await server.database.superuserPool.connect();
      await locker.query('begin; select from customer_association for update');
      const answer = server.query(
        `mutation ($id: ID!) { setCommunicationOwner(input: { customerId: $id, owner: PARTNER }) { association { version } userErrors { code } } }`,
        { id: `cus_${customerId}` },
        { token, headers },
      );
      await terminateConnectionOf('lockAssociation');
      await locker.query('commit');
      locker.release();
      return (await answer).body;
    };
    expect((await setOwner({})).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    const audited = async () => (await superuser(`select from audit_event where action = 'SET_COMMUNICATION_OWNER'`)).rowCount;
    expect(await audited()).toBe(0);
    expect((await setOwner({ 'idempotency-key': 'one' })).data.setCommunicationOwner).toEqual({
      association: { version: 2 },
      userErrors: [],
    });
    expect(await audited()).toBe(1);
  });
});
