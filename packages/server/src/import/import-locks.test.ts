import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { csvFolder } from '../../testing/csv-folder.ts';
import { startTestServer, type GraphqlAnswer, type TestServer } from '../../testing/test-server.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { importFolder } from './import-folder.ts';
import type { ImportReport } from './import-report.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

const businessDate = '2026-11-22';
let server: TestServer;
let partnerId: string;
let token: string;
let held: HeldImport[] = [];
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate })));
afterAll(() => server.close());
beforeEach(async () => {
  partnerId = await server.createPartner(`Partner ${(count += 1)}`);
  token = await server.createToken(partnerId, 'ADMIN');
});
afterEach(async () => {
  for (const each of held.splice(0)) await each.finish();
  server.setBusinessDate(businessDate);
});

type HeldImport = { finish(): Promise<ImportReport> };

const companies = (...names: string[]) =>
  csvFolder({ 'companies.csv': ['Record ID,Company name', ...names.map((name, index) => `${index + 1},${name}`)] });
const manyCompanies = () => companies(...Array.from({ length: 2500 }, (_, index) => `Customer ${index}`));

const run = (folder: string, id = partnerId, date = businessDate) =>
  importFolder({ pool: server.database.pool, partnerId: id, folder, businessDate: date });

/** Runs an import until all is written but the commit. The files get a faulty row, since the report of faults is where it stops. */
async function hold(lines: readonly string[], id = partnerId): Promise<HeldImport> {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let importing: Promise<ImportReport> | undefined;
  await new Promise<void>((stopped, failed) => {
    importing = importFolder({
      ...{ pool: server.database.pool, partnerId: id, businessDate },
      folder: csvFolder({ 'companies.csv': ['Record ID,Company name', ...lines, 'no number,Faulty'] }),
      async onFaults() {
        stopped();
        await finished;
      },
    });
    importing.catch(failed);
  });
  const holder = {
    finish() {
      finish();
      return importing!;
    },
  };
  held.push(holder);
  return holder;
}

const sql = async (text: string, values: unknown[] = []) =>
  (await server.database.superuserPool.query(text, values)).rows as Record<string, unknown>[];

const customer = async (hubId: number, id = partnerId) =>
  `cus_${String((await sql('select id from customer where partner_id = $1 and hub_id = $2', [id, hubId]))[0]!['id'])}`;

const setOwner = (customerId: string, headers: Record<string, string> = {}) =>
  server.query(
    'mutation ($id: ID!) { setCommunicationOwner(input: { customerId: $id, owner: PARTNER }) { association { version } userErrors { message } } }',
    { id: customerId },
    { token, headers },
  );

/** Resolves when a transaction waits for a lock of another one. Only an insert locks the extension of a table, for a moment. */
async function untilOneWaits(event = '%'): Promise<'waits'> {
  const waiting = `select from pg_sleep(0.005), pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    and wait_event <> 'extend' and wait_event like $1`;
  while ((await sql(waiting, [event])).length === 0);
  return 'waits';
}

async function timed(asking: Promise<GraphqlAnswer>): Promise<GraphqlAnswer & { ms: number }> {
  const start = performance.now();
  const answer = await asking;
  return { ...answer, ms: performance.now() - start };
}

const importRunning = {
  message: 'An import of this partner is running. Try again when it has finished.',
  extensions: { code: 'IMPORT_RUNNING' },
};

