import { gql } from '@apollo/client';
import { mutationDocumentOf, parsed, renewalsDocument, renewalsPage } from '@partner-renewals/sdk/documents';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { allRows } from '../direct-request.ts';
import { otherContact, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { apolloClient, policiesOfSdk, show, showMore } from './apollo-client.ts';

failOnWarnings();

const columns = ['primaryContact', 'estimatedNewMrr'] as const;
const renewals = parsed(gql, renewalsDocument(columns));
const setOwner = parsed(gql, mutationDocumentOf('setCommunicationOwner'));
const setContact = parsed(gql, mutationDocumentOf('setPrimaryContact'));

test("the SDK's documents page both ways in Apollo, and their mutations update the rows", async () => {
  const [ownersBefore, contactsBefore] = [await rowsOf(sample.owner), await rowsOf(sample.contact)];
  const ids = (await allRows()).map(({ id }) => id);
  const { client, sent } = apolloClient({ cache: policiesOfSdk });
  const list = client.watchQuery({ query: renewals, variables: { last: 10 } });
  const shown = await show(list);
  const page = () => renewalsPage(shown(), columns);
  while (page().hasPreviousPage && sent.length < 9) await showMore(list, { before: page().startCursor });
  assert.deepEqual(
    page().rows.map(({ id }) => id),
    ids,
  );
  assert.equal(page().totalCount, ids.length);

  const owner = otherOwner(ownersBefore[0]);
  await client.mutate({ mutation: setOwner, variables: { input: owner } });
  const contact = otherContact(contactsBefore[0]);
  await client.mutate({ mutation: setContact, variables: { input: contact } });
  const rowsShown = (name: string) => page().rows.filter(({ customerName }) => customerName === name);
  const [owners, contacts] = [await rowsOf(sample.owner), await rowsOf(sample.contact)];
  assert.deepEqual(
    rowsShown(sample.owner).map(({ communicationOwner }) => communicationOwner),
    owners.map(() => owner.owner),
  );
  assert.deepEqual(
    rowsShown(sample.contact).map(({ primaryContact }) => primaryContact?.id),
    contacts.map(() => contact.contactId),
  );
  assert.equal(sent.length, Math.ceil(ids.length / 10) + 2);
});
