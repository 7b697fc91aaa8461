import { expect, test } from '@jest/globals';
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
