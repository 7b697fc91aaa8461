import { expect, jest, test } from '@jest/globals';
import type { Logger } from '../process/log.ts';
import { createRefusalLog } from './refusal.log.ts';

test('writes a line for each of a hundred refusals in a second, and one with the number of the others', async () => {
  jest.useFakeTimers();
  try {
    const lines: object[] = [];
    const refusals = createRefusalLog({ info: (line: object, message: string) => lines.push({ ...line, message }) } as unknown as Logger);
    for (let count = 0; count < 350; count += 1) refusals.add({ requestId: `r${count}`, method: 'POST' });
    expect(lines).toHaveLength(100);
    expect(lines[99]).toEqual({
      requestId: 'r99',
      method: 'POST',
      route: '/graphql',
      status: 503,
      code: 'UNAVAILABLE',
      errors: 1,
      ms: 0,
      message: 'request',
    });
    jest.advanceTimersByTime(1_000);
    expect(lines.slice(100)).toEqual([{ route: '/graphql', status: 503, code: 'UNAVAILABLE', requests: 250, message: 'requests refused' }]);
    refusals.add({ requestId: 'next', method: 'POST' });
    expect(lines).toHaveLength(102);
    refusals.flush();
    expect(lines).toHaveLength(102);
  } finally {
    jest.useRealTimers();
  }
});
