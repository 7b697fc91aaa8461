import { randomBytes, randomUUID } from 'node:crypto';
import type { LightRequest } from '../speed/light-client.ts';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import { businessDate } from '../node-process.ts';

export const json = (query: string, variables?: unknown) => JSON.stringify({ query, variables });
export const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

export type Operations = { name: string; requests: LightRequest[] }[];

/** Operations that are allowed, and take far longer than others of their length. */
export function operationsOn({ own, customerIds }: { own: Record<string, string>; customerIds: string[] }): Operations {
  const aliased = (count: number, field: (index: number) => string) => times(count, (n) => `a${n}: ${field(n)}`).join(' ');
  const below = (page: string, index: number) =>
    json(`{ customers(first: 100) { nodes { ${aliased(5, () => `users(${page}) { totalCount }`)} } } } # ${index}`);
  const belowPartners = (list: string, index: number) => {
    const lists = aliased(5, () => `${list} { totalCount }`);
    return json(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Partner { ${lists} } } } # ${index}`, {
      ids: times(100, () => `par_${bigPartnerId}`),
    });
  };
  const dayAfter = (days: number) => new Date(Date.parse(businessDate()) + days * 86_400_000).toISOString().slice(0, 10);
  const days = times(10, (n) => `cch_${randomUUID()}_${dayAfter(n + 5)}`);
  const others = ['par', 'usr', 'cus', 'cusr', 'asc', 'con', 'cch', 'vie', 'rem', 'sup', 'ses'].map(
    (prefix) => `${prefix}_${randomUUID()}`,
  );
  const kind = '{ kind }';
  const fields = (type: string) => `fields { args { type ${kind} } type ${type} }`;
  const types = `{ kind ofType { ofType { kind } } ${fields(kind)} }`;
  const schema = `__schema { types { ${fields(types)} possibleTypes { ${fields(kind)} } inputFields { type { ofType { inputFields { type ${kind} } } } } } }`;
  const keys = Object.fromEntries(times(49, (n) => [`${'k'.repeat(19_000)}${n}`, 1]));
  const views = (index: number) =>
    Object.fromEntries(
      times(20, (n) => [
        `i${n}`,
        { name: `Attack ${index} ${n}`, columns: ['STATUS'], filter: { customerId: { eq: randomBytes(11_000).toString('base64') } } },
      ]),
    );
  return [
    // As many as a query may have, also twice, so that they are compiled.
    { name: 'lists below rows', requests: times(200, (index) => ({ headers: own, body: below('first: 1', index >> 1) })) },
    {
      name: 'errors below rows',
      requests: times(200, (index) => ({ headers: own, body: below(index % 2 === 0 ? 'first: 0' : 'first: 1, after: "x"', index >> 2) })),
    },
    // One object a hundred times, whose lists are read, and refused, one by one.
    ...[
      { name: 'lists of one object', list: 'users(first: 1)' },
      { name: 'errors of one object', list: 'users(first: 0)' },
      { name: 'cursors of one object', list: 'users(first: 1, after: "x")' },
    ].map(({ name, list }) => ({
      name,
      requests: times(200, (index) => ({ headers: own, body: belowPartners(list, index >> 1) })),
    })),
    { name: 'introspection', requests: [{ headers: own, body: json(`{ ${aliased(20, () => schema)} }`) }] },
    { name: 'introspection once', requests: [{ headers: own, body: json(`{ ${schema} }`) }] },
    {
      name: 'objects of all kinds and days',
      requests: [
        {
          headers: own,
          body: json(`query ($ids: [ID!]!) { ${aliased(3, () => 'nodes(ids: $ids) { id }')} }`, { ids: [...days, ...others] }),
        },
      ],
    },
    {
      name: 'long keys of variables',
      requests: [
        {
          headers: own,
          body: json('query ($filter: ContractChangeFilter) { upcomingContractChanges(filter: $filter) { totalCount } }', { filter: keys }),
        },
      ],
    },
    {
      name: 'large views',
      requests: times(20, (index) => ({
        headers: own,
        body: json(
          `mutation (${times(20, (n) => `$i${n}: CreateSavedViewInput!`).join(' ')}) { ${aliased(20, (n) => `createSavedView(input: $i${n}) { userErrors { message } }`)} }`,
          views(index),
        ),
      })),
    },
    {
      name: 'mutes to and fro',
      requests: [
        {
          headers: own,
          body: json(
            `mutation { ${aliased(20, (n) => `${n % 2 === 0 ? 'mute' : 'unmute'}Reminders(input: { customerId: "${customerIds[0]}", forEveryone: true }) { userErrors { message } }`)} }`,
          ),
        },
      ],
    },
    {
      name: 'many parameters',
      requests: [
        {
          line: `GET /graphql?query=%7B__typename%7D&${'a&'.repeat(7_000)}`,
          headers: { ...own, 'apollo-require-preflight': '1' },
          body: '',
        },
      ],
    },
    {
      name: 'other days',
      requests: [
        {
          headers: own,
          body: json(`{ ${aliased(20, (n) => `upcomingContractChanges(asOf: "${dayAfter(n + 5)}") { totalCount }`)} }`),
        },
      ],
    },
    {
      name: 'unknown changes by ID',
      requests: times(200, () => ({
        headers: own,
        body: json(`{ ${aliased(20, () => `node(id: "cch_${randomUUID()}") { id }`)} }`),
      })),
    },
    {
      name: 'thousands of unused variables',
      requests: [
        {
          headers: own,
          body: json(`query ($n: Int) { viewer { ${'savedViews(first: $n) { nodes { id } } '.repeat(50)} } }`, {
            n: 1,
            ...Object.fromEntries(times(9_900, (index) => [`a${index}`, index % 2 === 0 ? index : {}])),
          }),
        },
      ],
    },
    { name: 'small operations', requests: [{ headers: own, body: json('{ __typename }') }] },
    {
      name: 'objects of the viewer',
      requests: [
        {
          headers: own,
          body: json(`{ ${aliased(20, () => 'viewer { partner { name settings { pointOfContact { name } } } defaultView { name } }')} }`),
        },
      ],
    },
  ];
}
