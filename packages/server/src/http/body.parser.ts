import type { FastifyInstance, FastifyRequest } from 'fastify';
import { promisify } from 'node:util';
import { payerOf } from '../access/viewer.ts';
import { sendError } from './error-body.ts';
import type { Turns } from './owner.turns.ts';

// Parsing more takes longer than a turn of the event loop costs.
const largeBytes = 20_000;

// More than the limits of variables allow. A megabyte of brackets takes half a second to parse, which blocks all other requests.
const mostEntries = 20_000;
const tooManyEntries = `The body of a request can have at most ${mostEntries} values, lists and objects.`;

/**
 * Parses JSON bodies when their requests have a slot: a parsed body takes several times the memory, and refused requests need none. Large
 * bodies of one owner are parsed one after another. Call it after `admitRequests`.
 */
export function parseBodies(app: FastifyInstance, turns: Turns): void {
  const parse = promisify(app.getDefaultJsonParser('error', 'error'));
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => body);
  app.addHook('preHandler', async (request, reply) => {
    const { body } = request;
    if (!Buffer.isBuffer(body)) return undefined;
    const read = async () => {
      if (body.byteLength > mostEntries && hasTooManyEntries(body)) return await sendError(reply, 400, tooManyEntries, 'BAD_USER_INPUT');
      request.body = await parse(request, body.toString());
      return undefined;
    };
    return await (body.byteLength < largeBytes ? read() : turns.run(payerOf(request.viewer!), read));
  });
}

const [quote, backslash] = [0x22, 0x5c];
const beginnings = new Set([',', '[', '{'].map((character) => character.charCodeAt(0)));

/** Counts commas and opening brackets outside of texts. In UTF-8, no byte of another character equals them. */
function hasTooManyEntries(body: Buffer): boolean {
  let entries = 0;
  for (let index = 0; index < body.byteLength; index += 1) {
    const byte = body[index]!;
    if (byte === quote) index = endOfText(body, index);
    else if (beginnings.has(byte) && (entries += 1) > mostEntries) return true;
  }
  return false;
}

/** Searched natively: byte by byte, a megabyte of texts took 8 ms. */
function endOfText(body: Buffer, start: number): number {
  for (let end = body.indexOf(quote, start + 1); end !== -1; end = body.indexOf(quote, end + 1)) {
    let escapes = end;
    while (body[escapes - 1] === backslash) escapes -= 1;
    if ((end - escapes) % 2 === 0) return end;
  }
  return body.byteLength;
}
