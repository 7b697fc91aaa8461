import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { findDuePartnersUnscoped, readOutboxDepthUnscoped } from './outbox-survey.queries.ts';
import type { Outcome } from './outbox.types.ts';
import { claimMessages, claimSettings, endMessages, endWaiting, enqueue, releaseMessages, retryLater } from './outbox.writers.ts';

const noon = new Date('2026-01-01T12:00:00Z');
const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
const sent: Outcome = { state: 'SENT', address: 'ann@acme.example', messageId: '<1@example.com>' };

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

type Planned = { key: string; bundle?: string; notBefore?: Date; skip?: string; kind?: string };

async function newPartner() {
  const { partnerId: id } = await TestData.of(database.pool, { name: `P ${randomUUID()}`, passedThrough: '2026-01-01' });
  const within = async <T>(work: (tx: PartnerTransaction) => Promise<T>) =>
    await inPartnerTransaction(database.pool, id, work, { opening: claimSettings });
  const plan = async (...messages: readonly Planned[]) =>
    await within((tx) =>
      enqueue(tx, {
        sql: `select kind, key, bundle as bundle_id, null::uuid as customer_id, null::uuid as contract_change_id, null as recipient_kind,
                null::uuid as recipient_id, '{"a":1}'::jsonb as details, "notBefore" as not_before, skip as skip_reason
              from json_to_recordset($2) as planned (kind text, key text, bundle uuid, "notBefore" timestamptz, skip text)`,
        values: [JSON.stringify(messages.map((message) => ({ kind: 'A', notBefore: noon, ...message })))],
      }),
    );
  const claim = async (most: number, { leaseMs = 60_000, dueAt = noon, except = [] as string[] } = {}) => {
    const name = randomUUID();
    const messages = await within((tx) => claimMessages(tx, { claim: name, kinds: ['A'], dueAt, most, leaseMs, except }));
    return { claim: name, ids: messages.map((message) => message.id), keys: messages.map(({ key }) => key).toSorted(), messages };
  };
  const rows = async () =>
    (
      await database.superuserPool.query(
        `select key, state, reason, address, message_id, attempts, last_error, claimed_by is not null as claimed, ended_at is not null as ended
         from outbox_message where partner_id = $1 order by key`,
        [id],
      )
    ).rows;
  const drop = async (key: string, reason: string) =>
    await within((tx) =>
      endWaiting(tx, { sql: 'select id from outbox_message where partner_id = $1 and key = $2', values: [key] }, reason),
    );
  return { id, within, plan, claim, rows, drop };
}

const due = async (at: Date, kinds = ['A']) => (await findDuePartnersUnscoped(database.pool, at, kinds)).map(({ partnerId }) => partnerId);

const expireLeases = async () =>
  await database.superuserPool.query(
    `update outbox_message set claimed_until = statement_timestamp() - interval '1 second' where claimed_by is not null`,
  );

