import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { serializeError } from './log.ts';

test('an error is logged without the values that the database or a parser quotes', () => {
  const fromDatabase = Object.assign(new Error('Key (email)=(ann@acme.example) exists\n    at secret place'), {
    severity: 'ERROR',
    code: '23505',
  });
  let parsing: unknown;
  try {
    JSON.parse('ann@acme.example');
  } catch (error) {
    parsing = error;
  }
  const logged = [fromDatabase, parsing, new Error('outer', { cause: fromDatabase })].map((error) => JSON.stringify(serializeError(error)));
  for (const text of logged) expect(text).not.toMatch(/acme|secret/);
  for (const text of logged) expect(text).toContain('log.test.ts');
  expect(logged[2]).toContain('"message":"outer"');
});

test('a process that ends at once has written its lines, each once and in order', () => {
  const program = `
    const { createLog } = await import(${JSON.stringify(resolve(import.meta.dirname, 'log.ts'))});
    const log = await createLog({ logLevel: 'info', logFormat: 'json' });
    log.info('one');
    await new Promise(setImmediate);
    log.info('two');
    log.info('three');
    process.exit(1);`;
  const hooks = resolve(import.meta.dirname, '../../testing/typescript-hooks.mjs');
  const { status, stderr } = spawnSync(process.execPath, ['--import', hooks, '--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['one', 'two', 'three']);
});
