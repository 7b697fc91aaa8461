import { keys } from '@partner-renewals/sdk/caches';
import { Client, fetchExchange, type AnyVariables, type DocumentInput, type OperationResult } from '@urql/core';
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache';
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { countedFetch } from '../counted-fetch.ts';
import { adminToken, url } from '../server-address.ts';
import { introspection } from './introspection.ts';

type Options = Pick<CacheExchangeOpts, 'resolvers' | 'updates'> & { token?: string };

/** urql with graphcache, which checks each query against the schema. All else is its default, so queries are sent by GET. */
export function urqlClient({ token = adminToken, ...options }: Options = {}) {
  const { fetch, sent } = countedFetch();
  const client = new Client({
    url,
    fetch,
    exchanges: [cacheExchange({ schema: introspection, keys: keys(), ...options }), fetchExchange],
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  });
  return { client, sent };
}

const subscriptions: { unsubscribe(): void }[] = [];
afterEach(() => subscriptions.splice(0).forEach((subscription) => subscription.unsubscribe()));

/** Shows a query as a component does, and returns a function that reads what is on the screen. */
export async function show<Data, Variables extends AnyVariables>(
  client: Client,
  query: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<() => Data> {
  const results: OperationResult<Data, Variables>[] = [];
  await new Promise<void>((resolve) => {
    const subscription = client.query(query, variables).subscribe((result) => {
      results.push(result);
      resolve();
    });
    subscriptions.push(subscription);
  });
  return () => {
    const { data, error } = results.at(-1)!;
    assert.ifError(error);
    return data!;
  };
}

export async function mutate<Data>(client: Client, mutation: DocumentInput<Data, AnyVariables>, input: object): Promise<Data> {
  const { data, error } = await client.mutation(mutation, { input }).toPromise();
  assert.ifError(error);
  return data!;
}
