import { orderOf } from '../../../server/src/dashboard/dashboard.order.ts';
import { encodeCursor } from '../../../server/src/reading/cursor.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { PagePick, Partner } from './dataset.ts';
import type { HttpRequest } from './load.ts';
import { startPeer, startProduct, type NodeServer } from '../node-process.ts';

/** A page as every contender must return it. Only the format of cursors may differ. */
export type PageData = { nodes: unknown[]; hasNextPage: boolean };

export type Contender = NodeServer & {
  name: string;
  requestOf(pick: PagePick): HttpRequest;
  dataOf(body: string): PageData;
};

const columnsOf = {
  locked: 'id customer { name } communicationOwner type status renewalDeadline',
  all: `id customer { name website hubId } communicationOwner type status renewalDeadline primaryContact { name email } renewalStartDate
    currentTerms { maxContacts emailLimit billingFrequency billingIntervalMonths subscriptionTermMonths mrr { amount currencyCode } }
    newTerms { mrr { amount currencyCode } }`,
};
export type ColumnSet = keyof typeof columnsOf;

const json = { 'content-type': 'application/json', accept: 'application/json' };
const order = orderOf(null).name;

type Answer = { data: { upcomingContractChanges: { nodes: unknown[]; pageInfo: { hasNextPage: boolean } } } };

function dataOf(body: string): PageData {
  const { nodes, pageInfo } = (JSON.parse(body) as Answer).data.upcomingContractChanges;
  return { nodes, hasNextPage: pageInfo.hasNextPage };
}

export function productDocument(columns: ColumnSet, first = 50): string {
  return `query Upcoming($after: String) { upcomingContractChanges(first: ${first}, after: $after) { nodes { ${columnsOf[columns]} } pageInfo { hasNextPage endCursor } } }`;
}

/** Requests as a client sends them: each has the document and the API key of a partner. */
export function productRequests(partners: readonly Partner[], document: string): Contender['requestOf'] {
  const keys = new Map(partners.map(({ id, key }) => [id, key]));
  return ({ partnerId, after }) => ({
    path: '/graphql',
    headers: { ...json, authorization: `Bearer ${keys.get(partnerId)}` },
    body: JSON.stringify({
      query: document,
      variables: { after: after === null ? null : encodeCursor(partnerId, order, { keys: [after.date], id: after.id }) },
    }),
  });
}

export async function startProductContender(
  name: string,
  node: string,
  database: BenchDatabase,
  partners: readonly Partner[],
): Promise<Contender> {
  const server = await startProduct(node, { DATABASE_URL: database.variables.DATABASE_URL });
  return { ...server, name, requestOf: productRequests(partners, productDocument('all')), dataOf };
}

export const handRequests =
  (columns: ColumnSet) =>
  ({ partnerId, after }: PagePick): HttpRequest => ({
    path: `/?columns=${columns}&partner=${partnerId}${after === null ? '' : `&after=${after.date},${after.id}`}`,
    headers: { accept: 'application/json' },
  });
export async function startByHand(
  name: string,
  node: string,
  source: 'joined' | 'wide' | 'json',
  database: BenchDatabase,
  today: string,
  nodeOptions: readonly string[] = [],
): Promise<Contender> {
  const variables = { DATABASE_URL: database.superuserUrl, BUSINESS_DATE: today, PAGE_SOURCE: source };
  const server = await startPeer(node, 'by-hand.peer.ts', variables, nodeOptions);
  return { ...server, name, requestOf: handRequests('all'), dataOf };
}

const schemaDocument = `query Upcoming($partnerId: ID!, $after: String) { upcomingContractChanges(partnerId: $partnerId, first: 50, after: $after) { nodes { ${columnsOf.all} } pageInfo { hasNextPage endCursor } } }`;

/** Starts mercurius or yoga: a GraphQL server over the statement written by hand. */
export async function startGraphqlPeer(
  name: string,
  node: string,
  file: 'mercurius.peer.ts' | 'yoga.peer.ts',
  database: BenchDatabase,
  today: string,
): Promise<Contender> {
  const server = await startPeer(node, file, { DATABASE_URL: database.superuserUrl, BUSINESS_DATE: today });
  return {
    ...server,
    name,
    requestOf: ({ partnerId, after }) => ({
      path: '/graphql',
      headers: json,
      body: JSON.stringify({ query: schemaDocument, variables: { partnerId, after: after === null ? null : `${after.date},${after.id}` } }),
    }),
    dataOf,
  };
}
