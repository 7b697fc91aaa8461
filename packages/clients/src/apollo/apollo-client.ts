import {
  ApolloClient,
  HttpLink,
  InMemoryCache,
  type InMemoryCacheConfig,
  type ObservableQuery,
  type OperationVariables,
} from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { possibleTypes, typePolicies } from '@partner-renewals/sdk/caches';
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { filter, firstValueFrom, skip } from 'rxjs';
import { countedFetch } from '../counted-fetch.ts';
import { adminToken, url } from '../server-address.ts';

/** What the SDK tells Apollo's cache of the schema. */
export const policiesOfSdk: InMemoryCacheConfig = { possibleTypes, typePolicies: typePolicies(relayStylePagination) };

/** The caches in which every change must show. */
export const caches = [
  ['the default cache', {}],
  ['a cache with the policies of the SDK', policiesOfSdk],
] as const;

const clients: ApolloClient[] = [];
afterEach(() => clients.splice(0).forEach((client) => client.stop()));

/** Apollo Client with its defaults. */
export function apolloClient({ cache = {}, token = adminToken }: { cache?: InMemoryCacheConfig; token?: string } = {}) {
  const { fetch, sent } = countedFetch();
  const link = new HttpLink({ uri: url, fetch, headers: { authorization: `Bearer ${token}` } });
  const client = new ApolloClient({ cache: new InMemoryCache(cache), link });
  clients.push(client);
  return { client, sent };
}

/** Shows a query as a component does, and returns a function that reads what is on the screen. */
export async function show<Data, Variables extends OperationVariables>(query: ObservableQuery<Data, Variables>): Promise<() => Data> {
  query.subscribe(() => undefined);
  await firstValueFrom(query.pipe(filter(({ loading }) => !loading)));
  return () => {
    const { data, dataState, error } = query.getCurrentResult();
    assert.ifError(error);
    assert.equal(dataState, 'complete');
    return data;
  };
}

/** Fetches a page of a shown query, and waits until it is on the screen. */
export async function showMore<Data, Variables extends OperationVariables>(
  query: ObservableQuery<Data, Variables>,
  variables: Partial<Variables>,
): Promise<void> {
  const settled = query.pipe(filter(({ loading }) => !loading));
  const rendered = firstValueFrom(settled.pipe(skip(1)));
  await query.fetchMore({ variables });
  await rendered;
}
