import { expect, test } from '@jest/globals';
import { statementName } from './statement-names.ts';

test('a repeated statement has a name, and a very long read has none: its plan would take megabytes in each connection', () => {
  const namesOf = (text: string) => [1, 2, 3].map(() => statementName(text, 'read', 'one'));
  expect(namesOf('select 1')).toEqual([undefined, expect.stringMatching(/^r_/), expect.stringMatching(/^r_/)]);
  expect(namesOf(`select 1 where ${'true and '.repeat(6_000)} true`)).toEqual([undefined, undefined, undefined]);
});
