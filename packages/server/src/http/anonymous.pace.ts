import type { FastifyInstance, FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRefusalPace, senderAt } from './refusal.pace.ts';
import { sendUnknownAddress } from './unknown-address.ts';

// A page is some twenty files, and an office has one address.
const rate = { perSecond: 200, burst: 500 };
const monitored = ['/healthz', '/readyz'];

/**
 * Answers the requests of one sender at a steady rate, wherever a request needs no key: the API paces its own refusals. Returns how many
 * milliseconds a request has to wait.
 */
export function paceAnonymous(app: FastifyInstance, clock?: () => number): (request: FastifyRequest) => number {
  // Monitors may come through the proxy of everybody.
  const [pace, paceOfMonitors] = [createRefusalPace(rate, clock), createRefusalPace(rate, clock)];
  const delayOf = ({ ip, routeOptions }: FastifyRequest) =>
    (monitored.includes(routeOptions?.url ?? '') ? paceOfMonitors : pace).delayOf(senderAt(ip), 0);
  app.addHook('onRequest', async (request) => {
    const isPreflight = request.method === 'OPTIONS';
    if (request.routeOptions.url === '/graphql' && !isPreflight) return;
    const delay = delayOf(request);
    if (delay > 0) await sleep(delay);
  });
  return delayOf;
}

/** Answers unknown addresses before their bodies are read. */
export function answerUnknownAddresses(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => (request.is404 ? await sendUnknownAddress(request, reply) : undefined));
  // Without a handler, fastify would answer by itself.
  app.setNotFoundHandler(sendUnknownAddress);
}
