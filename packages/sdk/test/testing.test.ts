import { expect, test } from '@jest/globals';
import { createClient, renewalColumns, UnavailableError, type RenewalColumn, type RenewalRow } from '../src/index.ts';
import { createFakeServer, type Fixtures } from '../src/testing.ts';

const against = (fixtures: Fixtures) => {
  const server = createFakeServer(fixtures);
  return { server, client: createClient({ url: 'https://fake.example/graphql', token: 'any', fetch: server.fetch }) };
};

const full: Partial<RenewalRow> = {
  ...{
    customerName: 'Acme',
    website: null,
    hubId: '7',
    maxContacts: 5,
    emailLimit: null,
    billingFrequency: 'OTHER',
    billingIntervalMonths: 7,
  },
  ...{
    subscriptionTerm: 12,
    currentMrr: { amount: '1.00', currencyCode: 'EUR' },
    estimatedNewMrr: { amount: '2.00', currencyCode: 'EUR' },
  },
  ...{ primaryContact: { id: 'cusr_1', name: 'Ann', email: 'ann@acme.example' }, renewalStartDate: null },
};

test('a fake server answers only the requested columns', async () => {
  const { client, server } = against({ renewals: [full, {}] });
  const { rows } = await client.renewals.list({ columns: ['website', 'primaryContact'] });
  const made = {
    customerId: 'cus_1',
    associationVersion: 1,
    communicationOwner: 'VENDOR',
    contractType: 'RENEWAL',
    status: 'PENDING',
    renewalDeadline: null,
  };
  expect(rows).toEqual([
    { id: 'cch_1', ...made, customerName: 'Acme', website: null, primaryContact: full.primaryContact },
    { id: 'cch_2', ...made, customerId: 'cus_2', customerName: 'Customer 2', website: null, primaryContact: null },
  ]);
  expect(server.requests[0]!.query).not.toContain('emailLimit');
  expect(JSON.stringify(server.requests)).not.toContain('any');
});

test('a fake server returns every column of a full fixture', async () => {
  const { rows } = await against({ renewals: [full] }).client.renewals.list({ columns: Object.keys(renewalColumns) as RenewalColumn[] });
  expect(rows[0]).toMatchObject(full);
});

test('an option of another type does not leave out the number of rows', async () => {
  const options = { columns: ['website'], count: false } as const;
  expect((await against({ renewals: [{}] }).client.renewals.list(options)).totalCount).toBe(1);
});

test('a fake server makes up what comes with a column', async () => {
  const { rows } = await against({ renewals: [{}] }).client.renewals.list({ columns: ['billingFrequency'] });
  expect(rows[0]).toMatchObject({ billingFrequency: null, billingIntervalMonths: null });
});

test('a fake server names what its fixtures lack', async () => {
  const { client } = against({ renewals: [{}] });
  await expect(client.renewals.list({ columns: ['currentMrr'] })).rejects.toThrow(
    'The fixture of currentTerms has no "mrr", but the document selects it. Add it.',
  );
  await expect(client.query({ viewer: { role: true } })).rejects.toThrow(
    'The fixtures have no root field "viewer". Add it to their fields.',
  );
});

test('a fake server splits a list into pages', async () => {
  const { client, server } = against({ renewals: ({ query }) => (query === 'few' ? [{}] : [{}, {}, {}, {}, {}]) });
  expect(await client.renewals.list({ first: 2 }).toArray()).toHaveLength(5);
  expect(server.requests).toHaveLength(3);
  expect(await client.renewals.list({ query: 'few' })).toMatchObject({ totalCount: 1, hasNextPage: false });
});

test('a fake server pages back too', async () => {
  const { client } = against({ renewals: [{}, {}, {}, {}, {}] });
  expect((await client.renewals.list({ last: 2 }).toArray()).map((row) => row.id)).toEqual(['cch_5', 'cch_4', 'cch_3', 'cch_2', 'cch_1']);
  const page = await client.renewals.list({ last: 2, before: '4' });
  expect([page.rows.map((row) => row.id), page.hasPreviousPage, page.hasNextPage]).toEqual([['cch_2', 'cch_3'], true, true]);
});

test('a fake server refuses what it does not apply', async () => {
  const { client } = against({ renewals: [{}] });
  await expect(client.renewals.list({ filter: { status: { in: ['PENDING'] } }, query: 'acme' })).rejects.toThrow(
    "The fake server does not apply filter, query. Make `renewals` a function of the list's arguments.",
  );
  await expect(client.renewals.list({ orderBy: [{ field: 'WEBSITE' }] })).rejects.toThrow('does not apply orderBy');
  await expect(client.renewals.list({ filter: null, asOf: undefined })).resolves.toMatchObject({ totalCount: 1 });
});

test('a fake server answers mutations and queries from its fields', async () => {
  const { client } = against({
    fields: {
      setCommunicationOwner: ({ input }) => ({
        association: null,
        customer: null,
        contractChanges: null,
        userErrors: [
          { __typename: 'ConflictError', code: 'CONFLICT', message: `No ${JSON.stringify(input)}`, field: null, currentVersion: 3 },
        ],
      }),
      node: ({ id }) => ({ __typename: 'Customer', id, name: 'Acme', website: null }),
    },
  });
  const outcome = await client.setCommunicationOwner({ customerId: 'cus_1', owner: 'PARTNER' });
  expect(outcome).toMatchObject({ ok: false, userErrors: [{ currentVersion: 3, message: 'No {"customerId":"cus_1","owner":"PARTNER"}' }] });
  expect(
    await client.query({ node: { $: { id: 'x' }, id: true, on: { Customer: { name: true }, Partner: { name: true } } } }),
  ).toMatchObject({
    node: { __typename: 'Customer', id: 'x', name: 'Acme' },
  });
  expect(
    await client.request('query ($id: ID!) { it: node(id: $id) { id ...on Customer @include(if: false) { name } } }', { id: 'y' }),
  ).toEqual({ it: { id: 'y' } });
});

test('the fixtures of a fake server have the types of the graph', () => {
  const server = createFakeServer({
    fields: {
      // @ts-expect-error -- no such owner
      customer: ({ by }) => ({ id: by.id ?? 'x', association: { communicationOwner: 'NOBODY' } }),
      // @ts-expect-error -- no such field
      viewer: () => ({ rol: 'ADMIN' }),
      setPrimaryContact: ({ input }) => ({ customer: { id: input.customerId }, userErrors: [] }),
    },
  });
  // @ts-expect-error -- no such root field
  createFakeServer({ fields: { viewr: () => ({ role: 'ADMIN' }) } });
  expect(server.requests).toEqual([]);
});

test('a fake server fails on demand, and then answers', async () => {
  const { client, server } = against({ renewals: [{}] });
  server.fail({ status: 503, headers: { 'retry-after': '0' } }, new TypeError('fetch failed'));
  expect((await client.renewals.list()).meta.attempts).toBe(3);
  server.fail({ status: 503 });
  await expect(client.renewals.list({}, { maxRetries: 0 })).rejects.toThrow(UnavailableError);
});
