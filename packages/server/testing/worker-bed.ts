import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { TestData } from './test-data.ts';
import { inPartnerTransaction } from '../src/database/transaction.ts';
import type { Attempt, OutboxHandler, OutboxMessage, Outcome } from '../src/outbox/outbox.types.ts';
import { enqueue } from '../src/outbox/outbox.writers.ts';
import type { Planner } from '../src/worker/planning.ts';
import { startWorker, type Worker, type WorkerOptions } from '../src/worker/worker.ts';

// A fake kind of message on a real database: the handler notes what left, and each test says what becomes of it.

type Bed = {
  database: TestDatabase;
  /** The time of the workers. */
  clock: number;
  /** Keys of what left, in order; those of a bundle are joined. */
  left: string[];
  /** Keys of what ended, with the state or the reason. */
  ended: string[];
  /** What becomes of a delivery. */
  answer: (message: OutboxMessage, signal: AbortSignal) => Promise<Attempt>;
  /** The reason to skip a message right before it leaves. */
  skip: (message: OutboxMessage) => string | null;
};

const logged: { msg: string }[] = [];
const workers: Worker[] = [];

export const sent = async (message: OutboxMessage): Promise<Attempt> => ({
  state: 'SENT',
  address: 'a@b.example',
  messageId: `<${message.key}>`,
});
export const retry: Attempt = { state: 'RETRY', detail: '450 later', address: 'a@b.example' };

export const bed: Bed = {
  database: undefined as never,
  clock: Date.parse('2026-01-01T12:00:00Z'),
  ...{ left: [], ended: [], answer: sent, skip: () => null },
};

beforeAll(async () => void (bed.database = await createTestDatabase()));
afterAll(() => bed.database.close());
beforeEach(async () => {
  Object.assign(bed, { left: [], ended: [], answer: sent, skip: () => null });
  logged.length = 0;
  await bed.database.superuserPool.query('delete from outbox_message');
});
afterEach(async () => void (await Promise.all(workers.splice(0).map((worker) => worker.stop()))));

export const handler: OutboxHandler = {
  kinds: ['A'],
  async prepare(_pool, _partnerId, messages) {
    const skipped = messages.flatMap((message) => {
      const reason = bed.skip(message);
      return reason === null ? [] : [{ id: message.id, reason }];
    });
    const rest = messages.filter(({ id }) => !skipped.some((each) => each.id === id));
    const deliver = async (signal: AbortSignal) => {
      const attempt = await bed.answer(rest[0]!, signal);
      if (attempt.state === 'SENT') bed.left.push(rest.map(({ key }) => key).join('+'));
      return attempt;
    };
    return { skipped, deliver: rest.length === 0 ? null : deliver };
  },
  async ended(_tx, messages, outcome: Outcome) {
    bed.ended.push(...messages.map(({ key }) => `${key} ${'reason' in outcome ? outcome.reason : outcome.state}`));
  },
};

const noPlan: Planner = async () => ({ planned: 0, skipped: {} });

export function start(options: Partial<WorkerOptions> = {}): { registry: Registry; worker: Worker } {
  const registry = new Registry();
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line) as { msg: string }) });
  const businessDay = { today: () => '2026-01-01', isThrough: () => true };
  const limits = { perMinute: 1_000_000, perMinuteOfPartner: 1_000_000, connections: 3, idleMs: 20, roundMs: 20, besideMs: 0 };
  const worker = startWorker({
    ...{ pool: bed.database.pool, handlers: [handler], plan: noPlan, businessDay, now: () => bed.clock, log, registry, ...limits },
    ...options,
  });
  workers.push(worker);
  return { registry, worker };
}

type Planned = { key: string; bundle?: string; minutes?: number };

export async function newPartner(...messages: Planned[]): Promise<string> {
  const { partnerId } = await TestData.of(bed.database.pool, { name: `P ${randomUUID()}`, passedThrough: '2026-01-01' });
  await plan(partnerId, ...messages);
  return partnerId;
}

export const plan = async (partnerId: string, ...messages: Planned[]) =>
  await inPartnerTransaction(bed.database.pool, partnerId, (tx) =>
    enqueue(tx, {
      sql: `select 'A' as kind, key, bundle as bundle_id, null::uuid as customer_id, null::uuid as contract_change_id, null as recipient_kind,
              null::uuid as recipient_id, '{}'::jsonb as details, "notBefore" as not_before, null as skip_reason
            from json_to_recordset($2) as planned (key text, bundle uuid, "notBefore" timestamptz)`,
      values: [
        JSON.stringify(messages.map(({ minutes = 0, ...each }) => ({ ...each, notBefore: new Date(bed.clock + minutes * 60_000) }))),
      ],
    }),
  );

export const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ key: `${prefix}${index}` }));
export const rows = async () =>
  (
    await bed.database.superuserPool.query<Record<string, unknown>>(
      'select key, state::text, reason, attempts, last_error, claimed_by is not null as claimed, not_before from outbox_message order by key',
    )
  ).rows;
export const states = async () => (await rows()).map(({ key, state, reason }) => [key, state, reason].filter(Boolean).join(' '));
export const hasLogged = (text: string) => logged.filter(({ msg }) => msg.startsWith(text)).length;

const test = { number: 0 };
afterEach(() => void (test.number += 1));

/** A test that timed out goes on no more: it would plan messages in the next one. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const { number } = test;
  for (;;) {
    const isThere = await what();
    if (test.number > number) throw new Error('The test is over.');
    if (isThere) return;
    await sleep(5);
  }
}

/** Proves that the worker has looked at all that was due: another partner's message, planned last, has bed.left. */
export async function untilMarkerLeft(): Promise<void> {
  const key = `marker ${randomUUID()}`;
  const partnerId = await newPartner({ key });
  await until(() => bed.left.includes(key));
  await until(async () => (await rows()).some((row) => row['key'] === key && row['state'] === 'SENT'));
  // What was on its way beside it is recorded, too.
  await until(async () => !(await rows()).some((row) => row['claimed'] && row['state'] === 'WAITING'));
  await bed.database.superuserPool.query('delete from outbox_message where partner_id = $1', [partnerId]);
  bed.left.splice(bed.left.indexOf(key), 1);
}
