import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { buildApiSchema } from './schema.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
});
afterAll(() => server.close());

async function ask(document: string, token: string, headers: Record<string, string> = {}) {
  const { body } = await server.query(document, {}, { token, headers });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

test('every type has an ID or is a value of the object around it', () => {
  const isPart = /^(Query|Mutation|__.*|.*(Payload|Connection|Edge|Error)|PageInfo)$/;
  const types = Object.values(buildApiSchema().getTypeMap()).filter((type) => isObjectType(type) && !isPart.test(type.name));
  const withoutId = types.filter((type) => isObjectType(type) && !('id' in type.getFields())).map(({ name }) => name);
  // Caches keep these inside the object that has them. A type that two places can show in two states needs an ID instead.
  expect(withoutId.toSorted()).toEqual([
    ...['Actor', 'AppUsage', 'BulkSetCommunicationOwnerResult', 'ContractChangeDecision', 'ContractChangeStatusCount'],
    ...['ContractChangeTypeCount', 'ContractTerms', 'DashboardColumn', 'DashboardColumnValue', 'Money', 'MrrTotals', 'PartnerSettings'],
    ...['ReminderPreview', 'ReminderSettings', 'ReminderSwitch', 'SavedViewOrder', 'SavedViewProblem', 'TimelineChange'],
    ...['UpcomingContractChangesSummary', 'ViewerReminderSettings'],
  ]);
});

test('the viewer has an ID of its own, the same in each request', async () => {
  const own = await server.createToken(data.partnerId, 'ADMIN');
  const { createPartnerUser } = await ask(
    'mutation { createPartnerUser(input: { name: "Zoë", email: "zoe@acme.example", role: VIEWER }) { user { id } } }',
    own,
  );
  const partnerUserId = createPartnerUser.user.id.slice(4) as string;
  const ofUser = await server.createToken(data.partnerId, 'VIEWER', { partnerUserId });
  const operator = await server.createToken(data.partnerId, 'OPERATOR');
  const idOf = async (token: string) => (await ask('{ viewer { id } }', token, { 'x-partner-id': data.globalId })).viewer.id as string;
  const ids = [await idOf(own), await idOf(ofUser), await idOf(operator)];
  expect(new Set([...ids, data.globalId, createPartnerUser.user.id]).size).toBe(5);
  expect([await idOf(own), await idOf(ofUser), await idOf(operator)]).toEqual(ids);
  const columns = '["CUSTOMER_NAME", "COMMUNICATION_OWNER", "CONTRACT_TYPE", "STATUS", "RENEWAL_DEADLINE"]'.replaceAll('"', '');
  const { updateDashboardColumns } = await ask(
    `mutation { updateDashboardColumns(input: { columns: ${columns} }) { viewer { id } } }`,
    ofUser,
  );
  expect(updateDashboardColumns.viewer.id).toBe(ids[1]);
});

test('events, subscriptions and ended customers have IDs, and no other object has the same', async () => {
  const token = await server.createToken(data.partnerId, 'ADMIN');
  const customerId = await data.customer({ name: 'Ended' });
  const { id: changeId, contractId } = await data.renewal(customerId, addDays(today, 60));
  const id = `cus_${customerId}`;
  for (const owner of ['PARTNER', 'null', 'PARTNER']) {
    await ask(`mutation { setCommunicationOwner(input: { customerId: "${id}", owner: ${owner} }) { userErrors { code } } }`, token);
  }
  const read = `{ customer(by: { id: "${id}" }) { timeline { nodes { id } } products { id contract { id } } } }`;
  const { customer } = await ask(read, token);
  const events = customer.timeline.nodes.map((event: { id: string }) => event.id);
  expect(new Set(events).size).toBe(3);
  expect((await ask(read, token)).customer).toEqual(customer);
  await ask(`mutation { endAssociation(input: { customerId: "${id}" }) { userErrors { code } } }`, token);
  const [ended] = (await ask('{ endedCustomers { nodes { id customerId } } }', token)).endedCustomers.nodes;
  expect(ended.customerId).toBe(id);
  const all = [...events, customer.products[0].id, ended.id, id, `con_${contractId}`, `cch_${changeId}`];
  expect(new Set(all).size).toBe(8);
  const { nodes } = await ask(`{ nodes(ids: ${JSON.stringify([events[0], customer.products[0].id, ended.id])}) { id } }`, token);
  expect(nodes).toEqual([null, null, null]);
});
