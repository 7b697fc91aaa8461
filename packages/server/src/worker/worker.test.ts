import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  bed,
  handler,
  hasLogged,
  newPartner,
  numbered,
  retry,
  rows,
  sent,
  start,
  states,
  until,
  untilMarkerLeft,
} from '../../testing/worker-bed.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import type { OutboxHandler } from '../outbox/outbox.types.ts';
import { claimMessages, endWaiting } from '../outbox/outbox.writers.ts';
import { mostAttempts } from './backoff.rules.ts';

describe('a message', () => {
  test('leaves once, however many workers there are, and not before its time', async () => {
    await Promise.all([newPartner(...numbered('a', 30)), newPartner(...numbered('b', 30)), newPartner({ key: 'later', minutes: 1 })]);
    start();
    start();
    start();
    await until(() => bed.left.length >= 60);
    await untilMarkerLeft();
    expect(bed.left.toSorted()).toEqual([...numbered('a', 30), ...numbered('b', 30)].map(({ key }) => key).toSorted());
    expect((await rows()).filter(({ state }) => state === 'WAITING')).toEqual([expect.objectContaining({ key: 'later', claimed: false })]);
    bed.clock += 60_000;
    await until(() => bed.left.includes('later'));
    expect(bed.left).toHaveLength(61);
  });

  test('does not leave if the check right before says so, nor if it is dropped before', async () => {
    bed.skip = ({ key }) => (key === 'b' ? 'DECIDED' : null);
    const bundle = randomUUID();
    const partnerId = await newPartner({ key: 'a' }, { key: 'b' }, { key: 'c', bundle }, { key: 'd', bundle }, { key: 'e', minutes: 1 });
    await inPartnerTransaction(bed.database.pool, partnerId, (tx) =>
      endWaiting(tx, { sql: `select id from outbox_message where partner_id = $1 and key in ('c', 'e')` }, 'ASSOCIATION_ENDED'),
    );
    const { registry } = start();
    await untilMarkerLeft();
    bed.clock += 60_000;
    await untilMarkerLeft();
    expect(bed.left.toSorted()).toEqual(['a', 'd']);
    expect(await states()).toEqual(['a SENT', 'b SKIPPED DECIDED', 'c SKIPPED ASSOCIATION_ENDED', 'd SENT', 'e SKIPPED ASSOCIATION_ENDED']);
    expect(bed.ended.filter((each) => !each.startsWith('marker')).toSorted()).toEqual(['a SENT', 'b DECIDED', 'd SENT']);
    expect(await registry.metrics()).toContain('renewals_messages_ended_total{state="SKIPPED",reason="DECIDED"} 1');
  });

  test('of a process that died after the delivery leaves once more at most', async () => {
    const partnerId = await newPartner(...numbered('a', 3));
    const claim = { claim: randomUUID(), kinds: ['A'], dueAt: new Date(bed.clock), most: 1, leaseMs: 400 };
    const [dead] = await inPartnerTransaction(bed.database.pool, partnerId, (tx) => claimMessages(tx, claim));
    bed.left.push(dead!.key);
    start();
    start();
    await until(() => bed.left.length >= 3);
    expect(bed.left.filter((key) => key === dead!.key)).toHaveLength(1);
    await until(() => bed.left.length >= 4);
    await untilMarkerLeft();
    expect(bed.left.toSorted()).toEqual([dead!.key, 'a0', 'a1', 'a2'].toSorted());
  });

  test('that is refused for now comes again, later each time, and is given up in the end', async () => {
    await newPartner({ key: 'a' });
    bed.answer = async ({ key }) => (key === 'a' ? retry : { state: 'SENT', address: '', messageId: '' });
    start();
    for (let attempts = 1; attempts < mostAttempts; attempts += 1) {
      await until(async () => (await rows())[0]!['attempts'] === attempts && !(await rows())[0]!['claimed']);
      const [row] = await rows();
      const pauseMs = (row!['not_before'] as Date).getTime() - bed.clock;
      expect([row!['state'], row!['last_error']]).toEqual(['WAITING', '450 later']);
      expect(pauseMs).toBeGreaterThanOrEqual(1_000);
      expect(pauseMs).toBeLessThanOrEqual(Math.min(60_000 * 2 ** (attempts - 1), 7_200_000));
      // One millisecond earlier it does not leave.
      bed.clock += pauseMs - 1;
      if (attempts < 3) await untilMarkerLeft();
      expect((await rows())[0]!['attempts']).toBe(attempts);
      bed.clock += 1;
    }
    await until(async () => (await states())[0] === 'a FAILED GAVE_UP');
    expect(bed.ended.filter((each) => !each.startsWith('marker'))).toEqual(['a GAVE_UP']);
    bed.clock += 1_000_000_000;
    await untilMarkerLeft();
    expect(bed.left).toEqual([]);
  });

  test('whose worker ended during each attempt is given up', async () => {
    await newPartner({ key: 'a' }, { key: 'b' });
    await bed.database.superuserPool.query(
      `update outbox_message set attempts = $1, claimed_by = gen_random_uuid(), claimed_until = statement_timestamp() - interval '1 second'
       where key = 'a'`,
      [mostAttempts - 1],
    );
    start();
    await untilMarkerLeft();
    expect([bed.left, await states()]).toEqual([['b'], ['a FAILED GAVE_UP', 'b SENT']]);
  });

  test('that may not leave now waits for the time that the check names, and no attempt counts', async () => {
    await newPartner({ key: 'a' });
    const opens = new Date(bed.clock + 60_000);
    const prepare: OutboxHandler['prepare'] = async (...given) =>
      given[2][0]!.key === 'a' && bed.clock < opens.getTime()
        ? { skipped: [], deliver: null, notBefore: opens }
        : await handler.prepare(...given);
    start({ handlers: [{ ...handler, prepare }] });
    await untilMarkerLeft();
    expect([bed.left, await rows()]).toEqual([[], [expect.objectContaining({ attempts: 0, claimed: false, not_before: opens })]]);
    bed.clock += 60_000;
    await until(() => bed.left.includes('a'));
  });

  test('that is refused for good, or that nobody can prepare, holds up no other', async () => {
    await newPartner({ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'd' });
    bed.answer = async (message) => {
      if (message.key === 'a') return { state: 'FAILED', reason: 'REJECTED', detail: '550 no', address: 'a@b.example' };
      if (message.key === 'b') throw new Error('unexpected');
      return await sent(message);
    };
    bed.skip = ({ key }) => {
      if (key === 'c') throw new Error('a fault of the handler');
      return null;
    };
    start();
    await untilMarkerLeft();
    // The marker may overtake what is recorded of the others.
    await until(async () => (await rows()).every(({ attempts }) => Number(attempts) > 0));
    expect(await states()).toEqual(['a FAILED REJECTED', 'b WAITING', 'c WAITING', 'd SENT']);
    expect((await rows()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    expect(bed.left).toEqual(['d']);
  });

  test('that left is recorded, also if what follows from it fails or its connections end', async () => {
    await newPartner({ key: 'a' }, { key: 'b' }, { key: 'c' });
    const failing: OutboxHandler = { ...handler, ended: async () => await Promise.reject(new Error('a fault of the handler')) };
    bed.answer = async (message) => {
      await bed.database.superuserPool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'partner-renewals'`,
      );
      return await sent(message);
    };
    start({ handlers: [failing] });
    await until(async () => (await states()).join() === 'a SENT,b SENT,c SENT');
    expect(bed.left.toSorted()).toEqual(['a', 'b', 'c']);
    expect(hasLogged('the end of messages is recorded without')).toBe(3);
  });

  test('that takes too long is aborted and comes again', async () => {
    await newPartner({ key: 'a' });
    bed.answer = async (_message, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return retry;
    };
    start({ attemptMs: 30 });
    await until(async () => (await rows())[0]!['attempts'] === 1);
    expect(await states()).toEqual(['a WAITING']);
    expect(bed.left).toEqual([]);
  });
});
