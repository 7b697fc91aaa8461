import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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

describe('a partner', () => {
  test('with very many messages keeps no other waiting', async () => {
    await newPartner(...numbered('many ', 2_000));
    let running = 0;
    let most = 0;
    bed.answer = async (message) => {
      running += message.key.startsWith('many') ? 1 : 0;
      most = Math.max(most, running);
      await sleep(2);
      running -= message.key.startsWith('many') ? 1 : 0;
      return await sent(message);
    };
    start();
    await until(() => bed.left.length >= 10);
    await newPartner(...numbered('few ', 3));
    const before = bed.left.length;
    await until(() => bed.left.filter((key) => key.startsWith('few')).length === 3);
    expect(bed.left.length - before).toBeLessThan(200);
    expect(most).toBe(3);
  });

  test('whose days have not passed waits until they have', async () => {
    const behind = await newPartner({ key: 'a' });
    let isBehind = true;
    start({ businessDay: { today: () => '2026-01-01', isThrough: (id) => id !== behind || !isBehind } });
    await untilMarkerLeft();
    expect([bed.left, (await rows())[0]]).toEqual([[], expect.objectContaining({ claimed: false, attempts: 0 })]);
    isBehind = false;
    await until(() => bed.left.includes('a'));
  });

  test('is served within its bound, and a bundle is one mail', async () => {
    const bundle = randomUUID();
    await newPartner({ key: 'a', bundle }, { key: 'b', bundle }, { key: 'c' });
    await newPartner(...numbered('d', 2));
    bed.skip = ({ key }) => (key === 'd0' ? 'DECIDED' : null);
    start({ perMinuteOfPartner: 1 });
    await until(async () => (await rows()).filter(({ state }) => state === 'WAITING').length <= 2);
    await untilMarkerLeft();
    // What is skipped is no mail.
    expect(bed.left).toContain('d1');
    expect(bed.left.filter((each) => each !== 'd1').map((each) => each.split('+').toSorted().join('+'))).toEqual([
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
    bed.answer = async (message) => {
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
    await until(() => bed.left.length === 10);
    expect(hasLogged('deliveries go on')).toBe(1);
    expect(new Set(bed.left).size).toBe(10);
  });
});

describe('a worker that stops', () => {
  test('claims no more, lets deliveries end, and leaves no lease', async () => {
    await newPartner(...numbered('a', 20));
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = 0;
    bed.answer = async (message) => {
      begun += 1;
      await held;
      return await sent(message);
    };
    const { worker } = start();
    await until(() => begun === 3);
    const stopping = worker.stop();
    release();
    await stopping;
    expect([begun, bed.left.length]).toEqual([3, 3]);
    expect((await rows()).map(({ state, claimed }) => [state, claimed].join()).toSorted()).toEqual([
      ...Array<string>(3).fill('SENT,false'),
      ...Array<string>(17).fill('WAITING,false'),
    ]);
  });
});
