import 'reflect-metadata';
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { systemActor } from '../../server/src/access/actor.ts';
import { setCommunicationOwner } from '../../server/src/association/association.queries.ts';
import { claimIdempotencyKey, keepOutcome } from '../../server/src/writing/idempotency.queries.ts';

// The upper limit for writes: the statements of the product's mutation, named and prepared, in one transaction over node:http and pg. It has
// no GraphQL, authentication, limits or log. It calls the product's own functions, so that the statements stay the same.

const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL']!,
  max: 10,
  options: '-c plan_cache_mode=force_generic_plan',
  // As in the product: the servers take turns, and a new connection is slow.
  idleTimeoutMillis: 45_000,
});

type Input = { partnerId: string; customerId: string; owner: 'PARTNER' | 'VENDOR'; key: string };

async function write({ partnerId, customerId, owner, key }: Input): Promise<unknown> {
  const client = await pool.connect();
  const query = (text: string, values: unknown[]) =>
    client.query({ name: createHash('md5').update(text).digest('base64url'), text, values }) as never;
  const left: Promise<unknown>[] = [];
  const tx = { partnerId, query, leaveToCommit: (...sent: Promise<unknown>[]) => left.push(...sent) } as unknown as Parameters<
    typeof claimIdempotencyKey
  >[0];
  const idempotency = { principal: 'by hand', field: 'setCommunicationOwner', key, input: { customerId, owner } };
  try {
    await client.query('begin');
    await tx.query(`/* inPartnerTransaction */ select set_config('app.partner_id', $1, true)`, [partnerId]);
    await claimIdempotencyKey(tx, idempotency);
    const viewer = { partnerId, role: 'MANAGER' as const, partnerUserId: null, credentialId: 'by hand' };
    const outcome = await setCommunicationOwner(
      { tx, viewer, actor: systemActor('by hand'), today: '', requestId: randomUUID() },
      { customerId, expectedVersion: null, owner },
    );
    await Promise.all(left);
    await keepOutcome(tx, idempotency, outcome);
    await client.query('commit');
    return outcome;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

async function answer(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.stringify({ data: await write(JSON.parse(Buffer.concat(chunks).toString()) as Input) });
}

const server = createServer((request, response) => {
  answer(request)
    .then((body) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body))
    .catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
});
server.listen(0, '127.0.0.1', () => console.log(`Listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