describe('while an import of its partner runs, an edit', () => {
  test('of a customer that the import changes gets the reason before its lock times out; with the same key it succeeds after the import', async () => {
    await run(companies('A', 'B'));
    const id = await customer(1);
    const importing = await hold(['1,A renamed']);
    for (const headers of [{ 'idempotency-key': 'one' }, {}]) {
      const { status, body, headers: answered, ms } = await timed(setOwner(id, headers));
      expect({ status, retryAfter: answered.get('retry-after'), ...body }).toEqual({
        ...{ status: 503, retryAfter: '5', data: { setCommunicationOwner: null } },
        errors: [{ ...importRunning, locations: expect.anything(), path: ['setCommunicationOwner'] }],
      });
      expect(ms).toBeLessThan(5_000);
    }
    await importing.finish();
    const edited = { data: { setCommunicationOwner: { association: { version: 2 }, userErrors: [] } } };
    expect((await setOwner(id, { 'idempotency-key': 'one' })).body).toEqual(edited);
    expect((await setOwner(id, { 'idempotency-key': 'one' })).body).toEqual(edited);
    expect(await sql(`select from audit_event where partner_id = $1 and action = 'SET_COMMUNICATION_OWNER'`, [partnerId])).toHaveLength(1);
  });

  test('gets no 503 beside another mutation, which succeeded and must not be sent again', async () => {
    await run(companies('A', 'B'));
    const [a, b] = [await customer(1), await customer(2)];
    await hold(['1,A renamed']);
    const one = (name: string, id: string) =>
      `${name}: setCommunicationOwner(input: { customerId: "${id}", owner: PARTNER }) { __typename }`;
    const { status, body } = await server.query(`mutation { ${one('b', b)} ${one('a', a)} }`, {}, { token });
    expect([status, body.errors]).toMatchObject([200, [importRunning]]);
    expect(await sql(`select from audit_event where partner_id = $1 and action = 'SET_COMMUNICATION_OWNER'`, [partnerId])).toHaveLength(1);
  });

  test('of anything that the import does not change succeeds, and pages are read', async () => {
    await run(companies('A', 'B'));
    const [a, b] = [await customer(1), await customer(2)];
    const created = await server.query(
      'mutation { createPartnerUser(input: { name: "Ann", email: "ann@example.com", role: VIEWER }) { user { id } } }',
      {},
      { token },
    );
    await hold(['1,A renamed']);
    const edits = [
      `setCommunicationOwner(input: { customerId: "${b}", owner: PARTNER })`,
      'updatePartnerSettings(input: { ownsAllTransactionalConversations: true })',
      `setPartnerUserRole(input: { userId: "${created.body.data.createPartnerUser.user.id}", role: MANAGER })`,
      'updateDashboardColumns(input: { columns: [RENEWAL_DEADLINE, STATUS, CONTRACT_TYPE, COMMUNICATION_OWNER, CUSTOMER_NAME] })',
    ];
    for (const edit of edits) {
      expect((await server.query(`mutation { ${edit} { userErrors { message } } }`, {}, { token })).body).toEqual({
        data: { [edit.slice(0, edit.indexOf('('))]: { userErrors: [] } },
      });
    }
    const read = await server.query(`{ customer(by: { id: "${a}" }) { name } upcomingContractChanges { totalCount } }`, {}, { token });
    expect(read.body).toEqual({ data: { customer: { name: 'A' }, upcomingContractChanges: { totalCount: 0 } } });
  });

  test('that came first lets the import wait', async () => {
    await run(companies('A'));
    const id = await customer(1);
    const locker = await server.database.superuserPool.connect();
    await locker.query('begin');
    await locker.query('select from customer_association where partner_id = $1 for update', [partnerId]);
    const edit = setOwner(id);
    await untilOneWaits();
    const importing = run(companies('A renamed'));
    await untilOneWaits('advisory');
    await locker.query('commit');
    locker.release();
    expect((await edit).body.data.setCommunicationOwner.userErrors).toEqual([]);
    expect((await importing).files[0]).toMatchObject({ updated: 1 });
  });
});

