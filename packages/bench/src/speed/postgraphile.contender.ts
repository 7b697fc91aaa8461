import { viewSql } from '../../peers/page.sql.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { Contender } from './contender.ts';
import type { PagePick } from './dataset.ts';
import type { HttpRequest } from './load.ts';
import { startPeer } from '../node-process.ts';

const fields = `rowId customerName website hubId communicationOwner type status renewalDeadline primaryContactName primaryContactEmail renewalStartDate
  maxContacts emailLimit billingFrequency billingIntervalMonths subscriptionTermMonths currentMrr currentCurrency newMrr newCurrency`;
const list = 'allUpcomingChanges(first: 50, after: $after, condition: { partnerId: $partnerId }, orderBy: EFFECTIVE_DATE_ASC)';
const document = `query Upcoming($partnerId: UUID!, $after: Cursor) { ${list} { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
const cursorDocument = `query Cursor($partnerId: UUID!, $id: UUID!) {
  allUpcomingChanges(first: 1, condition: { partnerId: $partnerId, rowId: $id }, orderBy: EFFECTIVE_DATE_ASC) { pageInfo { endCursor } } }`;

type Row = Record<string, string | number | null>;
type Answer = { data: { allUpcomingChanges: { nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } };

const post = (query: string, variables: object): HttpRequest => ({
  path: '/graphql',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify({ query, variables }),
});

/** Starts PostGraphile, which derives its API from a view. Reads its cursors for the picks in advance. */
export async function startPostgraphile(
  name: string,
  node: string,
  database: BenchDatabase,
  today: string,
  picks: readonly PagePick[],
): Promise<Contender> {
  const { superuser } = database;
  await superuser.query('create schema postgraphile');
  await superuser.query(viewSql('postgraphile.upcoming_changes', today));
  await superuser.query(`comment on view postgraphile.upcoming_changes is E'@primaryKey id'`);
  const server = await startPeer(node, 'postgraphile.peer.ts', { DATABASE_URL: database.superuserUrl });
  const send = async ({ path, headers, body }: HttpRequest) =>
    (await (await fetch(server.url + path, { method: 'POST', headers, ...(body !== undefined && { body }) })).json()) as Answer & {
      errors?: unknown;
    };
  const cursors = new Map<string, string>();
  for (const { partnerId, after } of picks) {
    if (after === null || cursors.has(after.id)) continue;
    const answer = await send(post(cursorDocument, { partnerId, id: after.id }));
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    cursors.set(after.id, answer.data.allUpcomingChanges.pageInfo.endCursor);
  }
  return {
    ...server,
    name,
    requestOf: ({ partnerId, after }) => post(document, { partnerId, after: after === null ? null : cursors.get(after.id) }),
    dataOf(body) {
      const { nodes, pageInfo } = (JSON.parse(body) as Answer).data.allUpcomingChanges;
      return { nodes: nodes.map(nodeOf), hasNextPage: pageInfo.hasNextPage };
    },
  };
}

/** Nests a row: the view is flat, and so are PostGraphile's rows. */
function nodeOf(r: Row): unknown {
  return {
    id: `cch_${r['rowId']}`,
    customer: { name: r['customerName'], website: r['website'], hubId: r['hubId'] },
    communicationOwner: r['communicationOwner'],
    type: r['type'],
    status: r['status'],
    renewalDeadline: r['renewalDeadline'],
    primaryContact: r['primaryContactName'] === null ? null : { name: r['primaryContactName'], email: r['primaryContactEmail'] },
    renewalStartDate: r['renewalStartDate'],
    currentTerms: {
      maxContacts: r['maxContacts'],
      emailLimit: r['emailLimit'],
      billingFrequency: r['billingFrequency'],
      billingIntervalMonths: r['billingIntervalMonths'],
      subscriptionTermMonths: r['subscriptionTermMonths'],
      mrr: { amount: r['currentMrr'], currencyCode: r['currentCurrency'] },
    },
    newTerms: { mrr: { amount: r['newMrr'], currencyCode: r['newCurrency'] } },
  };
}
