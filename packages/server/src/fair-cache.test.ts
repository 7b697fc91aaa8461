import { expect, test } from '@jest/globals';
import { FairCache, RepeatedUseCache } from './fair-cache.ts';

const add = (cache: FairCache<string, string>, owner: string, ...keys: string[]) => keys.forEach((key) => cache.add(key, key, owner));
const kept = (cache: FairCache<string, string>, ...keys: string[]) => keys.filter((key) => cache.has(key)).join('');

test('a full cache loses the entries that were not used for the longest time', () => {
  const cache = new FairCache<string, string>({ capacity: 3, share: 3 });
  add(cache, 'A', 'a', 'b', 'c');
  expect(cache.get('a')).toBe('a');
  add(cache, 'A', 'd');
  expect(kept(cache, 'a', 'b', 'c', 'd')).toBe('acd');
});

test('an owner beyond its share displaces its own entries, and gives way to others', () => {
  const removed: string[] = [];
  const cache = new FairCache<string, string>({ capacity: 4, share: 2, onRemoved: (value) => void removed.push(value) });
  add(cache, 'B', 'x');
  // Nobody else needs the room.
  add(cache, 'A', 'a', 'b', 'c');
  add(cache, 'A', 'd', 'e');
  expect(kept(cache, 'x', 'a', 'b', 'c', 'd', 'e')).toBe('xcde');
  add(cache, 'B', 'y');
  expect(kept(cache, 'x', 'y', 'c', 'd', 'e')).toBe('xyde');
  add(cache, 'B', 'z');
  expect(kept(cache, 'x', 'y', 'z', 'd', 'e')).toBe('yzde');
  expect(removed).toEqual(['a', 'b', 'c', 'x']);
});

test('weights count towards capacity and share, and an entry heavier than a share is not kept', () => {
  const cache = new FairCache<string, string>({ capacity: 10, share: 6 });
  cache.add('a', 'a', 'A', 6);
  cache.add('b', 'b', 'B', 4);
  cache.add('c', 'c', 'B', 3);
  cache.add('d', 'd', 'A', 7);
  expect(kept(cache, 'a', 'b', 'c', 'd')).toBe('ac');
});

test('a value is made at the second use of its key, and a long round of keys displaces nothing', () => {
  const cache = new RepeatedUseCache<string, string>({ capacity: 3, share: 3 });
  const use = (key: string) => cache.get(key, 'A', () => key);
  const round = 'abcdefgh'.split('');
  expect(round.map(use).every((value) => value === undefined)).toBe(true);
  for (let time = 0; time < 3; time += 1) expect(round.map(use).join('')).toBe('abc');
  // A key in more frequent use than another takes its place.
  expect(['h', 'h', 'h'].map(use).join('')).toBe('hhh');
});
