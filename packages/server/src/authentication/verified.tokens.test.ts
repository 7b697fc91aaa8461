import { expect, test } from '@jest/globals';
import { createVerifiedTokens, type Verification } from './verified.tokens.ts';

let now: number;
let asked: string[];
let answers: Map<string, (result: Verification<string>) => void>;

/** Verification ends when the test says so. */
function start() {
  [now, asked, answers] = [0, [], new Map()];
  const verify = (token: string) => {
    asked.push(token);
    return new Promise<Verification<string>>((resolve) => answers.set(token, resolve));
  };
  return createVerifiedTokens(
    verify,
    () => now,
    () => now,
  );
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('two tokens are verified at once, some wait, and further ones are refused', async () => {
  const check = start();
  const results = Array.from({ length: 210 }, (_, index) => check(`token ${index}`));
  expect(asked).toEqual(['token 0', 'token 1']);
  expect(await Promise.all(results.slice(202))).toEqual(Array(8).fill('OVERLOADED'));
  for (let index = 0; index < 202; index += 1) {
    answers.get(`token ${index}`)!(index === 0 ? { identity: 'ann', expiresAt: 10_000 } : null);
    await settled();
  }
  expect(await Promise.all(results.slice(0, 3))).toEqual(['ann', 'INVALID', 'INVALID']);
  // A verified token needs no place.
  void check('another');
  void check('and another');
  expect(await check('token 0')).toBe('ann');
});

test('a verified token is remembered until it expires, at most for thirty seconds; an invalid one for a second', async () => {
  const check = start();
  const verified = async (token: string, result: Verification<string>) => {
    const found = check(token);
    answers.get(token)?.(result);
    return await found;
  };
  expect(await verified('short', { identity: 'ann', expiresAt: 10_000 })).toBe('ann');
  expect(await verified('long', { identity: 'bob', expiresAt: 900_000 })).toBe('bob');
  expect(await verified('forged', null)).toBe('INVALID');
  now = 999;
  expect([await check('short'), await check('long'), await check('forged')]).toEqual(['ann', 'bob', 'INVALID']);
  expect(asked).toEqual(['short', 'long', 'forged']);
  now = 10_000;
  expect(await verified('short', null)).toBe('INVALID');
  expect(await verified('forged', null)).toBe('INVALID');
  expect(await check('long')).toBe('bob');
  now = 30_001;
  expect(await verified('long', null)).toBe('INVALID');
});

test('beyond 10,000 verified tokens, the first is verified again; invalid ones displace none', async () => {
  const check = start();
  const verified = async (token: string, result: Verification<string>) => {
    const found = check(token);
    answers.get(token)!(result);
    return await found;
  };
  const ann = { identity: 'ann', expiresAt: 10_000 };
  for (let token = 0; token < 10_000; token += 1) await verified(`token ${token}`, ann);
  for (let token = 0; token < 10_000; token += 1) await verified(`forged ${token}`, null);
  expect(await check('token 0')).toBe('ann');
  await verified('one more', ann);
  expect([await verified('token 0', null), await check('token 1')]).toEqual(['INVALID', 'ann']);
});
