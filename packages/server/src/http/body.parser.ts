import type { FastifyInstance, FastifyRequest } from 'fastify';
import { promisify } from 'node:util';
import { payerOf } from '../access/viewer.ts';
import type { Turns } from './owner.turns.ts';

// Parsing more takes longer than a turn of the event loop costs.
const largeBytes = 20_000;

/**
 * Parses JSON bodies when their requests have a slot: a parsed body takes several times the memory, and refused requests need none. Large
 * bodies of one owner are parsed one after another. Call it after `admitRequests`.
 */
export function parseBodies(app: FastifyInstance, turns: Turns): void {
  const parse = promisify(app.getDefaultJsonParser('error', 'error'));
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => body);
  app.addHook('preHandler', async (request) => {
    const { body } = request;
    if (!Buffer.isBuffer(body)) return;
    const read = async () => (request.body = await parse(request, body.toString()));
    await (body.byteLength < largeBytes ? read() : turns.run(payerOf(request.viewer!), read));
  });
}
