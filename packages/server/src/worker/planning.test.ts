import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bed, hasLogged, newPartner, plan, start, until } from '../../testing/worker-bed.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import type { Planner } from './planning.ts';
import { createServingPool } from '../database/serving-pool.ts';
import { isPlannedElsewhere } from './planning-turn.queries.ts';

describe('planning', () => {
  test('visits each partner whose days have passed, on each day and each hour, and what it plans leaves at once', async () => {
    const [one, two, behind] = [await newPartner(), await newPartner(), await newPartner()];
    const visits: string[] = [];
    let [today, elapsed] = ['2026-01-01', 0];
    const planner: Planner = async (_pool, id, at) => {
      if (![one, two, behind].includes(id)) return { planned: 0, skipped: {} };
      visits.push(`${id} ${at.today}`);
      return await plan(id, { key: `${id} ${at.today}` });
    };
    const { registry } = start({
      plan: planner,
      businessDay: { today: () => today, isThrough: (id) => id !== behind },
      monotonic: () => elapsed,
      // Without being woken it would look too late.
      idleMs: 60_000,
    });
    const both = (day: string) => [`${one} ${day}`, `${two} ${day}`].toSorted();
    await until(() => bed.left.length === 2);
    expect([visits.toSorted(), bed.left.toSorted()]).toEqual([both('2026-01-01'), both('2026-01-01')]);
    elapsed += 3_599_999;
    today = '2026-01-02';
    await until(() => bed.left.length === 4);
    expect(visits.slice(2).toSorted()).toEqual(both('2026-01-02'));
    elapsed += 3_600_000;
    await until(() => visits.length === 6);
    // It planned the same again, and nothing bed.left twice.
    expect(visits.slice(4).toSorted()).toEqual(both('2026-01-02'));
    expect(bed.left).toHaveLength(4);
    expect(await registry.metrics()).toContain('renewals_messages_planned_total 4');
  });

  test('keeps its turn however long the planner takes', async () => {
    const partnerId = await newPartner();
    const idleMs = 300;
    const pool = new pg.Pool({
      connectionString: bed.database.directUrl('start-up options'),
      options: `-c role=renewals_serving -c idle_in_transaction_session_timeout=${idleMs}`,
    });
    const isHeldAfter = await inPartnerTransaction(pool, partnerId, async (tx) => {
      expect(await isPlannedElsewhere(tx)).toBe(false);
      await sleep(2 * idleMs);
      return await inPartnerTransaction(bed.database.pool, partnerId, isPlannedElsewhere);
    });
    await pool.end();
    expect(isHeldAfter).toBe(true);
  });

  test('keeps its turn although a serving connection may not be silent for as long', async () => {
    const partnerId = await newPartner();
    const address = bed.database.directUrl('start-up options');
    const login = { config: { connectionString: address }, isPooled: false, role: 'renewals_serving' };
    const pool = createServingPool(login, { poolSize: 3, statementTimeoutMs: 500 }, () => {});
    const turns: boolean[] = [];
    const planner: Planner = async (_pool, id) => {
      if (id !== partnerId) return { planned: 0, skipped: {} };
      await sleep(3_500);
      turns.push(!(await inPartnerTransaction(bed.database.pool, partnerId, isPlannedElsewhere)));
      return { planned: 1, skipped: {} };
    };
    const { registry, worker } = start({ pool, plan: planner });
    await until(async () => (await registry.metrics()).includes('renewals_messages_planned_total 1'));
    await worker.stop();
    await pool.end();
    expect(turns).toEqual([false]);
  });

  test('leaves a partner to the process that plans it, and one that fails to a later time', async () => {
    const [held, failing, other] = [await newPartner(), await newPartner(), await newPartner()];
    const visits: string[] = [];
    const planner: Planner = async (_pool, id) => {
      visits.push(id);
      if (id === failing) throw new Error('a fault of the planner');
      return { planned: 0, skipped: {} };
    };
    let elapsed = 0;
    await inPartnerTransaction(bed.database.pool, held, async (tx) => {
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

test('the metrics and the log tell what planning skipped, and that a restore holds the outbox', async () => {
  const partnerId = await newPartner();
  await bed.database.superuserPool.query(`insert into restoration (id, taken_at) values (gen_random_uuid(), now())`);
  const planner: Planner = async (_pool, id) => ({ planned: 2, skipped: id === partnerId ? { OVERTAKEN: 1 } : {} });
  const { registry } = start({ handlers: [], plan: planner });
  await until(async () => (await registry.metrics()).includes('renewals_messages_ended_total{state="SKIPPED",reason="OVERTAKEN"} 1'));
  await until(async () => (await registry.metrics()).includes('renewals_outbox_held 1'));
  expect(hasLogged('no mail is sent: the outbox is held after a restore, until `renewals outbox release`')).toBe(1);
  await bed.database.superuserPool.query('delete from restoration');
});
