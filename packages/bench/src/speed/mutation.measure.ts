import { randomUUID } from 'node:crypto';
import type { HttpRequest, Load } from './load.ts';
import { node22, startPeer, startProduct } from '../node-process.ts';
import { race, type Measured } from './race.ts';
import type { BenchSetup } from './serving.measure.ts';

export type MutationResults = { ours: Measured; byHand: Measured; statements: { ours: number; byHand: number } };

const document =
  'mutation ($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) { association { version } userErrors { code } } }';

type Write = { partnerId: string; customerId: string; owner: 'PARTNER' | 'VENDOR'; key: string };

/** Sets owners, each time to a different owner and with a new key. The two servers write to different customers of the same partners. */
export async function measureMutations(
  { cluster, database, partners }: BenchSetup,
  load: Load,
  isQuick: boolean,
): Promise<MutationResults> {
  const main = node22() ?? process.execPath;
  const half = isQuick ? 2400 : 12_000;
  const { rows } = await database.superuser.query<{ partnerId: string; customerId: string }>(
    `select partner_id as "partnerId", customer_id as "customerId" from customer_association where communication_owner is null
     order by md5(id::text) limit $1`,
    [2 * half],
  );
  const writesOf = (part: number): Write[] =>
    (['PARTNER', 'VENDOR', 'PARTNER', 'VENDOR'] as const).flatMap((owner) =>
      rows.filter((_, index) => index % 2 === part).map((row) => ({ ...row, owner, key: randomUUID() })),
    );
  const keys = new Map(partners.map(({ id, key }) => [id, key]));
  const productRequest = ({ partnerId, customerId, owner, key }: Write): HttpRequest => ({
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.get(partnerId)}`, 'idempotency-key': key },
    body: JSON.stringify({ query: document, variables: { input: { customerId: `cus_${customerId}`, owner } } }),
  });
  const handRequest = (write: Write): HttpRequest => ({
    path: '/',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(write),
  });
  const ours = await startProduct(main, { DATABASE_URL: database.variables.DATABASE_URL });
  // Uses the product's login, so that the tables' policies apply to both servers alike.
  const byHand = await startPeer(main, 'write-by-hand.peer.ts', { DATABASE_URL: database.variables.DATABASE_URL });
  try {
    const writes = { ours: writesOf(0), byHand: writesOf(1) };
    const count = async (url: string, requestOf: (write: Write) => HttpRequest, [first, second]: Write[]) => {
      const send = async ({ path, headers, body }: HttpRequest) => {
        const response = await fetch(url + path, { method: 'POST', headers, body: body! });
        const text = await response.text();
        if (!response.ok || !text.includes('"userErrors":[]')) throw new Error(`A write failed: ${text}`);
      };
      await send(requestOf(first!));
      return (
        await cluster.statementsOf(database, () =>
          send(requestOf({ ...first!, ...second!, partnerId: first!.partnerId, customerId: first!.customerId, owner: 'VENDOR' })),
        )
      ).length;
    };
    const statements = {
      ours: await count(ours.url, productRequest, writes.ours.splice(0, 2)),
      byHand: await count(byHand.url, handRequest, writes.byHand.splice(0, 2)),
    };
    const results = await race(
      load,
      [
        { name: 'ours', servers: [ours], requests: writes.ours.map(productRequest), isOnce: true },
        { name: 'by hand', servers: [byHand], requests: writes.byHand.map(handRequest), isOnce: true },
      ],
      {
        clients: 16,
        rounds: isQuick ? 2 : 5,
        seconds: isQuick ? 0.7 : 3,
        warmUp: isQuick ? 0 : 8000,
        postmasterPid: cluster.postmasterPid,
      },
    );
    return { ours: results.get('ours')!, byHand: results.get('by hand')!, statements };
  } finally {
    await ours.stop();
    await byHand.stop();
  }
}
