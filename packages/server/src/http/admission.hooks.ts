import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Admission } from './admission.ts';
import { sendError } from './error-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    place: Place | null;
  }
}

/** A request's place among those that are worked on. */
type Place = { isHeld: boolean; isInHand: boolean; slowBody?: NodeJS.Timeout; leave(): void };

// A body that takes longer is on a slow way: it is read on, but without a place, lest slow senders keep the others out.
const bodyWithinMs = 250;

/** Lets the routes of this scope be worked on only as admission allows; the others are answered 503 before anything of theirs is read. */
export function admitRequests(app: FastifyInstance, admission: Admission): void {
  app.decorateRequest('place', null);

  app.addHook('onRequest', async (request, reply) => {
    if (!(await admission.enter())) return await refuse(reply);
    const place = takePlace(admission);
    request.place = place;
    // The work of a caller who went away goes on till it is done.
    const leaveUnlessInHand = () => void (place.isInHand || place.leave());
    reply.raw.once('close', leaveUnlessInHand);
    if (reply.raw.destroyed) leaveUnlessInHand();
    return undefined;
  });

  app.addHook('preParsing', async ({ place }) => {
    if (place) place.slowBody = setTimeout(place.leave, bodyWithinMs);
  });

  app.addHook('preHandler', async (request, reply) => {
    clearTimeout(request.place?.slowBody);
    if (!request.place?.isHeld) {
      if (!(await admission.enter())) return await refuse(reply);
      request.place = takePlace(admission);
    }
    request.place.isInHand = true;
    return undefined;
  });

  app.addHook('onSend', async (request) => request.place?.leave());
}

function takePlace(admission: Admission): Place {
  const place: Place = {
    isHeld: true,
    isInHand: false,
    leave() {
      if (!place.isHeld) return;
      place.isHeld = false;
      clearTimeout(place.slowBody);
      admission.leave();
    },
  };
  return place;
}

async function refuse(reply: FastifyReply): Promise<FastifyReply> {
  return await sendError(reply.header('retry-after', '1'), 503, 'There is too much to do just now: try again in a moment.', 'UNAVAILABLE');
}
