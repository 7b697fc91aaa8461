/**
 * Apollo Client warns only in its build for development, so this file loads packages of its own.
 *
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["development", "node", "node-addons"]}
 */
import { ApolloClient, gql, HttpLink, InMemoryCache, type DocumentNode } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { Client, fetchExchange } from '@urql/core';
import { addDays } from '../../server/src/calendar-date.ts';
import { TestData } from '../../server/testing/test-data.ts';
import { startTestServer, type TestServer } from '../../server/testing/test-server.ts';
import { keys, pageResolvers, possibleTypes, typePolicies } from '../src/caches.ts';

const today = '2026-11-22';
let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());

let token: string;
let customerIds: string[];
let contactId: string;
let requests: string[];
let warnings: string[];
let partners = 0;
// Both libraries warn through the console.
// oxlint-disable-next-line no-console
const originals = { warn: console.warn, error: console.error };
beforeEach(async () => {
  const data = await TestData.of(server.database.pool, { name: `Partner of caches ${(partners += 1)}`, passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
  customerIds = [];
  for (const index of [1, 2, 3]) {
    const customerId = await data.customer({ name: `Customer ${index}`, website: `https://customer-${index}.example` });
    await data.renewal(customerId, addDays(today, 60 + index));
    customerIds.push(`cus_${customerId}`);
  }
  contactId = `cusr_${await data.user(customerIds[0]!.slice(4), { name: 'Zoë' })}`;
  requests = [];
  warnings = [];
  const note = (...words: unknown[]) => void warnings.push(words.map(String).join(' '));
  Object.assign(console, { warn: note, error: note });
});
const restore = () => Object.assign(console, originals);

const counted: typeof fetch = async (input, init) => {
  const { method = 'GET', body } = init ?? {};
  requests.push(`${method} ${/(query|mutation)[ +](\w+)/.exec(decodeURIComponent(JSON.stringify([input, body])))?.[2]}`);
  return await fetch(input, init);
};

// Two parts of a page that select different fields of the same objects and values.
const list = gql`
  query List($first: Int, $after: String) {
    viewer {
      role
      savedViews {
        totalCount
      }
      partner {
        id
        settings {
          ownsAllTransactionalConversations
        }
      }
    }
    upcomingContractChanges(first: $first, after: $after) {
      edges {
        cursor
        node {
          id
          communicationOwner
          primaryContact {
            id
            name
          }
          currentTerms {
            mrr {
              amount
              currencyCode
            }
          }
          customer {
            id
            name
            products {
              id
              product
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
        hasPreviousPage
        startCursor
      }
      totalCount
      businessDate
    }
    dashboardColumns {
      key
      label
    }
  }
`;
const drawer = gql`
  query Drawer($id: ID!) {
    viewer {
      businessDate
      savedViews {
        nodes {
          id
          name
          columns {
            label
          }
        }
      }
      partner {
        id
        settings {
          pointOfContact {
            id
            name
          }
        }
        dashboard: name
      }
    }
    customer(by: { id: $id }) {
      id
      website
      association {
        id
        communicationOwner
        version
      }
      products {
        id
        contract {
          id
          termStart
        }
      }
      timeline {
        totalCount
        nodes {
          id
          action
          changes {
            field
            after
          }
          actor {
            name
          }
        }
      }
      upcomingContractChanges {
        id
        status
        newTerms {
          maxContacts
        }
        currentTerms {
          maxContacts
          emailLimit
        }
        decision {
          action
        }
      }
    }
    dashboardColumns {
      key
      isDefault
      description
    }
  }
`;
const setOwner = gql`
  mutation SetOwner($input: SetCommunicationOwnerInput!) {
    setCommunicationOwner(input: $input) {
      association {
        id
        communicationOwner
        version
      }
      contractChanges {
        id
        communicationOwner
      }
      query {
        upcomingContractChangesSummary {
          actionRequiredCount
        }
      }
      userErrors {
        __typename
        code
        ... on ConflictError {
          currentVersion
        }
      }
    }
  }
`;
const setContact = gql`
  mutation SetContact($input: SetPrimaryContactInput!) {
    setPrimaryContact(input: $input) {
      contractChanges {
        id
        primaryContact {
          id
          name
        }
      }
      userErrors {
        code
      }
    }
  }
`;
const summary = gql`
  query Summary {
    upcomingContractChangesSummary {
      actionRequiredCount
    }
  }
`;

type Row = {
  node: { id: string; communicationOwner: string; primaryContact: { name: string } | null; customer: { id: string; name: string } };
};
const rowsOf = (data: unknown) =>
  (data as { upcomingContractChanges: { edges: Row[] } }).upcomingContractChanges.edges.map(({ node }) => node);

/** Waits until a condition holds; both caches tell their watchers in later turns. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

describe('the cache of Apollo Client', () => {
  const clientWith = (options: ConstructorParameters<typeof InMemoryCache>[0]) =>
    new ApolloClient({
      cache: new InMemoryCache(options),
      link: new HttpLink({ uri: `${server.url}/graphql`, headers: { authorization: `Bearer ${token}` }, fetch: counted }),
    });
  const watch = (client: ApolloClient, query: DocumentNode, variables: Record<string, unknown>) => {
    const watched = client.watchQuery({ query, variables });
    const seen: { last?: unknown } = {};
    watched.subscribe(({ data, dataState }) => void (dataState === 'complete' && (seen.last = data)));
    return { watched, seen };
  };

  test('warns without the policies, which shows that this test would see it', async () => {
    const client = clientWith({});
    await client.query({ query: list, variables: { first: 2 } });
    await client.query({ query: drawer, variables: { id: customerIds[0] } });
    client.stop();
    restore();
    expect(warnings.filter((text) => /Cache data may be lost/.test(text)).length).toBeGreaterThan(0);
  });

  test('keeps both parts of a page, pages forward, and shows changes without another request', async () => {
    const client = clientWith({ possibleTypes, typePolicies: typePolicies(relayStylePagination) });
    const page = watch(client, list, { first: 2 });
    await until(() => page.seen.last !== undefined);
    const side = watch(client, drawer, { id: customerIds[0] });
    await until(() => side.seen.last !== undefined);
    const again = watch(client, list, { first: 2 });
    await until(() => again.seen.last !== undefined);
    expect(requests).toEqual(['POST List', 'POST Drawer']);
    const { pageInfo } = (page.seen.last as { upcomingContractChanges: { pageInfo: { endCursor: string } } }).upcomingContractChanges;
    await page.watched.fetchMore({ variables: { after: pageInfo.endCursor } });
    await until(() => rowsOf(page.seen.last).length === 3);
    expect(rowsOf(page.seen.last).map(({ customer }) => customer.name)).toEqual(['Customer 1', 'Customer 2', 'Customer 3']);
    const counts = watch(client, summary, {});
    await until(() => counts.seen.last !== undefined);
    requests.length = 0;
    const input = { customerId: customerIds[0], owner: 'PARTNER' };
    await client.mutate({ mutation: setOwner, variables: { input } });
    await client.mutate({ mutation: setContact, variables: { input: { customerId: customerIds[0], contactId } } });
    await until(() => rowsOf(page.seen.last)[0]!.primaryContact?.name === 'Zoë');
    expect(rowsOf(page.seen.last).map(({ communicationOwner }) => communicationOwner)).toEqual(['PARTNER', 'VENDOR', 'VENDOR']);
    expect(counts.seen.last).toEqual({ upcomingContractChangesSummary: expect.objectContaining({ actionRequiredCount: 1 }) });
    expect(side.seen.last).toMatchObject({ customer: { association: { communicationOwner: 'PARTNER', version: 2 } } });
    client.stop();
    restore();
    expect({ requests, warnings }).toEqual({ requests: ['POST SetOwner', 'POST SetContact'], warnings: [] });
  });

  test('replaces a changed value as a whole, and merges two selections of the same', () => {
    const cache = new InMemoryCache({ possibleTypes, typePolicies: typePolicies() });
    const one = (fields: string) => gql`query { node(id: "cch_1") { id ... on ContractChange { currentTerms { mrr { ${fields} } } } } }`;
    const write = (query: DocumentNode, mrr: Record<string, string>) =>
      cache.writeQuery({
        query,
        data: {
          node: {
            __typename: 'ContractChange',
            id: 'cch_1',
            currentTerms: { __typename: 'ContractTerms', mrr: { __typename: 'Money', ...mrr } },
          },
        },
      });
    write(one('amount currencyCode'), { amount: '1', currencyCode: 'EUR' });
    write(one('currencyCode'), { currencyCode: 'EUR' });
    expect(cache.readQuery({ query: one('amount') })).toMatchObject({ node: { currentTerms: { mrr: { amount: '1' } } } });
    write(one('currencyCode'), { currencyCode: 'JPY' });
    expect(cache.readQuery({ query: one('amount') })).toBeNull();
    restore();
  });
});

describe('graphcache of urql', () => {
  const clientWith = (options: Parameters<typeof cacheExchange>[0]) =>
    new Client({
      url: `${server.url}/graphql`,
      exchanges: [cacheExchange(options), fetchExchange],
      fetchOptions: { headers: { authorization: `Bearer ${token}` } },
      fetch: counted,
    });
  const watch = (client: Client, query: DocumentNode, variables: Record<string, unknown>) => {
    const seen: { last?: unknown } = {};
    const { unsubscribe } = client.query(query, variables).subscribe(({ data, error }) => {
      if (error) throw error;
      seen.last = data;
    });
    return { seen, unsubscribe };
  };

  test('warns without the keys, which shows that this test would see it', async () => {
    await clientWith({}).query(list, { first: 2 }).toPromise();
    restore();
    expect(warnings.filter((text) => /Invalid key/.test(text)).length).toBeGreaterThan(0);
  });

  test('keeps both parts of a page, pages by GET, and shows changes without another request', async () => {
    const client = clientWith({ keys: keys(), possibleTypes, resolvers: pageResolvers(relayPagination) });
    const page = watch(client, list, { first: 2 });
    await until(() => page.seen.last !== undefined);
    const side = watch(client, drawer, { id: customerIds[0] });
    await until(() => side.seen.last !== undefined);
    const { pageInfo } = (page.seen.last as { upcomingContractChanges: { pageInfo: { endCursor: string } } }).upcomingContractChanges;
    const next = watch(client, list, { first: 2, after: pageInfo.endCursor });
    await until(() => next.seen.last !== undefined && rowsOf(next.seen.last).length === 3);
    const counts = watch(client, summary, {});
    await until(() => counts.seen.last !== undefined);
    expect(requests).toEqual(['GET List', 'GET Drawer', 'GET List', 'GET Summary']);
    requests.length = 0;
    const input = { customerId: customerIds[0], owner: 'PARTNER' };
    await client.mutation(setOwner, { input }).toPromise();
    await client.mutation(setContact, { input: { customerId: customerIds[0], contactId } }).toPromise();
    await until(() => rowsOf(next.seen.last)[0]!.primaryContact?.name === 'Zoë');
    expect(rowsOf(next.seen.last).map(({ communicationOwner }) => communicationOwner)).toEqual(['PARTNER', 'VENDOR', 'VENDOR']);
    expect(counts.seen.last).toEqual({ upcomingContractChangesSummary: expect.objectContaining({ actionRequiredCount: 1 }) });
    expect(side.seen.last).toMatchObject({ customer: { association: { communicationOwner: 'PARTNER', version: 2 } } });
    for (const each of [page, side, next, counts]) each.unsubscribe();
    restore();
    expect({ requests, warnings }).toEqual({ requests: ['POST SetOwner', 'POST SetContact'], warnings: [] });
  });
});
