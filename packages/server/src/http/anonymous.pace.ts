import type { FastifyInstance } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRefusalPace, senderAt } from './refusal.pace.ts';
import { sendUnknownAddress } from './unknown-address.ts';

// A page is some twenty files, and an office has one address.
const rate = { perSecond: 200, burst: 500 };

/** Answers the requests of one sender at a steady rate in this scope, whose answers need no key. */
export function paceAnswers(app: FastifyInstance): void {
  const pace = createRefusalPace(rate);
  app.addHook('onRequest', async ({ ip }) => {
    const delay = pace.delayOf(senderAt(ip), 0);
    if (delay > 0) await sleep(delay);
  });
}

/** Answers unknown addresses at a steady rate, and before their bodies are read. */
export function answerUnknownAddresses(app: FastifyInstance): void {
  const pace = createRefusalPace();
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return undefined;
    const delay = pace.delayOf(senderAt(request.ip), 0);
    if (delay > 0) await sleep(delay);
    return await sendUnknownAddress(request, reply);
  });
  // Without a handler, fastify would answer by itself.
  app.setNotFoundHandler(sendUnknownAddress);
}
