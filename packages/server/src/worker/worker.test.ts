import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import type { Attempt, OutboxHandler, OutboxMessage, Outcome } from '../outbox/outbox.types.ts';
import { claimMessages, endWaiting, enqueue } from '../outbox/outbox.writers.ts';
import { mostAttempts } from './backoff.rules.ts';
import type { Planner } from './planning.ts';
import { isPlannedElsewhere } from './planning-turn.queries.ts';
import { startWorker, type Worker, type WorkerOptions } from './worker.ts';

// A fake kind of message on a real database: the handler notes what left, and each test says what becomes of it.

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

let clock = Date.parse('2026-01-01T12:00:00Z');
let left: string[] = [];
let ended: string[] = [];
let answer: (message: OutboxMessage, signal: AbortSignal) => Promise<Attempt>;
let skip: (message: OutboxMessage) => string | null;
const logged: { msg: string }[] = [];
const workers: Worker[] = [];

const sent = async (message: OutboxMessage): Promise<Attempt> => ({ state: 'SENT', address: 'a@b.example', messageId: `<${message.key}>` });
const retry: Attempt = { state: 'RETRY', detail: '450 later', address: 'a@b.example' };

beforeEach(async () => {
  [left, ended, answer, skip] = [[], [], sent, () => null];
  logged.length = 0;
  await database.superuserPool.query('delete from outbox_message');
});
afterEach(async () => void (await Promise.all(workers.splice(0).map((worker) => worker.stop()))));

const handler: OutboxHandler = {
  kinds: ['A'],
  async prepare(_pool, _partnerId, messages) {
    const skipped = messages.flatMap((message) => {
      const reason = skip(message);
      return reason === null ? [] : [{ id: message.id, reason }];
    });
    const rest = messages.filter(({ id }) => !skipped.some((each) => each.id === id));
    const deliver = async (signal: AbortSignal) => {
      const attempt = await answer(rest[0]!, signal);
      if (attempt.state === 'SENT') left.push(rest.map(({ key }) => key).join('+'));
      return attempt;
    };
    return { skipped, deliver: rest.length === 0 ? null : deliver };
  },
  async ended(_tx, messages, outcome: Outcome) {
    ended.push(...messages.map(({ key }) => `${key} ${'reason' in outcome ? outcome.reason : outcome.state}`));
  },
};

const noPlan: Planner = async () => ({ planned: 0 });

function start(options: Partial<WorkerOptions> = {}): { registry: Registry; worker: Worker } {
  const registry = new Registry();
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line) as { msg: string }) });
  const businessDay = { today: () => '2026-01-01', isThrough: () => true };
  const limits = { perMinute: 1_000_000, perMinuteOfPartner: 1_000_000, connections: 3, idleMs: 20, roundMs: 20 };
  const worker = startWorker({
    ...{ pool: database.pool, handlers: [handler], plan: noPlan, businessDay, now: () => clock, log, registry, ...limits },
    ...options,
  });
  workers.push(worker);
  return { registry, worker };
}

type Planned = { key: string; bundle?: string; minutes?: number };

async function newPartner(...messages: Planned[]): Promise<string> {
  const { partnerId } = await TestData.of(database.pool, { name: `P ${randomUUID()}`, passedThrough: '2026-01-01' });
  await plan(partnerId, ...messages);
  return partnerId;
}

const plan = async (partnerId: string, ...messages: Planned[]) =>
  await inPartnerTransaction(database.pool, partnerId, (tx) =>
    enqueue(tx, {
      sql: `select 'A' as kind, key, bundle as bundle_id, null::uuid as customer_id, null::uuid as contract_change_id, null as recipient_kind,
              null::uuid as recipient_id, '{}'::jsonb as details, "notBefore" as not_before, null as skip_reason
            from json_to_recordset($2) as planned (key text, bundle uuid, "notBefore" timestamptz)`,
      values: [JSON.stringify(messages.map(({ minutes = 0, ...each }) => ({ ...each, notBefore: new Date(clock + minutes * 60_000) })))],
    }),
  );

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ key: `${prefix}${index}` }));
const rows = async () =>
  (
    await database.superuserPool.query<Record<string, unknown>>(
      'select key, state::text, reason, attempts, last_error, claimed_by is not null as claimed, not_before from outbox_message order by key',
    )
  ).rows;
const states = async () => (await rows()).map(({ key, state, reason }) => [key, state, reason].filter(Boolean).join(' '));
const hasLogged = (text: string) => logged.filter(({ msg }) => msg.startsWith(text)).length;

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(5);
}

