import { createClient } from '@partner-renewals/sdk';
import { GraphQLClient } from 'graphql-request';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { countedFetch } from '../counted-fetch.ts';
import { allRows } from '../direct-request.ts';
import { lockedColumns, nextDecision, otherContact, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { adminToken, url } from '../server-address.ts';
import { accept, cancel, createView, deleteView, renewals, rowFields, setContact, setOwner } from './client-preset.documents.ts';
import { useFragment as unmask } from './generated/index.ts';

failOnWarnings();

const { fetch, sent } = countedFetch();
const clients = [
  ['graphql-request', new GraphQLClient(url, { fetch, headers: { authorization: `Bearer ${adminToken}` } })],
  ["the SDK's request", createClient({ url, token: adminToken, fetch })],
] as const;

for (const [name, client] of clients) {
  test(`the documents page forward and back by ${name}`, async () => {
    const ids = (await allRows()).map(({ id }) => id);
    const page = async (variables: { first?: number; after?: string | null; last?: number; before?: string | null }) => {
      const { upcomingContractChanges: list } = await client.request(renewals, variables);
      return { ids: list!.edges.map(({ node }) => unmask(rowFields, node).id), ...list!.pageInfo };
    };
    const first = await page({ first: 10 });
    const second = await page({ first: 10, after: first.endCursor });
    assert.deepEqual([...first.ids, ...second.ids], ids.slice(0, 20));
    assert.deepEqual(await page({ last: 10, before: second.startCursor }), first);
    const end = await page({ last: 10 });
    assert.deepEqual(end.ids, ids.slice(-10));
    assert.equal(end.hasNextPage, false);
    assert.deepEqual((await page({ last: 10, before: end.startCursor })).ids, ids.slice(-20, -10));
  });

  test(`a mutation's answer has the changed rows by ${name}`, async () => {
    const owned = await rowsOf(sample.owner);
    const owner = otherOwner(owned[0]);
    sent.splice(0);
    const byOwner = await client.request(setOwner, { input: owner });
    const rows = byOwner.setCommunicationOwner!.contractChanges!.map((node) => unmask(rowFields, node));
    assert.equal(rows.length, owned.length);
    for (const row of rows) assert.equal(row.communicationOwner, owner.owner);

    const [reached] = await rowsOf(sample.contact);
    const contact = otherContact(reached);
    const byContact = await client.request(setContact, { input: contact });
    for (const node of byContact.setPrimaryContact!.contractChanges!)
      assert.equal(unmask(rowFields, node).primaryContact?.id, contact.contactId);

    const [open] = await rowsOf(sample.decision);
    const { action, input } = nextDecision(open);
    const { contractChange: node } =
      action === 'acceptContractChange'
        ? (await client.request(accept, { input })).acceptContractChange!
        : (await client.request(cancel, { input })).requestCancellation!;
    assert.equal(unmask(rowFields, node)?.status, action === 'acceptContractChange' ? 'RENEWED' : 'CANCELLATION_REQUESTED');
    assert.equal(sent.length, 3);
  });

  test(`a view is created and deleted by ${name}`, async () => {
    const { createSavedView } = await client.request(createView, { input: { name: `Made by ${name}`, columns: [...lockedColumns] } });
    const { id, columns } = createSavedView!.savedView!;
    assert.deepEqual(
      columns.map(({ key }) => key),
      lockedColumns,
    );
    const { deleteSavedView } = await client.request(deleteView, { input: { id } });
    assert.equal(deleteSavedView!.deletedSavedViewId, id);
  });

  test(`an edit of an old version is answered with the current one by ${name}`, async () => {
    const [row] = await rowsOf(sample.owner);
    const { version } = row.customer.association;
    const input = { ...otherOwner(row), expectedVersion: version + 1 };
    const { setCommunicationOwner } = await client.request(setOwner, { input });
    assert.equal(setCommunicationOwner!.contractChanges, null);
    const [conflict] = setCommunicationOwner!.userErrors;
    assert.ok(conflict?.__typename === 'ConflictError');
    assert.equal(conflict.currentVersion, version);
  });
}
