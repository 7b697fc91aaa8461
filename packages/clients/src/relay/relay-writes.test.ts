import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { assertShown, nextDecision, otherContact, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import accept, { type relayDocumentsAcceptMutation as Accept } from './generated/relayDocumentsAcceptMutation.graphql.ts';
import query, { type relayDocumentsRenewalsQuery as Renewals } from './generated/relayDocumentsRenewalsQuery.graphql.ts';
import cancel, {
  type relayDocumentsRequestCancellationMutation as Cancel,
} from './generated/relayDocumentsRequestCancellationMutation.graphql.ts';
import setContact, { type relayDocumentsSetContactMutation as SetContact } from './generated/relayDocumentsSetContactMutation.graphql.ts';
import setOwner, { type relayDocumentsSetOwnerMutation as SetOwner } from './generated/relayDocumentsSetOwnerMutation.graphql.ts';
import { mutate, relayEnvironment, show } from './relay-environment.ts';

failOnWarnings();

/** A list on the screen, and what it shows of one customer. */
async function shownList(name: string) {
  const { environment, sent } = relayEnvironment();
  const shown = await show<Renewals>(environment, query, { first: 100 });
  const rows = () => shown().upcomingContractChanges.edges.flatMap(({ node }) => (node.customer.name === name ? [node] : []));
  return { environment, sent, rows };
}

test('a new communication owner shows in every row of the customer without a refetch', async () => {
  const before = await rowsOf(sample.owner);
  const { environment, sent, rows } = await shownList(sample.owner);
  await mutate<SetOwner>(environment, setOwner, { input: otherOwner(before[0]) });
  await assertShown(rows, sample.owner, before);
  assert.equal(sent.length, 2);
});

test('a new primary contact shows in every row of the customer without a refetch', async () => {
  const before = await rowsOf(sample.contact);
  const { environment, sent, rows } = await shownList(sample.contact);
  await mutate<SetContact>(environment, setContact, { input: otherContact(before[0]) });
  await assertShown(rows, sample.contact, before);
  assert.equal(sent.length, 2);
});

for (const [name, what] of [
  [sample.decision, 'in its row'],
  [sample.dependent, 'in a later row of the contract, whose new terms depend on it,'],
] as const) {
  test(`a decision shows ${what} without a refetch`, async () => {
    const before = await rowsOf(name);
    const { environment, sent, rows } = await shownList(name);
    const { action, input } = nextDecision(before[0]);
    if (action === 'requestCancellation') await mutate<Cancel>(environment, cancel, { input });
    else await mutate<Accept>(environment, accept, { input });
    await assertShown(rows, name, before);
    assert.equal(sent.length, 2);
  });
}
