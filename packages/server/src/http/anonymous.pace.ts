import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRefusalPace, senderAt } from './refusal.pace.ts';
import { sendMalformedAddress, sendUnknownAddress } from './unknown-address.ts';

// A page is some twenty files, and an office has one address.
const rate = { perSecond: 200, burst: 200 };
const monitored = ['/healthz', '/readyz'];

/**
 * Answers the requests of one sender at a steady rate, wherever a request needs no key: the API paces its own refusals. Returns what makes a
 * request wait, and false if its connection is closed.
 */
export function paceAnonymous(app: FastifyInstance, clock?: () => number): (request: FastifyRequest) => Promise<boolean> {
  // Monitors may come through the proxy of everybody.
  const [pace, paceOfMonitors] = [createRefusalPace(rate, clock), createRefusalPace(rate, clock)];
  const wait = (request: FastifyRequest) =>
    (monitored.includes(request.routeOptions?.url ?? '') ? paceOfMonitors : pace).wait(request, senderAt(request.ip), 0);
  app.addHook('onRequest', async (request, reply) => {
    const isPreflight = request.method === 'OPTIONS';
    if (request.routeOptions.url === '/graphql' && !isPreflight) return undefined;
    return (await wait(request)) ? undefined : reply.hijack();
  });
  return wait;
}

/** Answers unknown addresses before their bodies are read. */
export function answerUnknownAddresses(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => (request.is404 ? await sendUnknownAddress(request, reply) : undefined));
  // Without a handler, fastify would answer by itself.
  app.setNotFoundHandler(sendUnknownAddress);
}

/** Answers an address that no hook sees, because it is malformed, when its wait ends. */
export async function answerMalformedAddress(
  wait: Promise<boolean>,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
): Promise<void> {
  if (await wait) sendMalformedAddress(request, reply, status);
  else reply.hijack();
}
