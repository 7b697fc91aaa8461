import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { describeError } from '../../api/error-masking.ts';
import type { Buckets } from '../../api/cost.bucket.ts';
import { payerPool } from '../../database/payer-pool.ts';
import { readAs } from '../../database/reader.ts';
import type { RecentFaults } from '../../database/recent-faults.ts';
import { countingPool } from '../../database/usage.ts';
import type { ErrorCode } from '../../graphql/errors.ts';
import type { BusinessDay } from '../../process/business-day.ts';
import type { Logger } from '../../process/log.ts';
import { readLinkFacts, type LinkFacts } from '../../reminder/link-facts.queries.ts';
import { readLink, type LinkPurpose, type LinkSecrets, type ReminderLink } from '../../reminder/reminder-link.ts';
import type { Admission } from '../admission.ts';
import { html } from '../html.ts';
import { sendPage } from '../plain-page.ts';
import { paceRefusals } from '../refusal.hooks.ts';
import { senderAt } from '../refusal.pace.ts';
import { lineOf, noteErrors } from '../request-line.ts';
import { languageOf, readForms } from './link-request.ts';
import { linkTexts } from './link-texts.ts';

declare module 'fastify' {
  interface FastifyRequest {
    link: ReminderLink | null;
    releaseLink: (() => void) | null;
  }
}

export type LinkScope = {
  admission: Admission;
  addresses: Buckets;
  partners: Buckets;
  businessDay: BusinessDay;
  pool: Pool;
  /** Milliseconds since 1970. */
  now: () => number;
  secrets: () => Promise<LinkSecrets>;
  log: Logger;
  recentFaults: RecentFaults;
};

/** The plain pages that answer a request which is not carried out. */
const refusals = {
  notValid: [404, 'BAD_REQUEST'],
  malformed: [400, 'BAD_REQUEST'],
  busy: [429, 'RATE_LIMITED'],
  unavailable: [503, 'UNAVAILABLE'],
} as const satisfies Record<string, readonly [number, ErrorCode]>;

export function refuse(request: FastifyRequest, reply: FastifyReply, why: keyof typeof refusals, status?: number): FastifyReply {
  const [usual, code] = refusals[why];
  noteErrors(lineOf(request), [{ extensions: { code } }]);
  const language = languageOf(request);
  const { title, text } = linkTexts[language][why];
  return sendPage(reply, status ?? usual, { language, title, content: html`<p>${text}</p>` });
}

/**
 * Applies to the routes of this scope. Before the token is verified, a request costs a hash; then each partner has a rate, and its links
 * take its own places and connections, so that other partners lose nothing.
 */
export function guardLinks(
  app: FastifyInstance,
  { admission, addresses, partners, businessDay, now, secrets, log, recentFaults }: LinkScope,
  { purposes, types }: { purposes: readonly LinkPurpose[]; types: readonly string[] },
): void {
  app.decorateRequest('link', null);
  app.decorateRequest('releaseLink', null);
  app.decorateRequest('viewer', null);
  readForms(app, types);

  app.addHook('onRequest', async (request, reply) => {
    const ofAddress = addresses.take(senderAt(request.ip), 1).waitSeconds;
    if (ofAddress !== null) return refuse(request, reply.header('retry-after', ofAddress), 'busy');
    const link = readLink(await secrets(), (request.params as { '*': string })['*'], now());
    if (link === null || !purposes.includes(link.purpose)) return refuse(request, reply, 'notValid');
    const ofPartner = partners.take(link.partnerId, 1).waitSeconds;
    if (ofPartner !== null) return refuse(request, reply.header('retry-after', ofPartner), 'busy');
    if (admission.isFull(link.partnerId)) return refuse(request, reply.header('retry-after', 1), 'unavailable');
    request.link = link;
    return undefined;
  });

  // The body is there: a slow client holds no place.
  app.addHook('preHandler', async (request, reply) => {
    const { partnerId } = request.link!;
    if (!businessDay.isThrough(partnerId)) {
      const answer = await businessDay.pass(partnerId, lineOf(request).usage);
      if (answer !== 'through') return refuse(request, reply.header('retry-after', answer.retryAfterSeconds), 'unavailable');
    }
    if (!(await admission.acquire(partnerId))) return refuse(request, reply.header('retry-after', 1), 'unavailable');
    let isHeld = true;
    request.releaseLink = () => {
      if (isHeld) admission.release(partnerId);
      isHeld = false;
    };
    return undefined;
  });
  app.addHook('onSend', async (request) => request.releaseLink?.());
  paceRefusals(app);

  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return refuse(request, reply, 'malformed', status);
    const { code, fault } = describeError(error);
    if (fault) recentFaults.note(fault);
    log.error({ requestId: request.id, err: error }, 'request failed');
    return refuse(request, reply.header('retry-after', 1), 'unavailable', code === 'INTERNAL_SERVER_ERROR' ? 500 : 503);
  });
}

export type Linked = { link: ReminderLink; facts: LinkFacts };

/** The pool for the partner of the link, with its share of the connections. */
export const poolOf = (pool: Pool, request: FastifyRequest): Pool =>
  countingPool(payerPool(pool, request.link!.partnerId), lineOf(request).usage);

/** What the message of the link says now; null if there is no such message. The log tells who the link acts for. */
export async function readLinked(
  pool: Pool,
  request: FastifyRequest,
  { businessDay }: Pick<LinkScope, 'businessDay'>,
): Promise<Linked | null> {
  const link = request.link!;
  const facts = await readLinkFacts(readAs(pool, link.partnerId), link.messageId, businessDay.today());
  if (facts === null) return null;
  if (facts.user)
    request.viewer = { partnerId: link.partnerId, role: facts.user.role, partnerUserId: facts.user.id, credentialId: 'sub:reminder-link' };
  return { link, facts };
}
