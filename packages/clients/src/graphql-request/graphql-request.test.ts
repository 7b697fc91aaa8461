import { ClientError, gql, GraphQLClient } from 'graphql-request';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnWarnings } from '../console-warnings.ts';
import { allRows, type ShownRow } from '../direct-request.ts';
import { assertShown, lockedColumns, nextDecision, otherContact, otherOwner, rowsOf, sample } from '../sample-rows.ts';
import { adminToken, url, viewerToken } from '../server-address.ts';

failOnWarnings();

const clientWith = (token: string, options: ConstructorParameters<typeof GraphQLClient>[1] = {}) =>
  new GraphQLClient(url, { headers: { authorization: `Bearer ${token}` }, ...options });

const renewals = gql`
  query Renewals($first: Int, $after: String, $last: Int, $before: String) {
    upcomingContractChanges(first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        status
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;
type Position = { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
type Renewals = { upcomingContractChanges: { nodes: { id: string }[]; pageInfo: Position } };

for (const method of ['POST', 'GET'] as const) {
  test(`plain documents page forward and back by ${method}`, async () => {
    const client = clientWith(adminToken, { method, jsonSerializer: JSON });
    const all = (await allRows()).map(({ id }) => id);
    const ids: string[] = [];
    for (let position: Partial<Position> = { hasNextPage: true }; position.hasNextPage && ids.length < 100;) {
      const { upcomingContractChanges: page } = await client.request<Renewals>(renewals, { first: 10, after: position.endCursor });
      ids.push(...page.nodes.map(({ id }) => id));
      position = page.pageInfo;
    }
    assert.deepEqual(ids, all);
    ids.splice(0);
    for (let position: Partial<Position> = { hasPreviousPage: true }; position.hasPreviousPage && ids.length < 100;) {
      const { upcomingContractChanges: page } = await client.request<Renewals>(renewals, { last: 10, before: position.startCursor });
      ids.unshift(...page.nodes.map(({ id }) => id));
      position = page.pageInfo;
    }
    assert.deepEqual(ids, all);
  });
}

const rowFields = gql`
  fragment RowFields on ContractChange {
    id
    communicationOwner
    status
    version
    primaryContact {
      id
    }
    newTerms {
      mrr {
        amount
      }
    }
  }
`;
const setOwner = gql`
  mutation SetOwner($input: SetCommunicationOwnerInput!) {
    setCommunicationOwner(input: $input) {
      contractChanges {
        ...RowFields
      }
      query {
        upcomingContractChangesSummary {
          actionRequiredCount
        }
      }
    }
  }
  ${rowFields}
`;
const setContact = gql`
  mutation SetContact($input: SetPrimaryContactInput!) {
    setPrimaryContact(input: $input) {
      contractChanges {
        ...RowFields
      }
    }
  }
  ${rowFields}
`;
const decide = gql`
  mutation Decide($accept: AcceptContractChangeInput!, $cancel: RequestCancellationInput!, $isAcceptance: Boolean!) {
    acceptContractChange(input: $accept) @include(if: $isAcceptance) {
      contractChanges {
        ...RowFields
      }
    }
    requestCancellation(input: $cancel) @skip(if: $isAcceptance) {
      contractChanges {
        ...RowFields
      }
    }
  }
  ${rowFields}
`;

test('the answer of a mutation has the changed rows and the counters', async () => {
  const before = await rowsOf(sample.owner);
  const { setCommunicationOwner } = await clientWith(adminToken).request<{
    setCommunicationOwner: { contractChanges: ShownRow[]; query: { upcomingContractChangesSummary: { actionRequiredCount: number } } };
  }>(setOwner, { input: otherOwner(before[0]) });
  await assertShown(() => setCommunicationOwner.contractChanges, sample.owner, before);
  const open = (await allRows()).filter(
    ({ status, communicationOwner, availableActions }) =>
      status === 'PENDING' && communicationOwner === 'PARTNER' && availableActions.length > 0,
  );
  assert.equal(setCommunicationOwner.query.upcomingContractChangesSummary.actionRequiredCount, open.length);
});

test('the answers with a new contact and a decision have the changed rows', async () => {
  const client = clientWith(adminToken);
  const rows = await rowsOf(sample.contact);
  const { setPrimaryContact } = await client.request<{ setPrimaryContact: { contractChanges: ShownRow[] } }>(setContact, {
    input: otherContact(rows[0]),
  });
  await assertShown(() => setPrimaryContact.contractChanges, sample.contact, rows);

  const before = await rowsOf(sample.dependent);
  const { action, input } = nextDecision(before[0]);
  const answer = await client.request<{ [name: string]: { contractChanges: ShownRow[] } }>(decide, {
    accept: input,
    cancel: input,
    isAcceptance: action === 'acceptContractChange',
  });
  await assertShown(() => answer[action]!.contractChanges, sample.dependent, before);
});

test('the answer to an edit of an old version has the current one', async () => {
  const [row] = await rowsOf(sample.owner);
  const { version } = row.customer.association;
  const { setCommunicationOwner } = await clientWith(adminToken).request<{ setCommunicationOwner: unknown }>(
    gql`
      mutation SetOwner($input: SetCommunicationOwnerInput!) {
        setCommunicationOwner(input: $input) {
          contractChanges {
            id
          }
          userErrors {
            __typename
            ... on ConflictError {
              currentVersion
            }
          }
        }
      }
    `,
    { input: { ...otherOwner(row), expectedVersion: version + 1 } },
  );
  assert.deepEqual(setCommunicationOwner, {
    contractChanges: null,
    userErrors: [{ __typename: 'ConflictError', currentVersion: version }],
  });
});

test('a view is created with an idempotency key, and a repeated request answers with the same view', async () => {
  const client = clientWith(adminToken);
  const create = gql`
    mutation Create($input: CreateSavedViewInput!, $key: String!) {
      createSavedView(input: $input) @idempotent(key: $key) {
        savedView {
          id
        }
      }
    }
  `;
  const variables = { input: { name: 'graphql-request', columns: lockedColumns }, key: crypto.randomUUID() };
  const created = await client.request<{ createSavedView: { savedView: { id: string } } }>(create, variables);
  assert.deepEqual(await client.request(create, variables), created);
  const { id } = created.createSavedView.savedView;
  const remove = gql`
    mutation Delete($input: DeleteSavedViewInput!) {
      deleteSavedView(input: $input) {
        deletedSavedViewId
      }
    }
  `;
  assert.deepEqual(await client.request(remove, { input: { id } }), { deleteSavedView: { deletedSavedViewId: id } });
});

const both = gql`
  query Both {
    viewer {
      role
    }
    endedCustomers {
      totalCount
    }
  }
`;

test('a refused field leaves the data of the other fields in place, also in the error', async () => {
  const { data, errors } = await clientWith(viewerToken, { errorPolicy: 'all' }).rawRequest<{ viewer: { role: string } }>(both);
  assert.deepEqual(data, { viewer: { role: 'VIEWER' }, endedCustomers: null });
  assert.equal(errors?.[0]?.extensions['code'], 'FORBIDDEN');
  await assert.rejects(clientWith(viewerToken).request(both), (error) => {
    assert.ok(error instanceof ClientError);
    assert.deepEqual(error.response.data, data);
    return true;
  });
});
