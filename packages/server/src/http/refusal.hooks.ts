import type { FastifyInstance } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { payerOf } from '../access/viewer.ts';
import { createRefusalPace, senderAt } from './refusal.pace.ts';

/** Answers the refusals of one sender at a steady rate. Call it after `admitRequests`: the slot is free while a refusal waits. */
export function paceRefusals(app: FastifyInstance): void {
  const pace = createRefusalPace();
  app.addHook('onSend', async (request, reply) => {
    // 503 asks the client to send again, and is answered at once.
    if (reply.statusCode < 400 || reply.statusCode >= 500) return;
    const delay = pace.delayOf(request.viewer ? payerOf(request.viewer) : senderAt(request.ip));
    if (delay > 0) await sleep(delay);
  });
}
