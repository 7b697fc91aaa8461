import { expect, test } from '@jest/globals';
import { findByGroup } from './lookup.lane.ts';

test('of many groups four are looked up at once, and one that fails holds up none', async () => {
  let [running, most] = [0, 0];
  const ids = Array.from({ length: 3_000 }, (_, index) => `id ${index}`);
  const found = findByGroup(
    ids,
    (id) => id,
    async ([id]) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (id === 'id 5') throw new Error('The shard is away.');
      return new Map([[id!, id]]);
    },
  );
  const settled = await Promise.allSettled(found.values());
  expect([most, settled.filter(({ status }) => status === 'rejected').length]).toEqual([4, 1]);
});
