import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { decidingRoles, partnerRoles } from '../../access/role.rules.ts';
import { isCalendarDate, type CalendarDate } from '../../calendar-date.ts';
import { recordDecision } from '../../contract-change/decision.queries.ts';
import type { DeadlinePassedError, UserError } from '../../graphql/user-error.type.ts';
import { actAsRecipient, type Recipient } from '../../reminder/act-as-recipient.queries.ts';
import { snoozeReminders } from '../../reminder/reminder-mute-edit.queries.ts';
import { readerTimeZone } from '../../reminder/send-time.ts';
import { sendPage } from '../plain-page.ts';
import { decisionPage, snoozePage, type Scene, type Shown } from './change-pages.ts';
import { fieldOf, languageOf } from './link-request.ts';
import { poolOf, readLinked, refuse, type LinkScope } from './link-scope.ts';

type Scope = LinkScope & { businessTimeZone: string };

/** `/r/<token>`: accepts a change, requests its cancellation, or snoozes its reminders. */
export function routeChangeLinks(app: FastifyInstance, scope: Scope): void {
  app.get('/r/*', async (request, reply) => {
    const scene = await readScene(poolOf(scope.pool, request), request, scope);
    return scene === null ? refuse(request, reply, 'notValid') : sendPage(reply, 200, show(request, scene).page);
  });

  app.post('/r/*', async (request, reply) => {
    const pool = poolOf(scope.pool, request);
    const before = await readScene(pool, request, scope);
    if (before === null) return refuse(request, reply, 'notValid');
    const acted = request.link!.purpose === 'SNOOZE' ? await snooze(pool, request, before) : await decide(pool, request, before);
    if (acted === 'MALFORMED') return refuse(request, reply, 'malformed');
    // The page shows what stands after it, so a second POST shows the same.
    const after = await readScene(pool, request, scope);
    if (after === null || acted === 'REMOVED') return refuse(request, reply, 'notValid');
    return send(reply, show(request, after, acted));
  });
}

type Acted = { isConflict?: boolean; isWrongDate?: boolean; nextCancellable?: CalendarDate | null };

const send = (reply: FastifyReply, { status, page }: Shown) => sendPage(reply, status, page);

function show(request: FastifyRequest, scene: Scene, acted: Acted = {}): Shown {
  const { purpose } = request.link!;
  return purpose === 'ACCEPT' || purpose === 'REQUEST_CANCELLATION' ? decisionPage(scene, purpose, acted) : snoozePage(scene, acted);
}

/** Null if the recipient is no user any more, or if the partner no longer sees the change. */
async function readScene(pool: Pool, request: FastifyRequest, { businessDay, businessTimeZone }: Scope): Promise<Scene | null> {
  const linked = await readLinked(pool, request, { businessDay });
  if (linked === null) return null;
  const { user, change, language, partnerName, timeZone } = linked.facts;
  if (user === null || change === null) return null;
  const texts = { language: languageOf(request, language), partnerName };
  return { ...texts, user, change, today: businessDay.today(), businessTimeZone, timeZone: readerTimeZone(timeZone, businessTimeZone) };
}

const recipientOf = (request: FastifyRequest, { user, today }: Scene): Recipient => ({
  partnerId: request.link!.partnerId,
  userId: user.id,
  today,
  requestId: request.id,
});

/** The version is that of the page, so that nobody decides on terms that were not shown, and a page from before acts only once. */
async function decide(pool: Pool, request: FastifyRequest, scene: Scene): Promise<Acted | 'MALFORMED' | 'REMOVED'> {
  const version = fieldOf(request, 'version') ?? '';
  if (!/^\d{1,9}$/.test(version)) return 'MALFORMED';
  const outcome = await actAsRecipient(pool, recipientOf(request, scene), decidingRoles, (write) =>
    recordDecision(write, {
      contractChangeId: scene.change.id,
      action: request.link!.purpose === 'ACCEPT' ? 'ACCEPT' : 'REQUEST_CANCELLATION',
      expectedVersion: Number(version),
      forNextPossible: false,
    }),
  );
  if (outcome === 'REMOVED') return outcome;
  const [error] = outcome === 'FORBIDDEN' ? [] : outcome.userErrors;
  return { isConflict: error?.code === 'CONFLICT', nextCancellable: nextOf(error) };
}

const nextOf = (error: UserError | undefined): CalendarDate | null =>
  error?.code === 'DEADLINE_PASSED' ? (error as DeadlinePassedError).nextCancellableRenewalDate : null;

async function snooze(pool: Pool, request: FastifyRequest, scene: Scene): Promise<Acted | 'MALFORMED' | 'REMOVED'> {
  const until = fieldOf(request, 'until');
  if (until === null || !isCalendarDate(until)) return 'MALFORMED';
  const { change } = scene;
  const outcome = await actAsRecipient(pool, recipientOf(request, scene), partnerRoles, (write) =>
    snoozeReminders(write, { contractChangeId: change.id, until }),
  );
  if (outcome === 'REMOVED' || outcome === 'FORBIDDEN') return 'REMOVED';
  return { isWrongDate: outcome.userErrors[0]?.code === 'INVALID' };
}
