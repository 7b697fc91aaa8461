import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { allRows, ask } from '../direct-request.ts';
import { otherOwner, rowsOf, sample } from '../sample-rows.ts';
import fragment, { type relayCustomerDocuments_timeline$data as Timeline } from './generated/relayCustomerDocuments_timeline.graphql.ts';
import customerQuery, { type relayCustomerDocumentsQuery as Customer } from './generated/relayCustomerDocumentsQuery.graphql.ts';
import pageQuery from './generated/relayCustomerDocumentsTimelinePageQuery.graphql.ts';
import query, { type relayDocumentsRenewalsQuery as Renewals } from './generated/relayDocumentsRenewalsQuery.graphql.ts';
import { relayEnvironment, show, showFragment, showMore } from './relay-environment.ts';

failOnWarnings();

const edgesOf = ({ upcomingContractChanges }: Renewals['response']) => upcomingContractChanges.edges.map(({ node }) => node.id);
const positionOf = ({ upcomingContractChanges }: Renewals['response']) => upcomingContractChanges.pageInfo;

test('a connection grows forward to the end of the list', async () => {
  const { environment, sent } = relayEnvironment();
  const shown = await show<Renewals>(environment, query, { first: 10 });
  while (positionOf(shown()).hasNextPage && sent.length < 9)
    await showMore(environment, query, { first: 10, after: positionOf(shown()).endCursor });
  const rows = await allRows();
  assert.deepEqual(
    edgesOf(shown()),
    rows.map(({ id }) => id),
  );
  assert.equal(shown().upcomingContractChanges.totalCount, rows.length);
  assert.equal(sent.length, Math.ceil(rows.length / 10));
});

test('a connection grows backward from the end to the first page', async () => {
  const { environment, sent } = relayEnvironment();
  const shown = await show<Renewals>(environment, query, { last: 10 });
  while (positionOf(shown()).hasPreviousPage && sent.length < 9)
    await showMore(environment, query, { last: 10, before: positionOf(shown()).startCursor });
  const rows = await allRows();
  assert.deepEqual(
    edgesOf(shown()),
    rows.map(({ id }) => id),
  );
  assert.equal(sent.length, Math.ceil(rows.length / 10));
});

test('a connection of a customer grows by the query that relay-compiler writes, through node(id)', async () => {
  const change = 'mutation Change($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) { userErrors { code } } }';
  // So that there are more events than on one page.
  for (const _ of [1, 2, 3]) await ask(change, { input: otherOwner((await rowsOf(sample.owner))[0]) });
  const [{ customer }] = await rowsOf(sample.owner);
  const { timeline } = (
    await ask<{ customer: { timeline: { nodes: { id: string }[] } } }>(
      'query Timeline($id: ID!) { customer(by: { id: $id }) { timeline(first: 3) { nodes { id } } } }',
      { id: customer.id },
    )
  ).customer;

  const { environment } = relayEnvironment();
  const shown = await show<Customer>(environment, customerQuery, { id: customer.id });
  const read = showFragment(environment, fragment, shown().customer);
  const events = () => (read() as Timeline).timeline;
  const idsOf = () => events().edges.map(({ node }) => node.id);
  assert.deepEqual(
    idsOf(),
    timeline.nodes.slice(0, 2).map(({ id }) => id),
  );
  const { endCursor } = events().pageInfo;
  await showMore(environment, pageQuery, { id: customer.id, count: 1, cursor: endCursor });
  assert.deepEqual(
    idsOf(),
    timeline.nodes.map(({ id }) => id),
  );
});
