import { expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAdmission } from './admission.ts';
import { createOwnerTurns } from './owner.turns.ts';

test('work of one owner takes turns, and an owner that has blocked the event loop waits until its pause is over', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 4, maxWaiting: 20 }, { clock: () => now, utilization: () => 0 });
  const turns = createOwnerTurns(admission);
  for (const owner of ['slow', 'other']) {
    await admission.acquire(owner);
    admission.release(owner);
  }
  const ran: string[] = [];
  const work = ['slow', 'slow', 'slow', 'other'].map(async (owner) => await turns.run(owner, () => void ran.push(owner)));
  const ranAfter = [];
  for (let turn = 0; turn < 4; turn += 1) {
    await nextTurn();
    await nextTurn();
    ranAfter.push(ran.filter((owner) => owner === 'slow').length);
  }
  await Promise.all(work);
  expect(ran.slice(0, 2).toSorted()).toEqual(['other', 'slow']);
  expect(ranAfter[0]).toBeLessThan(3);

  admission.charge('slow', 60);
  const late = turns.run('slow', () => void ran.push('late'));
  await turns.run('other', () => {});
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(ran).not.toContain('late');
  now = 1_000;
  await late;
  expect(ran).toContain('late');
  await expect(turns.run('slow', () => JSON.parse('{'))).rejects.toThrow(SyntaxError);
});