describe('a message', () => {
  test('is planned once, and one with a reason is skipped at once', async () => {
    const { plan, rows, claim } = await newPartner();
    expect(await plan({ key: '1' }, { key: '2', skip: 'OVERTAKEN' })).toEqual({ planned: 2, skipped: { OVERTAKEN: 1 } });
    expect(await plan({ key: '1' }, { key: '2' }, { key: '3', notBefore: later(1) }, { key: '1', kind: 'B' })).toEqual({
      planned: 2,
      skipped: {},
    });
    expect((await rows()).map(({ key, state, reason, ended }) => [key, state, reason, ended])).toEqual([
      ['1', 'WAITING', null, false],
      ['1', 'WAITING', null, false],
      ['2', 'SKIPPED', 'OVERTAKEN', true],
      ['3', 'WAITING', null, false],
    ]);
    // Neither the skipped one, nor one that is due later, nor one of another kind.
    expect((await claim(10)).keys).toEqual(['1']);
    expect((await claim(10, { dueAt: later(1) })).keys).toEqual(['3']);
  });

  test('is claimed by one of many, and each gets the oldest', async () => {
    const { plan, claim } = await newPartner();
    const keys = Array.from({ length: 40 }, (_, index) => String(index).padStart(2, '0'));
    await plan(...keys.map((key, index) => ({ key, notBefore: later(-index) })));
    expect((await claim(2)).keys).toEqual(['38', '39']);
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(4)));
    const claimed = claims.flatMap((each) => each.keys);
    expect(claimed).toHaveLength(new Set(claimed).size);
    while (claimed.length < 38) {
      const next = await claim(4);
      expect(next.keys.length).toBeGreaterThan(0);
      claimed.push(...next.keys);
    }
    expect(claimed.toSorted()).toEqual(keys.slice(0, 38));
    expect((await claim(10)).keys).toEqual([]);
  });

  test('that another worker is claiming keeps nobody waiting', async () => {
    const { plan, claim, within } = await newPartner();
    const bundle = randomUUID();
    await plan({ key: '1a', bundle, notBefore: later(-1) }, { key: '1b', bundle, notBefore: later(-1) }, { key: '2' });
    const claiming = { claim: randomUUID(), kinds: ['A'], dueAt: noon, most: 1, leaseMs: 60_000 };
    await within(async (tx) => {
      expect((await claimMessages(tx, claiming)).map(({ key }) => key).toSorted()).toEqual(['1a', '1b']);
      expect((await claim(9)).keys).toEqual(['2']);
    });
    expect((await claim(9)).keys).toEqual([]);
  });

  test('stays with its worker as long as the lease lasts; after that, only the next worker can end it', async () => {
    const { plan, claim, within, rows } = await newPartner();
    await plan({ key: '1', notBefore: later(-1) }, { key: '2' });
    const first = await claim(1);
    expect(first.messages[0]).toMatchObject({ key: '1', kind: 'A', details: { a: 1 }, attempts: 0, bundleId: null });
    expect((await claim(1)).keys).toEqual(['2']);
    expect((await claim(1)).keys).toEqual([]);
    await expireLeases();
    // A process keeps what it is about to record.
    expect((await claim(9, { except: first.ids })).keys).toEqual(['2']);
    const second = await claim(9);
    expect([second.keys, second.messages[0]!.attempts]).toEqual([['1'], 1]);
    expect(await within((tx) => endMessages(tx, first, sent))).toEqual(new Set());
    await within((tx) => retryLater(tx, first, { notBefore: later(1), detail: 'late', address: null }));
    await within((tx) => releaseMessages(tx, first));
    expect((await rows())[0]).toMatchObject({ state: 'WAITING', claimed: true, attempts: 1, last_error: null });
    expect(await within((tx) => endMessages(tx, second, sent))).toEqual(new Set(second.ids));
    expect(await within((tx) => endMessages(tx, second, { state: 'FAILED', reason: 'LATE', detail: '', address: null }))).toEqual(
      new Set(),
    );
    expect((await rows())[0]).toEqual({
      ...{ key: '1', state: 'SENT', reason: null, address: 'ann@acme.example', message_id: '<1@example.com>' },
      ...{ attempts: 2, last_error: null, claimed: false, ended: true },
    });
  });

  test('comes again after a failed attempt, keeps the reason, and is free after a release', async () => {
    const { plan, claim, within, rows } = await newPartner();
    await plan({ key: '1' });
    const first = await claim(1);
    await within((tx) => retryLater(tx, first, { notBefore: later(5), detail: `4\0${'x'.repeat(2_000)}`, address: 'a@b.example' }));
    expect((await claim(1, { dueAt: later(4) })).keys).toEqual([]);
    const second = await claim(1, { dueAt: later(5) });
    expect(second.messages[0]!.attempts).toBe(1);
    await within((tx) => releaseMessages(tx, second));
    const third = await claim(1, { dueAt: later(5) });
    expect(third.messages[0]!.attempts).toBe(1);
    await within((tx) => endMessages(tx, third, { state: 'FAILED', reason: 'REJECTED', detail: '5\0', address: 'a@b.example' }));
    expect(await rows()).toEqual([
      expect.objectContaining({ state: 'FAILED', reason: 'REJECTED', attempts: 2, last_error: '5', address: 'a@b.example', ended: true }),
    ]);
    expect((await claim(1, { dueAt: later(99) })).keys).toEqual([]);
  });

  test('that is dropped never leaves, unless it has left already', async () => {
    const { plan, claim, within, rows, drop } = await newPartner();
    await plan({ key: '1', notBefore: later(-1) }, { key: '2', notBefore: later(-1) }, { key: '3' });
    const onTheWay = await claim(2);
    expect([await drop('1', 'ENDED'), await drop('2', 'ENDED'), await drop('3', 'ENDED'), await drop('3', 'AGAIN')]).toEqual([1, 1, 1, 0]);
    expect((await claim(9)).keys).toEqual([]);
    const [one, two] = onTheWay.messages
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ id }) => ({ claim: onTheWay.claim, ids: [id] }));
    expect(await within((tx) => endMessages(tx, one!, sent))).toEqual(new Set(one!.ids));
    await within((tx) => retryLater(tx, two!, { notBefore: later(1), detail: '4', address: null }));
    expect(await within((tx) => endMessages(tx, two!, { state: 'SKIPPED', reason: 'LATE' }))).toEqual(new Set());
    await expireLeases();
    expect((await claim(9, { dueAt: later(9) })).keys).toEqual([]);
    expect((await rows()).map(({ key, state, reason }) => [key, state, reason])).toEqual([
      ['1', 'SENT', null],
      ['2', 'SKIPPED', 'ENDED'],
      ['3', 'SKIPPED', 'ENDED'],
    ]);
  });
});

