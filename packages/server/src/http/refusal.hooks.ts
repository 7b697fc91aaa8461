import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { payerOf } from '../access/viewer.ts';
import type { Admission } from './admission.ts';
import { createRefusalPace, senderAt } from './refusal.pace.ts';
import { lineOf } from './request-line.ts';

/** Answers the refusals of one sender at a steady rate. Call it after `admitRequests`: the slot is free while a refusal waits. */
export function paceRefusals(app: FastifyInstance, admission?: Pick<Admission, 'isOverloaded'>): void {
  const pace = createRefusalPace();
  app.addHook('onSend', async (request, reply) => {
    // While the server has too many requests, their refusals wait for a moment only. An owner that alone has too many is slowed down.
    const isPaced = lineOf(request).refusal === 'overload' ? !admission?.isOverloaded() : reply.statusCode >= 400 && reply.statusCode < 500;
    if (!isPaced) return;
    await pace.wait(request, request.viewer ? payerOf(request.viewer) : senderAt(request.ip), bytesReadOf(request, reply));
  });
}

/** Bytes that were read for the request. A body without a viewer is not read, nor one that is announced as too large. */
function bytesReadOf({ viewer, headers }: FastifyRequest, { statusCode }: FastifyReply): number {
  if (!viewer || (statusCode === 413 && headers['content-length'] !== undefined)) return 0;
  return Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : bytesOfChunked));
}

const bytesOfChunked = 100_000;