test('a lock held by neither an import nor a request with the same key gets its own reason', async () => {
  await run(companies('A', 'B'));
  const [a, b] = [await customer(1), await customer(2)];
  const locker = await server.database.superuserPool.connect();
  await locker.query(`begin; select from customer_association where customer_id = '${a.slice(4)}' for update`);
  await locker.query(
    `insert into idempotency_key (partner_id, principal, field, key, input_digest)
     select $1, id, 'setCommunicationOwner', 'taken', '' from api_key where partner_id = $1`,
    [partnerId],
  );
  const [row, key] = await Promise.all([setOwner(a, { 'idempotency-key': 'free' }), setOwner(b, { 'idempotency-key': 'taken' })]);
  await locker.query('rollback');
  // The key's row refers to the partner's, and the whole table can be locked: neither is a request with the same key.
  await locker.query('begin; select from partner for update');
  const partner = await setOwner(a, { 'idempotency-key': 'other' });
  await locker.query('rollback; begin; lock table idempotency_key');
  const table = await setOwner(a, { 'idempotency-key': 'other' });
  await locker.query('rollback');
  locker.release();
  for (const { status, body } of [row, partner, table])
    expect({ status, ...body }).toMatchObject({ status: 503, errors: [{ message: 'Another request is changing this; try again.' }] });
  expect(key.body.data.setCommunicationOwner.userErrors).toEqual([
    { message: 'The first request with this key is still running. Try again in a moment.' },
  ]);
}, 60_000);

describe('imports at the same time', () => {
  test('of five partners with many rows do not wait for each other', async () => {
    await hold(Array.from({ length: 2500 }, (_, index) => `${index + 1},Customer ${index}`));
    const others = await Promise.all([1, 2, 3, 4].map((n) => server.createPartner(`Partner ${count} ${n}`)));
    const reports = Promise.all(others.map((id) => run(manyCompanies(), id)));
    expect(await Promise.race([reports, untilOneWaits()])).toMatchObject([1, 2, 3, 4].map(() => ({ files: [{ created: 2500 }] })));
  });

  test('of one partner run one after another', async () => {
    const first = await hold(['1,A']);
    const second = run(companies('A', 'B'));
    expect(await Promise.race([second, untilOneWaits()])).toBe('waits');
    await first.finish();
    expect((await second).files).toMatchObject([{ created: 1, unchanged: 1 }]);
  });

  test('plan without new statistics while another import updates them, and update all later', async () => {
    const staged = { rows: 2500 } as StagedFile;
    const other = await server.createPartner(`Other ${count}`);
    const { pool } = server.database;
    await inPartnerTransaction(pool, other, async (tx) => {
      const isAvoiding = async () =>
        (await tx.query<{ enable_nestloop: string }>('show enable_nestloop')).rows[0]!.enable_nestloop === 'off';
      const analyzed = async () =>
        (
          await tx.query<{ name: string }>(
            `select relation::regclass::text as name from pg_locks where pid = pg_backend_pid() and mode = 'ShareUpdateExclusiveLock'`,
          )
        ).rows.map(({ name }) => name);
      await inPartnerTransaction(pool, partnerId, async (first) => {
        await refreshStatistics(first, staged, ['customer']);
        await refreshStatistics(tx, staged, ['customer']);
        expect([await isAvoiding(), await analyzed()]).toEqual([true, []]);
      });
      await refreshStatistics(tx, staged, ['contract']);
      expect([await isAvoiding(), (await analyzed()).sort()]).toEqual([
        false,
        ['contract', 'contract_change', 'contract_change_decision', 'customer', 'customer_association', 'customer_user'],
      ]);
    });
  });
});

test('days pass for the other partners during an import, and for its own partner after it', async () => {
  const other = await server.createPartner(`Other ${count}`);
  const otherToken = await server.createToken(other, 'VIEWER');
  const passedThrough = async (id: string) =>
    (await sql('select passed_through::text as through from partner where id = $1', [id]))[0]!['through'];
  const importing = await hold(['1,A']);
  server.setBusinessDate('2026-11-23');
  const document = '{ viewer { businessDate } upcomingContractChanges { totalCount } }';
  for (const each of [otherToken, token]) {
    const { body, ms } = await timed(server.query(document, {}, { token: each }));
    expect(body.data).toEqual({ viewer: { businessDate: '2026-11-23' }, upcomingContractChanges: { totalCount: 0 } });
    expect(ms).toBeLessThan(5_000);
  }
  expect([await passedThrough(other), await passedThrough(partnerId)]).toEqual(['2026-11-23', businessDate]);
  await importing.finish();
  while ((await passedThrough(partnerId)) !== '2026-11-23');
});