describe('a bundle', () => {
  test('is claimed as a whole by one worker, and counts once', async () => {
    const { plan, claim } = await newPartner();
    const [one, two] = [randomUUID(), randomUUID()];
    await plan(...['a', 'b', 'c'].map((key) => ({ key: `1${key}`, bundle: one })), { key: '3' });
    await plan(...['a', 'b', 'c'].map((key) => ({ key: `2${key}`, bundle: two })));
    const claims = (await Promise.all(Array.from({ length: 6 }, () => claim(1)))).map((each) => each.keys.join(' '));
    while (claims.filter((keys) => keys !== '').length < 3) claims.push((await claim(1)).keys.join(' '));
    expect(claims.filter((keys) => keys !== '').toSorted()).toEqual(['1a 1b 1c', '2a 2b 2c', '3']);
  });

  test('leaves without what was dropped meanwhile, and the rest comes back together', async () => {
    const { plan, claim, within, drop } = await newPartner();
    const bundle = randomUUID();
    await plan(...['a', 'b', 'c', 'd'].map((key) => ({ key, bundle })));
    await drop('a', 'ENDED');
    const first = await claim(1);
    expect(first.keys).toEqual(['b', 'c', 'd']);
    const skipped = first.messages.filter(({ key }) => key === 'c').map(({ id }) => id);
    await within((tx) => endMessages(tx, { claim: first.claim, ids: skipped }, { state: 'SKIPPED', reason: 'DECIDED' }));
    expect((await claim(5)).keys).toEqual([]);
    await within((tx) => retryLater(tx, first, { notBefore: later(1), detail: '4', address: null }));
    expect((await claim(1, { dueAt: later(1) })).keys).toEqual(['b', 'd']);
  });
});

describe('the survey', () => {
  test('names partners with messages to claim, the oldest first, and counts what waits', async () => {
    const [old, young, none, claimed, future, other] = await Promise.all(Array.from({ length: 6 }, newPartner));
    const before = await readOutboxDepthUnscoped(database.pool, later(-1_000));
    await young!.plan({ key: '1', notBefore: later(-1_000) }, { key: '2', notBefore: later(-1_001) });
    await old!.plan({ key: '1', notBefore: later(-2_000) });
    await none!.plan({ key: '1', skip: 'OVERTAKEN', notBefore: later(-3_000) });
    await claimed!.plan({ key: '1', notBefore: later(-3_000) });
    await claimed!.claim(1);
    await future!.plan({ key: '1', notBefore: later(-999) });
    await other!.plan({ key: '1', kind: 'B', notBefore: later(-3_000) });
    expect(await due(later(-1_000))).toEqual([old!.id, young!.id]);
    expect(await due(later(-1_000), ['B'])).toEqual([other!.id]);
    const depth = await readOutboxDepthUnscoped(database.pool, later(-1_000));
    expect([depth.due - before.due, depth.later - before.later, depth.oldestDue]).toEqual([5, 1, later(-3_000)]);
  });

  test('reveals to the serving role no row of any partner', async () => {
    const { plan, id } = await newPartner();
    await plan({ key: '1' });
    expect((await database.pool.query('select from outbox_message')).rowCount).toBe(0);
    const stranger = await newPartner();
    expect((await stranger.claim(9)).keys).toEqual([]);
    expect(await stranger.within((tx) => endWaiting(tx, { sql: 'select id from outbox_message' }, 'ENDED'))).toBe(0);
    expect(await due(noon)).toContain(id);
    // Beyond waiting rows, not even the owner of the tables reads across partners.
    expect((await database.ownerPool.query(`select from outbox_message where state <> 'WAITING'`)).rowCount).toBe(0);
  });
});
