import { randomUUID } from 'node:crypto';
import type { BenchDatabase } from './bench-database.ts';
import type { Partner } from './dataset.ts';
import type { HttpRequest, Load } from './load.ts';
import { node22, startPeer, startProduct } from '../node-process.ts';
import { race, type Measured } from './race.ts';
import type { BenchSetup } from './serving.measure.ts';

export type MutationResults = { ours: Measured; byHand: Measured; statements: { ours: number; byHand: number } };

const document =
  'mutation ($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) { association { version } userErrors { code } } }';

export type Write = { partnerId: string; customerId: string; owner: 'PARTNER' | 'VENDOR'; key: string };

/** Writes for each of so many servers: each sets an owner other than the last, with a new key, and no customer is in two of them. */
export async function pickWrites({ superuser }: BenchDatabase, servers: number, customers: number): Promise<Write[][]> {
  const { rows } = await superuser.query<{ partnerId: string; customerId: string }>(
    `select partner_id as "partnerId", customer_id as "customerId" from customer_association where communication_owner is null
     order by md5(id::text) limit $1`,
    [servers * customers],
  );
  return Array.from({ length: servers }, (_, part) =>
    (['PARTNER', 'VENDOR', 'PARTNER', 'VENDOR'] as const).flatMap((owner) =>
      rows.filter((__, index) => index % servers === part).map((row) => ({ ...row, owner, key: randomUUID() })),
    ),
  );
}

export function productWrites(partners: readonly Partner[]): (write: Write) => HttpRequest {
  const keys = new Map(partners.map(({ id, key }) => [id, key]));
  return ({ partnerId, customerId, owner, key }) => ({
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.get(partnerId)}`, 'idempotency-key': key },
    body: JSON.stringify({ query: document, variables: { input: { customerId: `cus_${customerId}`, owner } } }),
  });
}

/** Sets owners, each time to a different owner and with a new key. The two servers write to different customers of the same partners. */
export async function measureMutations(
  { cluster, database, partners }: BenchSetup,
  load: Load,
  isQuick: boolean,
): Promise<MutationResults> {
  const main = node22() ?? process.execPath;
  const [toOurs, toHand] = await pickWrites(database, 2, isQuick ? 2400 : 12_000);
  const productRequest = productWrites(partners);
  const handRequest = (write: Write): HttpRequest => ({
    path: '/',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(write),
  });
  const ours = await startProduct(main, { DATABASE_URL: database.variables.DATABASE_URL });
  // Uses the product's login, so that the tables' policies apply to both servers alike.
  const byHand = await startPeer(main, 'write-by-hand.peer.ts', { DATABASE_URL: database.variables.DATABASE_URL });
  try {
    const writes = { ours: toOurs!, byHand: toHand! };
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
