import { createClient } from '@partner-renewals/sdk';
import { MutationObserver, QueryClient, QueryObserver } from '@tanstack/query-core';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { countedFetch } from '../counted-fetch.ts';
import { nextDecision, otherContact, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { adminToken, url } from '../server-address.ts';

failOnWarnings();

const columns = ['primaryContact', 'estimatedNewMrr'] as const;
const queryKey = ['renewals'];

/** A list on the screen, and what it shows of one customer. */
async function shownList(name: string) {
  const { fetch, sent } = countedFetch();
  const client = createClient({ url, token: adminToken, fetch });
  const queries = new QueryClient();
  const queryFn = () => client.renewals.list({ columns, first: 100 });
  type Page = Awaited<ReturnType<typeof queryFn>>;
  type Row = Page['rows'][number];
  const list = new QueryObserver(queries, { queryKey, queryFn });
  let stop = () => undefined as void;
  await new Promise<void>((resolve) => {
    stop = list.subscribe(({ isSuccess }) => isSuccess && resolve());
  });
  return {
    client,
    queries,
    sent,
    rows: () => list.getCurrentResult().data!.rows.filter(({ customerName }) => customerName === name),
    /** Writes changed rows into the cached page, which TanStack Query keeps as it came. */
    patch(changed: readonly { readonly id: string }[], fieldsOf: (index: number) => Partial<Row>) {
      queries.setQueryData<Page>(queryKey, (page) => {
        const rows = page!.rows.map((row) => {
          const index = changed.findIndex(({ id }) => id === row.id);
          return index === -1 ? row : { ...row, ...fieldsOf(index) };
        });
        return { ...page!, rows };
      });
    },
    stop() {
      stop();
      queries.clear();
    },
  };
}

test('a method is a mutationFn as it is, and its outcome updates every row of the customer', async () => {
  const before = await rowsOf(sample.owner);
  const { client, queries, sent, rows, patch, stop } = await shownList(sample.owner);
  const setOwner = new MutationObserver(queries, {
    mutationFn: client.setCommunicationOwner,
    onSuccess(outcome) {
      if (!outcome.ok) return;
      const { contractChanges } = outcome;
      patch(contractChanges, (index) => ({ communicationOwner: contractChanges[index]!.communicationOwner }));
    },
  });
  const input = otherOwner(before[0]);
  await setOwner.mutate(input);
  assert.deepEqual(
    rows().map(({ communicationOwner }) => communicationOwner),
    before.map(() => input.owner),
  );
  assert.equal(sent.length, 2);
  stop();
});

test('a new primary contact shows in every row of the customer without a refetch', async () => {
  const before = await rowsOf(sample.contact);
  const { client, queries, sent, rows, patch, stop } = await shownList(sample.contact);
  const setContact = new MutationObserver(queries, {
    mutationFn: client.setPrimaryContact,
    onSuccess(outcome) {
      if (!outcome.ok) return;
      const { contractChanges, association } = outcome;
      patch(contractChanges, () => ({ primaryContact: association.primaryContact }));
    },
  });
  const input = otherContact(before[0]);
  await setContact.mutate(input);
  assert.deepEqual(
    rows().map(({ primaryContact }) => primaryContact?.id),
    before.map(() => input.contactId),
  );
  assert.equal(sent.length, 2);
  stop();
});

test('a decision shows in every row of the contract without a refetch', async () => {
  const before = await rowsOf(sample.dependent);
  const { client, queries, sent, rows, patch, stop } = await shownList(sample.dependent);
  const { action, input } = nextDecision(before[0]);
  const decide = new MutationObserver(queries, {
    mutationFn: client[action],
    onSuccess(outcome) {
      if (!outcome.ok) return;
      const { contractChanges } = outcome;
      patch(contractChanges, (index) => ({
        status: contractChanges[index]!.status,
        estimatedNewMrr: contractChanges[index]!.newTerms.mrr,
      }));
    },
  });
  await decide.mutate(input);
  const now = await rowsOf(sample.dependent);
  assert.notEqual(now[0].status, before[0].status);
  assert.notEqual(now[1]!.newTerms.mrr.amount, before[1]!.newTerms.mrr.amount);
  assert.deepEqual(
    rows().map(({ status, estimatedNewMrr }) => [status, estimatedNewMrr.amount]),
    now.map(({ status, newTerms }) => [status, newTerms.mrr.amount]),
  );
  assert.equal(sent.length, 2);
  stop();
});

test('the outcome of an edit of an old version tells the current one, and nothing changes on the screen', async () => {
  const [row] = await rowsOf(sample.owner);
  const { version } = row.customer.association;
  const { client, queries, rows, stop } = await shownList(sample.owner);
  const before = rows();
  const setOwner = new MutationObserver(queries, { mutationFn: client.setCommunicationOwner });
  const outcome = await setOwner.mutate({ ...otherOwner(row), expectedVersion: version + 1 });
  assert.ok(!outcome.ok);
  const [conflict] = outcome.userErrors;
  assert.ok(conflict?.__typename === 'ConflictError');
  assert.equal(conflict.currentVersion, version);
  assert.deepEqual(rows(), before);
  stop();
});

test('a created view is added to the cached list of views', async () => {
  const { fetch, sent } = countedFetch();
  const client = createClient({ url, token: adminToken, fetch });
  const queries = new QueryClient();
  const list = new QueryObserver(queries, {
    queryKey: ['views'],
    queryFn: async () =>
      (await client.query({ viewer: { savedViews: { $: { first: 100 }, nodes: { id: true, name: true } } } })).viewer.savedViews.nodes,
  });
  const before = (await list.refetch({ throwOnError: true })).data!;
  const createView = new MutationObserver(queries, {
    mutationFn: client.createSavedView,
    onSuccess(outcome) {
      if (outcome.ok) queries.setQueryData<typeof before>(['views'], (views) => [...views!, outcome.savedView]);
    },
  });
  const created = await createView.mutate({
    name: 'TanStack',
    columns: ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'],
  });
  assert.deepEqual(
    queries.getQueryData<typeof before>(['views'])!.map(({ name }) => name),
    [...before.map(({ name }) => name), 'TanStack'],
  );
  assert.equal(sent.length, 2);
  assert.ok(created.ok);
  assert.ok((await client.deleteSavedView({ id: created.savedView.id })).ok);
  queries.clear();
});
