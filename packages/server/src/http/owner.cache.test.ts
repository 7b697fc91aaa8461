import { expect, test } from '@jest/globals';
import { createOwnerCache } from './owner.cache.ts';

const key = (id: string, secret: string) => `Bearer prk_${id.padStart(12, '0')}_${secret.repeat(38)}`;

test('a key is known by its id, whatever its secret, and a token by the end of its signature', () => {
  const owners = createOwnerCache();
  owners.keep(key('1', 'a'), 'acme');
  owners.keep(`Bearer header.payload.${'s'.repeat(43)}`, 'globex');
  expect([owners.find(key('1', 'b')), owners.find(key('2', 'a'))]).toEqual(['acme', null]);
  expect(owners.find(`Bearer other.other.${'s'.repeat(43)}`)).toBe('globex');
  expect([owners.find(undefined), owners.find('Bearer nonsense')]).toEqual([null, null]);
});

test('beyond 10,000 credentials, the first is forgotten', () => {
  const owners = createOwnerCache();
  for (let id = 0; id < 10_000; id += 1) owners.keep(key(String(id), 'a'), 'acme');
  expect(owners.find(key('0', 'a'))).toBe('acme');
  owners.keep(key('10000', 'a'), 'acme');
  expect([owners.find(key('0', 'a')), owners.find(key('1', 'a'))]).toEqual([null, 'acme']);
});