/** Proves that the worker has looked at all that was due: another partner's message, planned last, has left. */
async function untilMarkerLeft(): Promise<void> {
  const key = `marker ${randomUUID()}`;
  const partnerId = await newPartner({ key });
  await until(() => left.includes(key));
  await until(async () => (await rows()).some((row) => row['key'] === key && row['state'] === 'SENT'));
  await database.superuserPool.query('delete from outbox_message where partner_id = $1', [partnerId]);
  left.splice(left.indexOf(key), 1);
}

describe('a message', () => {
  test('leaves once, however many workers there are, and not before its time', async () => {
    await Promise.all([newPartner(...numbered('a', 30)), newPartner(...numbered('b', 30)), newPartner({ key: 'later', minutes: 1 })]);
    start();
    start();
    start();
    await until(() => left.length >= 60);
    await untilMarkerLeft();
    expect(left.toSorted()).toEqual([...numbered('a', 30), ...numbered('b', 30)].map(({ key }) => key).toSorted());
    expect((await rows()).filter(({ state }) => state === 'WAITING')).toEqual([expect.objectContaining({ key: 'later', claimed: false })]);
    clock += 60_000;
    await until(() => left.includes('later'));
    expect(left).toHaveLength(61);
  });

  test('does not leave if the check right before says so, nor if it is dropped before', async () => {
    skip = ({ key }) => (key === 'b' ? 'DECIDED' : null);
    const bundle = randomUUID();
    const partnerId = await newPartner({ key: 'a' }, { key: 'b' }, { key: 'c', bundle }, { key: 'd', bundle }, { key: 'e', minutes: 1 });
    await inPartnerTransaction(database.pool, partnerId, (tx) =>
      endWaiting(tx, { sql: `select id from outbox_message where partner_id = $1 and key in ('c', 'e')` }, 'ASSOCIATION_ENDED'),
    );
    const { registry } = start();
    await untilMarkerLeft();
    clock += 60_000;
    await untilMarkerLeft();
    expect(left.toSorted()).toEqual(['a', 'd']);
    expect(await states()).toEqual(['a SENT', 'b SKIPPED DECIDED', 'c SKIPPED ASSOCIATION_ENDED', 'd SENT', 'e SKIPPED ASSOCIATION_ENDED']);
    expect(ended.filter((each) => !each.startsWith('marker')).toSorted()).toEqual(['a SENT', 'b DECIDED', 'd SENT']);
    expect(await registry.metrics()).toContain('renewals_messages_ended_total{state="SKIPPED",reason="DECIDED"} 1');
  });

  test('of a process that died after the delivery leaves once more at most', async () => {
    const partnerId = await newPartner(...numbered('a', 3));
    const claim = { claim: randomUUID(), kinds: ['A'], dueAt: new Date(clock), most: 1, leaseMs: 400 };
    const [dead] = await inPartnerTransaction(database.pool, partnerId, (tx) => claimMessages(tx, claim));
    left.push(dead!.key);
    start();
    start();
    await until(() => left.length >= 3);
    expect(left.filter((key) => key === dead!.key)).toHaveLength(1);
    await until(() => left.length >= 4);
    await untilMarkerLeft();
    expect(left.toSorted()).toEqual([dead!.key, 'a0', 'a1', 'a2'].toSorted());
  });

  test('that is refused for now comes again, later each time, and is given up in the end', async () => {
    await newPartner({ key: 'a' });
    answer = async ({ key }) => (key === 'a' ? retry : { state: 'SENT', address: '', messageId: '' });
    start();
    for (let attempts = 1; attempts < mostAttempts; attempts += 1) {
      await until(async () => (await rows())[0]!['attempts'] === attempts && !(await rows())[0]!['claimed']);
      const [row] = await rows();
      const pauseMs = (row!['not_before'] as Date).getTime() - clock;
      expect([row!['state'], row!['last_error']]).toEqual(['WAITING', '450 later']);
      expect(pauseMs).toBeGreaterThanOrEqual(1_000);
      expect(pauseMs).toBeLessThanOrEqual(Math.min(60_000 * 2 ** (attempts - 1), 7_200_000));
      if (attempts === 1) {
        clock += pauseMs - 1;
        await untilMarkerLeft();
        expect((await rows())[0]!['attempts']).toBe(1);
        clock += 1;
      } else clock += pauseMs;
    }
    await until(async () => (await states())[0] === 'a FAILED GAVE_UP');
    expect(ended.filter((each) => !each.startsWith('marker'))).toEqual(['a GAVE_UP']);
    clock += 1_000_000_000;
    await untilMarkerLeft();
    expect(left).toEqual([]);
  });

  test('that is refused for good, or that nobody can prepare, holds up no other', async () => {
    await newPartner({ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'd' });
    answer = async (message) => {
      if (message.key === 'a') return { state: 'FAILED', reason: 'REJECTED', detail: '550 no', address: 'a@b.example' };
      if (message.key === 'b') throw new Error('unexpected');
      return await sent(message);
    };
    skip = ({ key }) => {
      if (key === 'c') throw new Error('a fault of the handler');
      return null;
    };
    start();
    await untilMarkerLeft();
    expect(await states()).toEqual(['a FAILED REJECTED', 'b WAITING', 'c WAITING', 'd SENT']);
    expect((await rows()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    expect(left).toEqual(['d']);
  });

  test('that left is recorded, also if what follows from it fails or its connections end', async () => {
    await newPartner({ key: 'a' }, { key: 'b' }, { key: 'c' });
    const failing: OutboxHandler = { ...handler, ended: async () => await Promise.reject(new Error('a fault of the handler')) };
    answer = async (message) => {
      await database.superuserPool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'partner-renewals'`,
      );
      return await sent(message);
    };
    start({ handlers: [failing] });
    await until(async () => (await states()).join() === 'a SENT,b SENT,c SENT');
    expect(left.toSorted()).toEqual(['a', 'b', 'c']);
    expect(hasLogged('the end of messages is recorded without')).toBe(3);
  });

  test('that takes too long is aborted and comes again', async () => {
    await newPartner({ key: 'a' });
    answer = async (_message, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return retry;
    };
    start({ attemptMs: 30 });
    await until(async () => (await rows())[0]!['attempts'] === 1);
    expect(await states()).toEqual(['a WAITING']);
    expect(left).toEqual([]);
  });
});

describe('a partner', () => {
  test('with very many messages keeps no other waiting', async () => {
    await newPartner(...numbered('many ', 2_000));
    let running = 0;
    let most = 0;
    answer = async (message) => {
      running += message.key.startsWith('many') ? 1 : 0;
      most = Math.max(most, running);
      await sleep(2);
      running -= message.key.startsWith('many') ? 1 : 0;
      return await sent(message);
    };
    start();
    await until(() => left.length >= 10);
    await newPartner(...numbered('few ', 3));
    const before = left.length;
    await until(() => left.filter((key) => key.startsWith('few')).length === 3);
    expect(left.length - before).toBeLessThan(200);
    expect(most).toBe(3);
  });

  test('whose days have not passed waits until they have', async () => {
    const behind = await newPartner({ key: 'a' });
    let isBehind = true;
    start({ businessDay: { today: () => '2026-01-01', isThrough: (id) => id !== behind || !isBehind } });
    await untilMarkerLeft();
    expect([left, (await rows())[0]]).toEqual([[], expect.objectContaining({ claimed: false, attempts: 0 })]);
    isBehind = false;
    await until(() => left.includes('a'));
  });

  test('is served within its bound, and a bundle is one mail', async () => {
    const bundle = randomUUID();
    await newPartner({ key: 'a', bundle }, { key: 'b', bundle }, { key: 'c' });
    await newPartner(...numbered('d', 2));
    skip = ({ key }) => (key === 'd0' ? 'DECIDED' : null);
    start({ perMinuteOfPartner: 1 });
    await until(async () => (await rows()).filter(({ state }) => state === 'WAITING').length <= 2);
    await untilMarkerLeft();
    // What is skipped is no mail.
    expect(left).toContain('d1');
    expect(left.filter((each) => each !== 'd1').map((each) => each.split('+').toSorted().join('+'))).toEqual([
      expect.stringMatching(/^(a\+b|c)$/),
    ]);
  });
});

describe('a mail server that is not reached', () => {
  test('pauses all deliveries, and no attempt counts', async () => {
    await newPartner(...numbered('a', 5));
    await newPartner(...numbered('b', 5));
    let isAway = true;
    let tries = 0;
    answer = async (message) => {
      tries += 1;
      return isAway ? { ...retry, isUnreachable: true } : await sent(message);
    };
    start();
    await until(() => hasLogged('deliveries pause') === 1);
    await until(async () => (await rows()).every(({ claimed }) => !claimed));
    expect(tries).toBeLessThanOrEqual(6);
    expect((await rows()).every(({ state, attempts }) => state === 'WAITING' && attempts === 0)).toBe(true);
    // The next one alone tries it, after one second at least.
    const before = tries;
    await until(() => hasLogged('deliveries pause') === 2);
    expect(tries).toBe(before + 1);
    isAway = false;
    await until(() => left.length === 10);
    expect(hasLogged('deliveries go on')).toBe(1);
    expect(new Set(left).size).toBe(10);
  });
});

describe('a worker that stops', () => {
  test('claims no more, lets deliveries end, and leaves no lease', async () => {
    await newPartner(...numbered('a', 20));
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = 0;
    answer = async (message) => {
      begun += 1;
      await held;
      return await sent(message);
    };
    const { worker } = start();
    await until(() => begun === 3);
    const stopping = worker.stop();
    release();
    await stopping;
    expect([begun, left.length]).toEqual([3, 3]);
    expect((await rows()).map(({ state, claimed }) => [state, claimed].join()).toSorted()).toEqual(
      [...Array(3).fill('SENT,false'), ...Array(17).fill('WAITING,false')].toSorted(),
    );
  });
});

describe('planning', () => {
  test('visits each partner whose days have passed, on each day and each hour, and what it plans leaves at once', async () => {
    const [one, two, behind] = [await newPartner(), await newPartner(), await newPartner()];
    const visits: string[] = [];
    let [today, elapsed] = ['2026-01-01', 0];
    const planner: Planner = async (_pool, id, at) => {
      if (![one, two, behind].includes(id)) return { planned: 0 };
      visits.push(`${id} ${at.today}`);
      return { planned: await plan(id, { key: `${id} ${at.today}` }) };
    };
    const { registry } = start({
      plan: planner,
      businessDay: { today: () => today, isThrough: (id) => id !== behind },
      monotonic: () => elapsed,
      // Without being woken it would look too late.
      idleMs: 60_000,
    });
    const both = (day: string) => [`${one} ${day}`, `${two} ${day}`].toSorted();
    await until(() => left.length === 2);
    expect([visits.toSorted(), left.toSorted()]).toEqual([both('2026-01-01'), both('2026-01-01')]);
    elapsed += 3_599_999;
    today = '2026-01-02';
    await until(() => left.length === 4);
    expect(visits.slice(2).toSorted()).toEqual(both('2026-01-02'));
    elapsed += 3_600_000;
    await until(() => visits.length === 6);
    // It planned the same again, and nothing left twice.
    expect(visits.slice(4).toSorted()).toEqual(both('2026-01-02'));
    expect(left).toHaveLength(4);
    expect(await registry.metrics()).toContain('renewals_messages_planned_total 4');
  });

  test('leaves a partner to the process that plans it, and one that fails to a later time', async () => {
    const [held, failing, other] = [await newPartner(), await newPartner(), await newPartner()];
    const visits: string[] = [];
    const planner: Planner = async (_pool, id) => {
      visits.push(id);
      if (id === failing) throw new Error('a fault of the planner');
      return { planned: 0 };
    };
    let elapsed = 0;
    await inPartnerTransaction(database.pool, held, async (tx) => {
      expect(await isPlannedElsewhere(tx)).toBe(false);
      start({ plan: planner, monotonic: () => elapsed });
      await until(() => visits.includes(other) && visits.includes(failing));
      // A second round.
      const late = await newPartner();
      await until(() => visits.includes(late));
      expect(visits).not.toContain(held);
    });
    expect(visits.filter((id) => id === failing)).toHaveLength(1);
    elapsed += 60_000;
    await until(() => visits.includes(held));
    expect([hasLogged('planning failed for this partner'), visits.filter((id) => id === failing).length]).toEqual([1, 1]);
  });
});

test('the metrics show what waits, without any name', async () => {
  const partnerId = await newPartner({ key: 'secret key', minutes: 5 }, { key: 'b', minutes: -2 });
  const { registry } = start({ handlers: [] });
  await until(async () => (await registry.metrics()).includes('renewals_outbox_waiting{due="later"} 1'));
  const text = await registry.metrics();
  expect(text).toContain('renewals_outbox_waiting{due="now"} 1');
  expect(text).toContain('renewals_outbox_oldest_due_seconds 120');
  for (const name of [partnerId, 'secret', 'example']) expect(text).not.toContain(name);
});
