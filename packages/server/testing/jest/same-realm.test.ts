import { expect, test } from '@jest/globals';
import { createRequire } from 'node:module';

type Environment = { handleTestEvent(event: { name: string }): Promise<void>; teardown(): Promise<void> };
const SameRealmEnvironment = createRequire(import.meta.url)('./same-realm.environment.cjs') as new (config: object) => Environment;

test('what a test file leaves on the globals and on its process is gone after it', async () => {
  const globals = globalThis as Record<string, unknown>;
  const { process: own, fetch } = globalThis;
  const environment = new SameRealmEnvironment({ projectConfig: { fakeTimers: {} } });
  await environment.handleTestEvent({ name: 'setup' });
  expect(process).not.toBe(own);
  process.env['OF_ONE_FILE'] = 'set';
  process.on('SIGTERM', () => {});
  globals['ofOneFile'] = true;
  globalThis.fetch = () => Promise.reject(new Error('replaced'));
  await environment.teardown();
  expect(process).toBe(own);
  expect([process.env['OF_ONE_FILE'], process.listenerCount('SIGTERM')]).toEqual([undefined, 0]);
  expect('ofOneFile' in globals).toBe(false);
  expect(globalThis.fetch).toBe(fetch);
});
