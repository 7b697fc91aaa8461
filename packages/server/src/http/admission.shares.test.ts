import { expect, test } from '@jest/globals';
import { createAdmission, type Admission } from './admission.ts';

test('gives an owner half of the slots beside others, nearly all alone, and never the whole queue', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 10, maxWaiting: 20 }, { clock: () => now, utilization: () => 0 });
  const answers: string[] = [];
  const ask = (owner: string) =>
    void admission.acquire(owner).then((isAdmitted) => answers.push(`${owner} ${isAdmitted ? 'in' : 'refused'}`));
  for (let asked = 0; asked < 40; asked += 1) ask('greedy');
  await settled();
  expect(answers.filter((answer) => answer === 'greedy in')).toHaveLength(8);
  expect(answers.filter((answer) => answer === 'greedy refused')).toHaveLength(8);
  expect(admission.isFull('greedy')).toBe(true);
  answers.length = 0;
  // Others find free slots, and afterwards room in the full queue.
  for (const owner of ['b', 'c', 'd', 'e']) ask(owner);
  await settled();
  expect(answers).toEqual(['b in', 'c in']);
  now = 5;
  for (let left = 0; left < 5; left += 1) admission.release('greedy');
  await settled();
  expect(answers.slice(2, 4)).toEqual(['d in', 'e in']);
  // Beside others, the owner has at most half: of its requests, three run.
  now = 100;
  for (let asked = 0; asked < 20; asked += 1) ask('greedy');
  await settled();
  for (const owner of ['b', 'c', 'd', 'e']) admission.release(owner);
  await settled();
  expect(3 + answers.filter((answer) => answer === 'greedy in').length).toBe(5);
});

test('in an overload by others, a few requests of an owner within its share wait, and are not refused', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 8, maxWaiting: 20 }, { clock: () => now, utilization: () => 1 });
  const answers: string[] = [];
  const ask = (owner: string) =>
    void admission.acquire(owner).then((isAdmitted) => answers.push(`${owner} ${isAdmitted ? 'in' : 'refused'}`));
  ask('quiet');
  for (let asked = 0; asked < 12; asked += 1) ask('greedy');
  now = 501;
  for (let asked = 0; asked < 20; asked += 1) ask('greedy');
  await settled();
  for (let left = 0; left < 3; left += 1) admission.release('greedy');
  await settled();
  answers.length = 0;
  // The event loop is busy: two of its requests run at once, and the third waits for longer than one of the greedy owner may.
  for (let asked = 0; asked < 2; asked += 1) ask('quiet');
  ask('greedy');
  now = 540;
  ask('greedy');
  await settled();
  expect(answers).not.toContain('quiet refused');
  expect(answers).toContain('greedy refused');
  for (let left = 0; left < 4; left += 1) admission.release('greedy');
  await settled();
  expect(answers.filter((answer) => answer === 'quiet in')).toHaveLength(1);
  now = 600;
  admission.release('quiet');
  await settled();
  expect(answers.filter((answer) => answer === 'quiet in')).toHaveLength(2);
});

test('keeps slots for others when the event loop gets busy while slow requests of one owner hold many', async () => {
  let now = 0;
  let used = 0;
  const admission = createAdmission({ maxRunning: 10, maxWaiting: 2 }, { clock: () => now, utilization: () => used });
  const answers: string[] = [];
  const ask = (owner: string) =>
    void admission.acquire(owner).then((isAdmitted) => answers.push(`${owner} ${isAdmitted ? 'in' : 'refused'}`));
  ask('quiet');
  for (let asked = 0; asked < 20; asked += 1) ask('greedy');
  await settled();
  admission.release('quiet');
  expect(admission.load().running).toBe(5);
  // Its refusals keep the event loop busy, so there are four slots now. None of its requests has ended.
  used = 1;
  now = 600;
  ask('greedy');
  await settled();
  expect([answers.at(-1), admission.isOverloaded()]).toEqual(['greedy refused', false]);
  for (const owner of ['quiet', 'other', 'greedy']) ask(owner);
  await settled();
  expect(answers.slice(-3)).toEqual(['quiet in', 'other in', 'greedy refused']);
  expect(admission.load().running).toBe(7);
  // The slot that one of them leaves goes to the next owner.
  ask('late');
  await settled();
  expect(answers).not.toContain('late in');
  // The refusal without a free slot began an overload of all: three slots are left.
  expect(admission.isOverloaded()).toBe(true);
  admission.release('quiet');
  await settled();
  expect(answers).not.toContain('late in');
  admission.release('other');
  await settled();
  expect(answers.at(-1)).toBe('late in');
});

test('an owner alone that fills the slots of a busy server overloads it', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 10, maxWaiting: 2 }, { clock: () => now, utilization: () => 1 });
  const ask = () => void admission.acquire('only');
  for (let asked = 0; asked < 20; asked += 1) ask();
  now = 600;
  for (let asked = 0; asked < 20; asked += 1) ask();
  await settled();
  for (let left = 0; left < 4; left += 1) admission.release('only');
  for (let asked = 0; asked < 20; asked += 1) ask();
  await settled();
  expect([admission.load().running, admission.isOverloaded()]).toEqual([4, true]);
});

