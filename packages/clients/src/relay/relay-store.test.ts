import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { laterDay, rowsOn } from '../direct-request.ts';
import { otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { viewerToken } from '../server-address.ts';
import daysQuery, { type relayDocumentsDaysQuery as Days } from './generated/relayDocumentsDaysQuery.graphql.ts';
import refusedQuery, { type relayDocumentsRefusedQuery as Refused } from './generated/relayDocumentsRefusedQuery.graphql.ts';
import renewals, { type relayDocumentsRenewalsQuery as Renewals } from './generated/relayDocumentsRenewalsQuery.graphql.ts';
import setOwner, { type relayDocumentsSetOwnerMutation as SetOwner } from './generated/relayDocumentsSetOwnerMutation.graphql.ts';
import { mutate, relayEnvironment, show } from './relay-environment.ts';

failOnWarnings();

test('today and another day in one answer are both shown right', async () => {
  const { environment } = relayEnvironment();
  const shown = await show<Days>(environment, daysQuery, { asOf: laterDay });
  const statuses = (nodes: Days['response']['today']['nodes']) =>
    nodes.map(({ status, daysUntilEffective }) => ({ status, daysUntilEffective }));
  assert.deepEqual(statuses(shown().today.nodes), await rowsOn(null));
  assert.deepEqual(statuses(shown().later.nodes), await rowsOn(laterDay));
});

test('a refused field leaves the data of the other fields in place', async () => {
  const { environment } = relayEnvironment(viewerToken);
  const shown = await show<Refused>(environment, refusedQuery, {});
  assert.deepEqual(shown(), { viewer: { role: 'VIEWER' }, endedCustomers: null });
});

test('an edit of an old version tells the conflict and changes nothing on the screen', async () => {
  const [row] = await rowsOf(sample.owner);
  const { version } = row.customer.association;
  const { environment, sent } = relayEnvironment();
  const shown = await show<Renewals>(environment, renewals, { first: 100 });
  const before = shown();
  const input = { ...otherOwner(row), expectedVersion: version + 1 };
  const { setCommunicationOwner } = await mutate<SetOwner>(environment, setOwner, { input });
  const [conflict] = setCommunicationOwner!.userErrors;
  assert.equal(conflict?.__typename, 'ConflictError');
  assert.equal(conflict.currentVersion, version);
  assert.deepEqual(shown(), before);
  assert.equal(sent.length, 2);
});
