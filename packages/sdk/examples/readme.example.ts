import { createClient, GraphQLRequestError, parseColumns, RateLimitError, renewalColumns, type RenewalColumn } from '@partner-renewals/sdk';
import { createFakeServer } from '@partner-renewals/sdk/testing';

/** The samples of the README and of guide.md, in order. A test compares them and runs them. */
export async function runReadme(url: string, token: string, savedColumns: string | null, console: Pick<Console, 'log' | 'warn' | 'error'>) {
  const client = createClient({ url, token });

  const page = await client.renewals.list({ columns: ['website', 'currentMrr'], first: 50 });
  for (const row of page.rows) {
    console.log(row.customerName, row.website, row.currentMrr.amount, row.renewalDeadline);
  }

  const mine = { filter: { actionRequired: true }, orderBy: [{ field: 'RENEWAL_DEADLINE' }] } as const;
  for await (const row of client.renewals.list({ columns: ['primaryContact'], ...mine })) {
    console.log(row.customerName, row.primaryContact?.email);
  }
  const firstHundred = await client.renewals.list({ columns: ['hubId'], query: 'acme' }).toArray({ limit: 100 });
  const { byStatus, totals } = await client.renewals.summary();

  const { columns, unknown } = parseColumns(savedColumns);
  if (unknown.length > 0) console.warn(`Unknown columns: ${unknown.join(', ')}`);
  const chosen = await client.renewals.list({ columns });
  const heading = (column: RenewalColumn) => renewalColumns[column].label.de;

  const [row] = page.rows;
  const outcome = await client.setCommunicationOwner({
    customerId: row!.customerId,
    owner: 'PARTNER',
    expectedVersion: row!.associationVersion,
  });
  if (outcome.ok) {
    console.log(outcome.association.version);
  } else {
    for (const error of outcome.userErrors) {
      console.warn(error.message, error.__typename === 'ConflictError' ? error.currentVersion : error.field);
    }
  }

  const customer = await client.customer({ hubId: '1001' }, { name: true, users: { $: { first: 10 }, nodes: { email: true } } });
  const { viewer } = await client.query({ viewer: { role: true, savedViews: { nodes: { id: true, name: true } } } });
  const answer = await client.request<{ viewer: { businessDate: string } }>('{ viewer { businessDate } }');

  const controller = new AbortController();
  try {
    await client.renewals.list({}, { signal: controller.signal, timeoutMs: 5_000, deadlineMs: 20_000, maxRetries: 3 });
  } catch (error) {
    if (error instanceof RateLimitError) console.warn(`Retry in ${error.retryAfterMs} ms`);
    else if (error instanceof GraphQLRequestError) console.error(error.code, error.data);
    else throw error;
  }

  const fake = createFakeServer({ renewals: [{ customerName: 'Acme', website: 'https://acme.example' }] });
  const tested = createClient({ url: 'https://fake.example/graphql', token: 'any', fetch: fake.fetch });
  const [acme] = (await tested.renewals.list({ columns: ['website'] })).rows;

  return { firstHundred, byStatus, totals, chosen, heading, customer, viewer, answer, acme };
}
