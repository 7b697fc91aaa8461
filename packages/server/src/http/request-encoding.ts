import type { FastifyInstance } from 'fastify';
import { sendError } from './error-body.ts';

// ASCII is a part of UTF-8.
const readable = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** Refuses bodies that are not plain UTF-8: they would be read as other characters than the client wrote. */
export function requireUtf8(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (!charsets(headers['content-type'] ?? '').every((each) => readable.has(each)))
      return await sendError(reply, 415, 'Send the request in UTF-8.', 'BAD_REQUEST');
    if ((headers['content-encoding'] ?? 'identity').trim().toLowerCase() !== 'identity')
      return await sendError(reply, 415, 'Send the request without compression.', 'BAD_REQUEST');
    return undefined;
  });
}

function charsets(contentType: string): string[] {
  if (contentType === 'application/json') return [];
  const found = contentType.matchAll(/;\s*charset\s*=\s*("?)([^";\s]*)\1/gi);
  return [...found].map(([, , charset]) => charset!.toLowerCase());
}
