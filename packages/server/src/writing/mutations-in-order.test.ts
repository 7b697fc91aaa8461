import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());

test('each of several mutations in a request reads what it left, and nothing that an earlier one loaded', async () => {
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  const customerId = await data.customer({ name: 'Globex' });
  await data.renewal(customerId, addDays(today, 60));
  const token = await server.createToken(data.partnerId, 'ADMIN');
  const changes = 'upcomingContractChanges { communicationOwner } contractChanges { nodes { communicationOwner } } timeline { totalCount }';
  const document = `mutation ($id: ID!) {
    one: setCommunicationOwner(input: { customerId: $id, owner: VENDOR }) { ...Read }
    two: setCommunicationOwner(input: { customerId: $id, owner: PARTNER }) { ...Read }
    none: setCommunicationOwner(input: { customerId: $id, owner: null, expectedVersion: 99 }) { ...Read }
  }
  fragment Read on SetCommunicationOwnerPayload {
    customer { ${changes} }
    query { customer(by: { id: $id }) { ${changes} } }
  }`;
  const { body } = await server.query(document, { id: `cus_${customerId}` }, { token });
  const read = (communicationOwner: string, totalCount: number) => ({
    ...{ upcomingContractChanges: [{ communicationOwner }], contractChanges: { nodes: [{ communicationOwner }] } },
    timeline: { totalCount },
  });
  expect(body).toMatchObject({
    data: {
      one: { customer: read('VENDOR', 1), query: { customer: read('VENDOR', 1) } },
      two: { customer: read('PARTNER', 2), query: { customer: read('PARTNER', 2) } },
      none: { customer: null, query: { customer: read('PARTNER', 2) } },
    },
  });
});
