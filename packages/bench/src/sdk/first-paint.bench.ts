import 'reflect-metadata';
import { createClient, type Client } from '../../../sdk/dist/index.js';
import { startServerProcess } from '../server-process.ts';

// What a page needs of the API to show the dashboard of the sample partner, and then a customer's drawer: requests, points and bytes, with
// an SDK method for each part and with one query. Ends by itself. Needs a build of the server.
//   cd packages/bench && npm run first-paint

const server = await startServerProcess({}, 'ADMIN');
const counted = { requests: 0, points: 0, bytes: 0, compressed: 0 };
const client = createClient({
  url: `${server.url}/graphql`,
  token: server.token,
  async fetch(input, init) {
    const response = await fetch(input, init);
    const copy = await response.clone().arrayBuffer();
    counted.requests += 1;
    counted.bytes += copy.byteLength;
    counted.compressed += Number(response.headers.get('content-length'));
    return response;
  },
  onResponse: ({ cost }) => void (counted.points += cost?.requested ?? 0),
});

const terms = { maxContacts: true, emailLimit: true, mrr: { amount: true, currencyCode: true } } as const;
const row = {
  ...{ id: true, version: true, type: true, status: true, communicationOwner: true, renewalDeadline: true, daysUntilDeadline: true },
  ...{ availableActions: true, primaryContact: { id: true, name: true } },
  ...{ customer: { id: true, name: true, website: true, association: { version: true } } },
} as const;
const summary = { totalCount: true, actionRequiredCount: true, byStatus: { status: true, count: true } } as const;
const viewer = { role: true, partner: { id: true, name: true }, savedViews: { nodes: { id: true, name: true } } } as const;
const people = { nodes: { id: true, name: true, email: true, isActive: true } } as const;
const events = { $: { first: 25 }, nodes: { id: true, occurredAt: true, actor: { name: true } } } as const;
const usage = { $: { first: 100 }, nodes: { date: true, app: true, activeUsers: true } } as const;
const changes = { nodes: { ...row, currentTerms: terms, newTerms: terms } } as const;

try {
  const ways: Record<string, (api: Client) => Promise<unknown>> = {
    'first paint, a method for each part': async (api) =>
      await Promise.all([
        api.query({ viewer, dashboardColumns: { key: true, label: true } }),
        api.renewals.list({ first: 50 }),
        api.renewals.summary(),
      ]),
    'first paint, one query': async (api) =>
      await api.query({
        viewer,
        dashboardColumns: { key: true, label: true },
        upcomingContractChanges: { $: { first: 50 }, totalCount: true, nodes: row, pageInfo: { hasNextPage: true, endCursor: true } },
        upcomingContractChangesSummary: summary,
      }),
    'drawer, a call for each part': async (api) =>
      await Promise.all([
        api.customer({ id }, { name: true, website: true, contractChanges: changes }),
        api.customer({ id }, { users: people }),
        api.customer({ id }, { timeline: events }),
        api.customer({ id }, { appUsage: usage }),
      ]),
    'drawer, one call': async (api) =>
      await api.customer({ id }, { name: true, website: true, contractChanges: changes, users: people, timeline: events, appUsage: usage }),
  };
  const id = (await client.renewals.list({ first: 1 })).rows[0]!.customerId;
  const table: Record<string, typeof counted> = {};
  for (const [name, ask] of Object.entries(ways)) {
    Object.assign(counted, { requests: 0, points: 0, bytes: 0, compressed: 0 });
    await ask(client);
    table[name] = { ...counted };
  }
  console.table(table);
} finally {
  await server.stop();
}
