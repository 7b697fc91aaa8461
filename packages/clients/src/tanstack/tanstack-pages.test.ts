import { createClient, type ListOptions } from '@partner-renewals/sdk';
import { InfiniteQueryObserver, QueryClient, QueryObserver } from '@tanstack/query-core';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { countedFetch } from '../counted-fetch.ts';
import { allRows } from '../direct-request.ts';
import { adminToken, url } from '../server-address.ts';

failOnWarnings();

type Position = Pick<ListOptions<undefined>, 'first' | 'after' | 'last' | 'before'>;

test('an infinite query grows forward and backward from the middle of the list', async () => {
  const { fetch, sent } = countedFetch();
  const client = createClient({ url, token: adminToken, fetch });
  const queries = new QueryClient();
  const ids = (await allRows()).map(({ id }) => id);
  const { endCursor } = await client.renewals.list({ first: 8 });
  const initialPageParam: Position = { first: 5, after: endCursor ?? undefined };
  const list = new InfiniteQueryObserver(queries, {
    queryKey: ['renewals'],
    queryFn: ({ pageParam, signal }) => client.renewals.list({ columns: ['website'], ...pageParam }, { signal }),
    initialPageParam,
    getNextPageParam: ({ hasNextPage, endCursor: after }) => (hasNextPage && after ? { first: 5, after } : undefined),
    getPreviousPageParam: ({ hasPreviousPage, startCursor: before }) => (hasPreviousPage && before ? { last: 5, before } : undefined),
  });
  const shown = () => list.getCurrentResult().data!.pages.flatMap(({ rows }) => rows.map(({ id }) => id));
  const stop = list.subscribe(() => undefined);
  await list.refetch({ throwOnError: true });
  assert.deepEqual(shown(), ids.slice(8, 13));
  await list.fetchPreviousPage({ throwOnError: true });
  assert.deepEqual(shown(), ids.slice(3, 13));
  await list.fetchNextPage({ throwOnError: true });
  assert.deepEqual(shown(), ids.slice(3, 18));
  while (list.getCurrentResult().hasPreviousPage && sent.length < 20) await list.fetchPreviousPage({ throwOnError: true });
  while (list.getCurrentResult().hasNextPage && sent.length < 20) await list.fetchNextPage({ throwOnError: true });
  assert.deepEqual(shown(), ids);
  assert.equal(sent.length, 1 + 1 + 1 + Math.ceil((ids.length - 13) / 5) + 1);
  stop();
  queries.clear();
});

test('a list is a promise, so it is a queryFn as it is', async () => {
  const client = createClient({ url, token: adminToken });
  const queries = new QueryClient();
  const list = new QueryObserver(queries, { queryKey: ['renewals'], queryFn: () => client.renewals.list({ columns: ['website'] }) });
  const { data } = await list.refetch({ throwOnError: true });
  assert.equal(data!.rows[0]!.id, (await allRows())[0]!.id);
  queries.clear();
});
