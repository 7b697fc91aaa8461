import { afterEach, describe, expect, test } from '@jest/globals';
import type { PoolClient } from 'pg';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { waitForImportTurn } from '../writing/import-turns.queries.ts';

const start = '2026-01-01';
const list = '{ viewer { businessDate } upcomingContractChanges { nodes { effectiveDate } } }';

let server: TestServer;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

async function open(options: Omit<Parameters<typeof startTestServer>[0], 'businessDate'> = {}): Promise<void> {
  server = await startTestServer({ businessDate: start, ...options });
  opened.push(server);
}

/** A partner with one renewal, and what a VIEWER of it asks. */
async function partner(name: string, renewal: string) {
  const data = await TestData.of(server.database.pool, { name, passedThrough: start });
  await data.renewal(await data.customer({ name: 'Acme' }), renewal);
  const token = await server.createToken(data.partnerId, 'VIEWER');
  return { id: data.partnerId, name, ask: async () => await server.query(list, {}, { token }) };
}

/** Holds a partner's customers as an edit does, until `release`. */
async function holdCustomers(id: string) {
  const client: PoolClient = await server.database.superuserPool.connect();
  await client.query('begin');
  await client.query('select from customer_association where partner_id = $1 for update', [id]);
  let isHeld = true;
  const release = async () => {
    if (!isHeld) return;
    isHeld = false;
    await client.query('commit');
    client.release();
  };
  opened.push({ close: release });
  return release;
}

/** Makes every change of one partner fail, as data that no rule foresaw would. */
async function breakPartner(id: string): Promise<() => Promise<void>> {
  const { superuserPool } = server.database;
  await superuserPool.query(`
    create function break_partner() returns trigger language plpgsql as
      $$ begin if new.partner_id = '${id}' then raise exception 'a secret of Acme'; end if; return new; end $$;
    create trigger break_partner before update on contract_change for each row execute function break_partner()`);
  return async () => void (await superuserPool.query('drop trigger break_partner on contract_change'));
}