test('makes an owner pause that blocks the event loop, unless it is alone', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 4, maxWaiting: 20 }, { clock: () => now, utilization: () => 0 });
  const isAdmitted = async (owner: string) => {
    const answer = admission.acquire(owner);
    const isIn = await Promise.race([answer, settled().then(() => false)]);
    if (isIn) admission.release(owner);
    return isIn;
  };
  expect(await isAdmitted('slow')).toBe(true);
  admission.charge('slow', 50);
  expect([await isAdmitted('slow'), admission.isPaused('slow')]).toEqual([true, false]);
  expect(await isAdmitted('other')).toBe(true);
  expect(admission.isPaused('slow')).toBe(true);
  expect(await isAdmitted('slow')).toBe(false);
  admission.charge('other', 90);
  admission.charge('fine', 5);
  expect(await isAdmitted('fine')).toBe(true);
  now = 2_100;
  expect(await isAdmitted('slow')).toBe(true);
});

test('slows an owner down for its documents, and never refuses it: no pause is longer than a request may wait', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 4, maxWaiting: 20 }, { clock: () => now, utilization: () => 0 });
  for (const owner of ['slow', 'other']) {
    await admission.acquire(owner);
    admission.release(owner);
  }
  for (let times = 0; times < 10; times += 1) admission.charge('slow', 90);
  const answer = admission.acquire('slow');
  now = 450;
  // A request that ends gives free slots to those that wait.
  await admission.acquire('other');
  admission.release('other');
  now = 501;
  expect(await answer).toBe(true);
});

test('an owner that spends its points faster than at twice their rate runs one request at a time beside others, then pauses', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 8, maxWaiting: 20 }, { clock: () => now, utilization: () => 0 });
  const ask = asking(admission);
  // Alone, it may spend all at once.
  admission.spend('quick', 600);
  expect(await ask('quick', 'quick')).toEqual(['quick in', 'quick in']);
  expect(await ask('other')).toEqual(['other in']);
  expect(await ask('quick')).toEqual([]);
  admission.release('quick');
  expect(await ask()).toEqual([]);
  admission.release('quick');
  expect(await ask()).toEqual(['quick in']);
  admission.release('quick');
  // What comes back in 600 ms more is too much, even for one at a time.
  admission.spend('quick', 600);
  expect([await ask('quick'), admission.isPaused('quick')]).toEqual([[], true]);
  now = 101;
  admission.release('other');
  expect(await ask()).toEqual(['quick in']);
  now = 476;
  expect(await ask('quick', 'quick')).toEqual(['quick in', 'quick in']);
});

test('an owner that spends its points as fast as they come back never waits', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 8, maxWaiting: 20 }, { clock: () => now, utilization: () => 0 });
  const ask = asking(admission);
  await ask('other');
  for (; now < 5_000; now += 40) {
    expect(await ask('steady')).toEqual(['steady in']);
    admission.spend('steady', 40);
    admission.release('steady');
  }
});

test('an owner whose write kept the database busy for long pauses, unless it is alone', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 8, maxWaiting: 20 }, { clock: () => now, utilization: () => 0 });
  const ask = asking(admission);
  expect(await ask('writer')).toEqual(['writer in']);
  admission.rest('writer', 700);
  admission.release('writer');
  expect(await ask('writer')).toEqual(['writer in']);
  admission.release('writer');
  expect(await ask('other', 'writer')).toEqual(['other in']);
  // What is free at once is subtracted.
  now = 201;
  admission.release('other');
  expect(await ask()).toEqual(['writer in']);
});

/** Asks for owners, and notes each answer. */
function asking(admission: Admission) {
  const answers: string[] = [];
  const ask = async (...owners: string[]) => {
    for (const owner of owners)
      void admission.acquire(owner).then((isAdmitted) => answers.push(`${owner} ${isAdmitted ? 'in' : 'refused'}`));
    await settled();
    return answers.splice(0);
  };
  return ask;
}

test('lets an owner without requests into a full queue, in place of the oldest request of the owner with the most', async () => {
  const admission = createAdmission({ maxRunning: 2, maxWaiting: 4 }, { clock: () => 0, utilization: () => 0 });
  const ask = asking(admission);
  expect(await ask('greedy', 'greedy')).toEqual(['greedy in', 'greedy in']);
  expect(await ask('greedy', 'greedy', 'greedy', 'greedy')).toEqual([]);
  expect(await ask('other')).toEqual(['greedy refused']);
  for (const owner of ['greedy', 'greedy']) admission.release(owner);
  expect(await ask()).toEqual(['other in', 'greedy in']);
});

test('gives a free slot to the owner with the fewest running requests', async () => {
  const admission = createAdmission({ maxRunning: 4, maxWaiting: 10 }, { clock: () => 0, utilization: () => 0 });
  const ask = asking(admission);
  expect(await ask('a', 'b', 'b', 'c')).toEqual(['a in', 'b in', 'b in', 'c in']);
  expect(await ask('a', 'd')).toEqual([]);
  admission.release('c');
  expect(await ask()).toEqual(['d in']);
});

test('in an overload queues a first request of an owner beyond the short queue, but no second one', async () => {
  let now = 0;
  const admission = createAdmission({ maxRunning: 4, maxWaiting: 10 }, { clock: () => now, utilization: () => 0 });
  const ask = asking(admission);
  expect(await ask('a', 'b', 'c', 'd')).toEqual(['a in', 'b in', 'c in', 'd in']);
  now = 600;
  expect(await ask('e', 'f', 'g')).toEqual([]);
  expect(await ask('e')).toEqual(['e refused']);
  for (const owner of ['a', 'b', 'c', 'd']) admission.release(owner);
  expect(await ask()).toEqual(['e in', 'f in', 'g in']);
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
