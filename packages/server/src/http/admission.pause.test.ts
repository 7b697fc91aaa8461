import { expect, test } from '@jest/globals';
import { createAdmission } from './admission.ts';

test.each([
  [2, 51],
  [10, 6],
  [14, 2],
  [24, 1],
  [200, 1],
])('pauses an owner that blocks the event loop for %d ms at once when it has done so %d times', async (blockedMs, times) => {
  const admission = createAdmission({ maxRunning: 4, maxWaiting: 20 }, { clock: () => 0, utilization: () => 0 });
  for (const owner of ['slow', 'other']) {
    await admission.acquire(owner);
    admission.release(owner);
  }
  let charged = 0;
  for (; !admission.isPaused('slow'); charged += 1) admission.charge('slow', blockedMs);
  expect(charged).toBe(times);
});
