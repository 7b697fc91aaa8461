import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { lockedColumns } from '../sample-rows.ts';
import customersQuery, {
  type relayListDocumentsCustomersQuery as Customers,
} from './generated/relayListDocumentsCustomersQuery.graphql.ts';
import createView, {
  type relayListDocumentsCreateViewMutation as CreateView,
} from './generated/relayListDocumentsCreateViewMutation.graphql.ts';
import deleteView, {
  type relayListDocumentsDeleteViewMutation as DeleteView,
} from './generated/relayListDocumentsDeleteViewMutation.graphql.ts';
import endedQuery, {
  type relayListDocumentsEndedCustomersQuery as Ended,
} from './generated/relayListDocumentsEndedCustomersQuery.graphql.ts';
import end, { type relayListDocumentsEndAssociationMutation as End } from './generated/relayListDocumentsEndAssociationMutation.graphql.ts';
import forget, {
  type relayListDocumentsForgetCustomerMutation as Forget,
} from './generated/relayListDocumentsForgetCustomerMutation.graphql.ts';
import renameView, {
  type relayListDocumentsRenameViewMutation as RenameView,
} from './generated/relayListDocumentsRenameViewMutation.graphql.ts';
import renewals, { type relayDocumentsRenewalsQuery as Renewals } from './generated/relayDocumentsRenewalsQuery.graphql.ts';
import resume, {
  type relayListDocumentsResumeAssociationMutation as Resume,
} from './generated/relayListDocumentsResumeAssociationMutation.graphql.ts';
import viewsQuery, { type relayListDocumentsViewsQuery as Views } from './generated/relayListDocumentsViewsQuery.graphql.ts';
import { mutate, relayEnvironment, show } from './relay-environment.ts';

failOnWarnings();

test('@appendEdge shows a created view, @deleteEdge hides a deleted one', async () => {
  const { environment, sent } = relayEnvironment();
  const shown = await show<Views>(environment, viewsQuery, {});
  const names = () => shown().viewer.savedViews.edges.map(({ node }) => node.name);
  const before = names();
  const connections = [shown().viewer.savedViews.__id];

  const input = { name: 'Relay', columns: lockedColumns };
  const created = await mutate<CreateView>(environment, createView, { input, connections });
  assert.deepEqual(names(), [...before, 'Relay']);

  const { id } = created.createSavedView!.savedViewEdge!.node;
  await mutate<RenameView>(environment, renameView, { input: { id, name: 'Relay, renamed' } });
  assert.deepEqual(names(), [...before, 'Relay, renamed']);

  await mutate<DeleteView>(environment, deleteView, { input: { id }, connections });
  assert.deepEqual(names(), before);
  assert.equal(sent.length, 4);
});

test('@deleteEdge hides the rows of an ended association, @appendEdge shows the customer when it is resumed', async () => {
  const { environment, sent } = relayEnvironment();
  const customers = await show<Customers>(environment, customersQuery, {});
  const rows = await show<Renewals>(environment, renewals, { first: 100 });
  const customerNames = () => customers().customers.edges.map(({ node }) => node.name);
  const rowNames = () => rows().upcomingContractChanges.edges.map(({ node }) => node.customer.name);
  const { id: customerId } = customers().customers.edges.find(({ node }) => node.name === 'Pixel Pirates')!.node;
  const [manyCustomers, manyRows] = [customerNames().length, rowNames().length];
  const connections = [customers().customers.__id];
  const endedCustomers = await show<Ended>(environment, endedQuery, {});
  const endedNames = () => endedCustomers().endedCustomers.edges.map(({ node }) => node.name);
  const endedBefore = endedNames();
  const ended = [endedCustomers().endedCustomers.__id];

  await mutate<End>(environment, end, {
    input: { customerId },
    customers: connections,
    renewals: [rows().upcomingContractChanges.__id],
    ended,
  });
  assert.ok(!customerNames().includes('Pixel Pirates'));
  assert.ok(!rowNames().includes('Pixel Pirates'));
  assert.deepEqual([customerNames().length, rowNames().length], [manyCustomers - 1, manyRows - 2]);
  assert.deepEqual(endedNames(), [...endedBefore, 'Pixel Pirates']);

  await mutate<Resume>(environment, resume, { input: { customerId }, customers: connections, ended });
  assert.equal(customerNames().at(-1), 'Pixel Pirates');
  assert.deepEqual(endedNames(), endedBefore);
  assert.equal(sent.length, 5);
});

test('@deleteRecord removes the customer itself from the store', async () => {
  const { environment } = relayEnvironment();
  const customers = await show<Customers>(environment, customersQuery, {});
  const { id: customerId } = customers().customers.edges.find(({ node }) => node.name === 'Pixel Pirates')!.node;
  assert.equal(environment.getStore().getSource().getStatus(customerId), 'EXISTENT');
  await mutate<Forget>(environment, forget, { input: { customerId } });
  assert.equal(environment.getStore().getSource().getStatus(customerId), 'NONEXISTENT');
  await mutate<Resume>(environment, resume, { input: { customerId }, customers: [], ended: [] });
});
