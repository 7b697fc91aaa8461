import { InfiniteQueryObserver, MutationObserver, QueryClient, QueryObserver } from '@tanstack/query-core';
import { createClient, type RenewalColumn } from '@partner-renewals/sdk';

/** Renewals through TanStack Query: this client fetches, TanStack Query caches. A changed owner refetches the lists. */
export async function withTanStackQuery(url: string, token: string, columns: readonly RenewalColumn[]) {
  const renewals = createClient({ url, token });
  const queries = new QueryClient();

  const list = new InfiniteQueryObserver(queries, {
    queryKey: ['renewals', columns],
    queryFn: ({ pageParam, signal }) => renewals.renewals.list({ columns, first: 2, after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ hasNextPage, endCursor }) => (hasNextPage ? (endCursor ?? undefined) : undefined),
  });
  const first = await list.refetch({ throwOnError: true });
  const both = await list.fetchNextPage();
  const names = both.data!.pages.flatMap(({ rows }) => rows.map((row) => row.customerName));

  const summary = new QueryObserver(queries, { queryKey: ['renewals', 'summary'], queryFn: () => renewals.renewals.summary() });
  const { totalCount } = (await summary.refetch({ throwOnError: true })).data!;

  const setOwner = new MutationObserver(queries, {
    mutationFn: renewals.setCommunicationOwner,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['renewals'] }),
  });
  const outcome = await setOwner.mutate({ customerId: first.data!.pages[0]!.rows[0]!.customerId, owner: 'PARTNER' });
  queries.clear();
  return { names, totalCount, isDone: outcome.ok, website: first.data!.pages[0]!.rows[0]!.website };
}
