import { isDeepStrictEqual } from 'node:util';
import type { DetailKind } from '../../peers/details.reader.ts';
import { node22, startProduct } from '../node-process.ts';
import { startByHand } from './contender.ts';
import type { HttpRequest, Load } from './load.ts';
import { race, type Measured } from './race.ts';
import type { BenchSetup } from './serving.measure.ts';

/** By kind of read: ours, and the same by hand. */
export type DetailResults = Record<DetailKind, { ours: Measured; byHand: Measured }>;

const documents: Record<DetailKind, string> = {
  totalCount: '{ upcomingContractChanges { totalCount } }',
  summary: `{ upcomingContractChangesSummary { totalCount actionRequiredCount byStatus { status count } byType { type count } totals { currencyCode
    currentMrr { amount currencyCode } estimatedNewMrr { amount currencyCode } renewedMrr { amount currencyCode } pendingMrr { amount currencyCode }
    atRiskMrr { amount currencyCode } } } }`,
  customer: `query Customer($id: ID!) { customer(by: { id: $id }) { id name website hubId
    association { communicationOwner version primaryContact { name email } } products { contract { id } product }
    users { nodes { name email isActive } } upcomingContractChanges { id type status effectiveDate renewalDeadline } } }`,
};
export const detailKinds = Object.keys(documents) as DetailKind[];

type Pick = { partnerId: string; customerId: string };

/** Random partners, each once before any comes again, with one of their customers. */
export async function pickCustomers({ superuser }: BenchSetup['database'], today: string, count: number): Promise<Pick[]> {
  const { rows } = await superuser.query<Pick>(
    `select partner_id as "partnerId", customer_id as "customerId" from (
       select row.*, row_number() over (partition by partner_id order by md5(id::text)) as place from dashboard_row row
       where effective_date between $1::date and $1::date + 120
     ) placed order by place, md5(id::text) limit $2`,
    [today, count],
  );
  return rows;
}

/** Requests to the product, as a client sends them. */
export function detailRequests(partners: BenchSetup['partners'], kind: DetailKind): (pick: Pick) => HttpRequest {
  const keys = new Map(partners.map(({ id, key }) => [id, key]));
  return ({ partnerId, customerId }) => ({
    path: '/graphql',
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${keys.get(partnerId)}` },
    body: JSON.stringify({ query: documents[kind], ...(kind === 'customer' && { variables: { id: `cus_${customerId}` } }) }),
  });
}

/** Races the reads beside the list: the number of changes, their summary, and one customer with all that its page shows. */
export async function measureDetails(
  { cluster, database, partners, today }: BenchSetup,
  load: Load,
  isQuick: boolean,
): Promise<DetailResults> {
  const main = node22() ?? process.execPath;
  const picks = await pickCustomers(database, today, isQuick ? 200 : 4000);
  const product = (kind: DetailKind) => detailRequests(partners, kind);
  const hand =
    (kind: DetailKind) =>
    ({ partnerId, customerId }: Pick): HttpRequest => ({
      path: `/${kind}?partner=${partnerId}&customer=${customerId}`,
      headers: { accept: 'application/json' },
    });
  const ours = await startProduct(main, { DATABASE_URL: database.variables.DATABASE_URL });
  const byHand = await startByHand('by hand', main, 'wide', database, today);
  try {
    const found: [DetailKind, DetailResults[DetailKind]][] = [];
    for (const kind of detailKinds) {
      for (const pick of picks.slice(0, isQuick ? 20 : 100)) {
        const [a, b] = await Promise.all([ask(ours.url, product(kind)(pick)), ask(byHand.url, hand(kind)(pick))]);
        if (!isDeepStrictEqual(a, b))
          throw new Error(`${kind} differs for ${JSON.stringify(pick)}:\n${JSON.stringify(a)}\n${JSON.stringify(b)}`);
      }
      const results = await race(
        load,
        [
          { name: `${kind}, ours`, servers: [ours], requests: picks.map(product(kind)) },
          { name: `${kind}, by hand`, servers: [byHand], requests: picks.map(hand(kind)) },
        ],
        {
          clients: 16,
          rounds: isQuick ? 1 : 5,
          seconds: isQuick ? 0.5 : 2,
          warmUp: isQuick ? 0 : 8000,
          postmasterPid: cluster.postmasterPid,
        },
      );
      found.push([kind, { ours: results.get(`${kind}, ours`)!, byHand: results.get(`${kind}, by hand`)! }]);
    }
    return Object.fromEntries(found) as DetailResults;
  } finally {
    await ours.stop();
    await byHand.stop();
  }
}

async function ask(url: string, { path, headers, body }: HttpRequest): Promise<unknown> {
  const response = await fetch(url + path, { headers, ...(body !== undefined && { method: 'POST', body }) });
  return ((await response.json()) as { data: unknown }).data;
}
