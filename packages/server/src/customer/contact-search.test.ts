import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { globalId } from '../graphql/global-id.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { fold } from './search-text.ts';

const today = '2026-11-22';
const people = [
  ['Ann Müller', 'ann@globex.example', true],
  ['Bob Mueller', 'bob@globex.example', false],
  ['Łódź Søren', 'LS@Globex.example', true],
  ['Émile  Groß', 'e.gross@initech.example', true],
  ['Sinéad O’Neill', 'so@globex.example', false],
  ['100% _real_', 'x@globex.example', true],
] as const;

let server: TestServer;
let token: string;
let data: TestData;
let customerId: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  token = await server.createToken(data.partnerId, 'VIEWER');
  customerId = await data.customer({ name: 'Globex' });
  for (const [name, email, isActive] of people) await data.user(customerId, { name, email, isActive });
  await data.user(await data.customer({ name: 'Other' }), { name: 'Ann Other' });
});
afterAll(() => server.close());

async function found(args: { query?: string | null; isActive?: boolean | null; first?: number; after?: string }, of = customerId) {
  const { body } = await server.query(
    `query ($id: ID!, $query: String, $isActive: Boolean, $first: Int, $after: String) { customer(by: { id: $id }) {
      users(query: $query, isActive: $isActive, first: $first, after: $after) { totalCount nodes { name } pageInfo { endCursor } } } }`,
    { id: globalId('Customer', of), ...args },
    { token },
  );
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  const { totalCount, nodes, pageInfo } = body.data.customer.users;
  return { totalCount: totalCount as number, names: nodes.map(({ name }: { name: string }) => name) as string[], end: pageInfo.endCursor };
}

describe('the users of a customer', () => {
  test.each([
    ['müller', ['Ann Müller', 'Bob Mueller']],
    ['MUELLER', ['Ann Müller', 'Bob Mueller']],
    ['muller', ['Ann Müller']],
    ['lodz soren', ['Łódź Søren']],
    ['émile gross', ['Émile  Groß']],
    ["o'neill", ['Sinéad O’Neill']],
    ['INITECH', ['Émile  Groß']],
    ['ls@globex', ['Łódź Søren']],
    ['100%', ['100% _real_']],
    ['_', ['100% _real_']],
    ['%e', []],
    ['soren\nls', []],
    ['\u200b', []],
  ])('are found by %j in name and e-mail', async (query, names) => {
    const { names: ours, totalCount } = await found({ query });
    expect([ours.toSorted(), totalCount]).toEqual([names.toSorted(), names.length]);
  });

  test('are those with an active login, or without, and all by default', async () => {
    expect([(await found({ isActive: true })).totalCount, (await found({ isActive: false })).totalCount]).toEqual([4, 2]);
    for (const args of [{}, { isActive: null, query: null }, { query: '  ' }]) expect((await found(args)).names).toHaveLength(6);
    expect((await found({ isActive: false, query: 'mueller' })).names).toEqual(['Bob Mueller']);
  });

  test('are read page by page under a search', async () => {
    const { names, end } = await found({ query: 'globex', first: 2 });
    const { names: more, totalCount } = await found({ query: 'globex', first: 10, after: end });
    expect(names).toHaveLength(2);
    expect(new Set([...names, ...more]).size).toBe(5);
    expect(totalCount).toBe(5);
  });

  test('are found by each part of their name as the search of customers folds it', async () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'abAB zéÉåÅäÄöÖüÜßẞøØæÆœŒłŁđĐþÞñçşğıİőűžščřяйЙёΆΟΔΣς’–“·'.split('')),
      minLength: 1,
      maxLength: 12,
    });
    const samples = fc.sample(letters, { numRuns: 60, seed: 7 }).filter((name) => fold(name).trim() !== '');
    const crowd = await data.customer({ name: 'Crowd' });
    for (const name of samples) await data.user(crowd, { name, email: '-' });
    for (const name of samples)
      expect({ name, found: (await found({ query: name, first: 100 }, crowd)).names }).toEqual({
        name,
        found: expect.arrayContaining([name]),
      });
  });
});