const get = async (path: string) => await fetch(`${server.url}${path}`);
const metric = async (name: string) => new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await get('/metrics')).text())?.[1];

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("a partner's days", () => {
  test('pass on its own first request of the day, and in the background without any', async () => {
    await open();
    const [asking, silent] = [await partner('Asking', '2026-01-05'), await partner('Silent', '2026-01-05')];
    server.setBusinessDate('2026-01-10');
    const { body } = await asking.ask();
    expect(body.data).toEqual({ viewer: { businessDate: '2026-01-10' }, upcomingContractChanges: { nodes: [] } });
    const passed = async () =>
      (await server.database.superuserPool.query('select min(passed_through) as day from partner')).rows[0].day as string;
    await until(async () => (await passed()) === '2026-01-10');
    expect((await silent.ask()).status).toBe(200);
    expect(await metric('renewals_days_passed_total')).toBe('18');
    expect(await metric('renewals_partners_behind')).toBe('0');
  });

  test('pass in the background also for a partner that falls behind after the first look of the day', async () => {
    await open({ surveyMs: 1 });
    await until(async () => server.log.some(({ msg }) => msg === 'days passed'));
    const { partnerId } = await TestData.of(server.database.pool, { name: 'Restored', passedThrough: '2025-12-20' });
    const read = 'select passed_through as day from partner where id = $1';
    const passed = async () => (await server.database.superuserPool.query<{ day: string }>(read, [partnerId])).rows[0]?.day;
    await until(async () => (await passed()) !== '2025-12-20');
    expect(await passed()).toBe(start);
  });

  test('keep only its own requests waiting, and those hold no place', async () => {
    await open({ config: { maxRequestsInWork: 2, maxRequestsWaiting: 20 } });
    const [held, other] = [await partner('Held', '2026-01-05'), await partner('Other', '2026-01-05')];
    const release = await holdCustomers(held.id);
    server.setBusinessDate('2026-01-10');
    let answered = 0;
    const waiting = Array.from({ length: 8 }, async () => await held.ask().finally(() => (answered += 1)));
    for (let index = 0; index < 20; index += 1) expect((await other.ask()).status).toBe(200);
    expect(answered).toBe(0);
    await release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  test('that take too long are answered with 503 and Retry-After', async () => {
    await open({ config: { maxRequestsWaiting: 4 } });
    const held = await partner('Held', '2026-01-05');
    await holdCustomers(held.id);
    server.setBusinessDate('2026-01-10');
    const answers = await Promise.all(Array.from({ length: 4 }, () => held.ask()));
    expect(
      answers
        .map(({ status, headers, body }) => [status, headers.get('retry-after'), body.errors![0]!.extensions['code']].join(' '))
        .toSorted(),
    ).toEqual(['503 1 UNAVAILABLE', '503 1 UNAVAILABLE', '503 2 UNAVAILABLE', '503 2 UNAVAILABLE']);
    expect(new Set(answers.map(({ body }) => body.errors![0]!.message))).toEqual(
      new Set([
        "Today's changes are still being applied. Try again in 2 seconds.",
        "Many requests wait until today's changes are applied. Try again in 1 second.",
      ]),
    );
    // Waiting for an edit is no failure.
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready' });
  }, 60_000);

  test('pass for all requests that wait, although the connection is lost meanwhile', async () => {
    await open();
    const asking = await partner('Asking', '2026-01-05');
    const { superuserPool } = server.database;
    // A sequence keeps its value when a transaction ends with its connection.
    await superuserPool.query(`
      create sequence ended;
      create function end_connection() returns trigger language plpgsql security definer as
        $$ begin if nextval('ended') < 3 then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end $$;
      create trigger end_connection before update on contract_change for each row execute function end_connection()`);
    server.setBusinessDate('2026-01-10');
    const answers = await Promise.all(Array.from({ length: 4 }, () => asking.ask()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.flatMap(({ body }) => body.data.upcomingContractChanges.nodes)).toEqual([]);
    expect((await superuserPool.query('select last_value::int as n from ended')).rows).toEqual([{ n: 3 }]);
  });

  test('that fail bar this partner alone, until an attempt succeeds', async () => {
    await open();
    const [broken, other] = [await partner('Broken', '2026-01-05'), await partner('Other', '2026-01-05')];
    const repair = await breakPartner(broken.id);
    server.setBusinessDate('2026-01-10');
    const refused = await broken.ask();
    expect([refused.status, refused.headers.get('retry-after'), refused.body.errors]).toEqual([
      503,
      '1',
      [{ message: "Today's changes cannot be applied now. Try again in 1 second.", extensions: { code: 'UNAVAILABLE' } }],
    ]);
    expect((await other.ask()).status).toBe(200);
    const readiness = await get('/readyz');
    expect([readiness.status, await readiness.json()]).toEqual([200, { status: 'ready', partnersBarred: 1 }]);
    expect(await metric('renewals_partners_barred')).toBe('1');
    const failures = () => server.log.filter(({ partnerId }) => partnerId === broken.id);
    expect(failures()[0]).toMatchObject({
      level: 50,
      businessDate: '2026-01-10',
      failures: 1,
      retryInSeconds: 1,
      reason: 'error',
      err: { code: 'P0001' },
    });
    const visible = JSON.stringify(server.log) + (await (await get('/metrics')).text()) + refused.text;
    for (const secret of ['secret of Acme', 'Broken']) expect(visible).not.toContain(secret);
    // The pauses between attempts grow.
    await until(async () => failures().length >= 2);
    expect(failures()[1]).toMatchObject({ failures: 2, retryInSeconds: 2 });
    await repair();
    await until(async () => (await broken.ask()).status === 200);
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready' });
    expect(await metric('renewals_partners_barred')).toBe('0');
  }, 60_000);

  test('do not keep a partner from reading during its import', async () => {
    await open();
    const importing = await partner('Importing', '2026-01-05');
    await inPartnerTransaction(server.database.pool, importing.id, async (tx) => {
      await waitForImportTurn(tx);
      server.setBusinessDate('2026-01-10');
      for (let index = 0; index < 5; index += 1) expect((await importing.ask()).status).toBe(200);
    });
    await until(async () => (await metric('renewals_partners_behind')) === '0');
  });

  test('are more than 35 only if that is told', async () => {
    for (const mostDays of [undefined, Infinity]) {
      await open(mostDays === undefined ? {} : { mostDays });
      const [far, near] = [await partner('Far', '2026-01-05'), await partner('Near', '2026-06-01')];
      await server.database.superuserPool.query(`update partner set passed_through = '2026-01-20' where id = $1`, [near.id]);
      server.setBusinessDate('2026-02-06');
      expect([(await far.ask()).status, (await near.ask()).status]).toEqual([mostDays === undefined ? 503 : 200, 200]);
      const reason = server.log.find(({ partnerId }) => partnerId === far.id)?.['reason'];
      const told =
        '36 days (2026-01-01 to 2026-02-06) would pass at once. Passed days cannot be undone. If the date is right, give the option --pass-days.';
      expect(reason).toBe(mostDays === undefined ? told : undefined);
    }
  });
});

describe('the clock', () => {
  test.each(['2026-01-03', '2025-12-01'])('is not followed when it jumps to %s while the server runs', async (date) => {
    await open({ isClockSet: true });
    const asking = await partner('Asking', '2026-01-02');
    server.setBusinessDate(date);
    expect((await asking.ask()).body.data.viewer.businessDate).toBe(start);
    expect(server.log.filter(({ msg }) => String(msg).startsWith('the clock jumped'))).toHaveLength(1);
    expect(await (await get('/readyz')).json()).toEqual({
      status: 'ready',
      warnings: ['The clock jumped; the business date goes on as before.'],
    });
    server.setBusinessDate('2026-01-02');
    expect((await asking.ask()).body.data.viewer.businessDate).toBe('2026-01-02');
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready' });
    // A day back is no jump, but a business date does not go back.
    server.setBusinessDate(start);
    expect((await asking.ask()).body.data.viewer.businessDate).toBe('2026-01-02');
  });

  test('behind days that have passed is told', async () => {
    await open();
    await partner('Ahead', '2026-06-01');
    await server.database.superuserPool.query(`update partner set passed_through = '2026-05-01'`);
    server.setBusinessDate('2026-01-02');
    await until(async () => server.log.some(({ msg }) => msg === 'the business date is before days that have passed'));
    expect(await (await get('/readyz')).json()).toEqual({
      status: 'ready',
      warnings: ['The business date is before days that have passed.'],
    });
  });
});
