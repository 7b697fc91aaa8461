import { InfiniteQueryObserver, MutationObserver, QueryClient } from '@tanstack/query-core';
import { createClient, type RenewalColumn, type SetCommunicationOwnerInput } from '@partner-renewals/sdk';

/** Renewals through TanStack Query: this client fetches, TanStack Query caches. A changed owner refetches the lists. */
export async function withTanStackQuery(url: string, token: string, columns: readonly RenewalColumn[]) {
  const renewals = createClient({ url, token });
  const queries = new QueryClient();

  const list = new InfiniteQueryObserver(queries, {
    queryKey: ['renewals', columns],
    queryFn: async ({ pageParam, signal }) => await renewals.renewals.list({ columns, first: 2, after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ hasNextPage, endCursor }) => (hasNextPage ? (endCursor ?? undefined) : undefined),
  });
  const first = await list.refetch({ throwOnError: true });
  const both = await list.fetchNextPage();
  const names = both.data!.pages.flatMap(({ rows }) => rows.map((row) => row.customerName));

  const setOwner = new MutationObserver(queries, {
    mutationFn: (input: SetCommunicationOwnerInput) => renewals.setCommunicationOwner(input),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['renewals'] }),
  });
  const outcome = await setOwner.mutate({ customerId: first.data!.pages[0]!.rows[0]!.customerId, owner: 'PARTNER' });
  queries.clear();
  return { names, isDone: outcome.ok, website: first.data!.pages[0]!.rows[0]!.website };
}
