import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { systemActor } from '../../access/actor.ts';
import { partnerRoles } from '../../access/role.rules.ts';
import { readAs, type PartnerReader } from '../../database/reader.ts';
import { inPartnerTransaction } from '../../database/transaction.ts';
import { actAsRecipient } from '../../reminder/act-as-recipient.queries.ts';
import { readReminderReaders, switchOfKind, type KindOfUsers } from '../../reminder/reminder-preference.queries.ts';
import type { ReminderKind } from '../../reminder/reminder-kind.ts';
import { readSuppressedBy } from '../../reminder/suppression.queries.ts';
import { resubscribe, unsubscribe, type Unsubscriber } from '../../reminder/unsubscribe.queries.ts';
import { sendPage } from '../plain-page.ts';
import { fieldOf, languageOf } from './link-request.ts';
import { poolOf, readLinked, refuse, type LinkScope } from './link-scope.ts';
import { oneClick, unsubscribePage, type Subscription } from './unsubscribe-pages.ts';

/** `/unsubscribe/<token>`: RFC 8058. A mail provider posts to it without a login, and gets no redirect and no cookie. */
export function routeUnsubscribeLinks(app: FastifyInstance, scope: LinkScope & { vendorMail: string | null }): void {
  app.get('/unsubscribe/*', async (request, reply) => {
    const read = await readPage(poolOf(scope.pool, request), request, scope);
    return read === null ? refuse(request, reply, 'notValid') : sendPage(reply, 200, unsubscribePage(read.page));
  });

  app.post('/unsubscribe/*', async (request, reply) => {
    const pool = poolOf(scope.pool, request);
    const isResumed = fieldOf(request, 'action') === 'resume';
    if (!isResumed && fieldOf(request, oneClick[0]) !== oneClick[1]) return refuse(request, reply, 'malformed');
    const before = await readPage(pool, request, scope);
    if (before === null || (isResumed && !before.page.canResume)) return refuse(request, reply, 'notValid');
    if (!(await change(pool, request, before, isResumed, scope))) return refuse(request, reply, 'notValid');
    const after = await readPage(pool, request, scope);
    return after === null ? refuse(request, reply, 'notValid') : sendPage(reply, 200, unsubscribePage(after.page, { isResumed }));
  });
}

type Read = { page: Subscription; from: Unsubscriber };

/** The e-mails after a deadline are two kinds with one switch. */
const kindsWith = (kind: ReminderKind): readonly ReminderKind[] =>
  kind === 'AFTER_DEADLINE' || kind === 'ON_EFFECTIVE_DATE' ? ['AFTER_DEADLINE', 'ON_EFFECTIVE_DATE'] : [kind];

/** Null if the recipient is gone. */
async function readPage(
  pool: Pool,
  request: FastifyRequest,
  { vendorMail, ...scope }: LinkScope & { vendorMail: string | null },
): Promise<Read | null> {
  const linked = await readLinked(pool, request, scope);
  if (linked === null) return null;
  const { link, facts } = linked;
  const { kind, recipientKind, partnerName, user } = facts;
  const reader = readAs(pool, link.partnerId);
  const common = { language: languageOf(request, facts.language), partnerName, kind };
  if (recipientKind === 'USER') {
    if (user === null) return null;
    const isStopped = await isSwitchedOff(reader, user.id, kind);
    return { page: { ...common, address: user.email, isStopped, canResume: true }, from: { userId: user.id } };
  }
  const address = facts.address ?? facts.contactEmail ?? (recipientKind === 'VENDOR' ? vendorMail : null);
  if (address === null) return null;
  const isStopped = (await readSuppressedBy(reader, address, kind)) !== null;
  return { page: { ...common, address, isStopped, canResume: false }, from: { address, messageId: link.messageId } };
}

async function isSwitchedOff(reader: PartnerReader, userId: string, kind: ReminderKind): Promise<boolean> {
  const name = Object.hasOwn(switchOfKind, kind) ? switchOfKind[kind as KindOfUsers] : null;
  const [found] = await readReminderReaders(reader, [userId]);
  if (name === null || found === undefined) return false;
  const { deadlineReminders, afterTheFact, weeklyDigest } = found.chosen;
  return { deadline_reminders: deadlineReminders, after_the_fact: afterTheFact, weekly_digest: weeklyDigest }[name] === false;
}

/** Whether it was changed: a user who was removed meanwhile changes nothing. */
async function change(
  pool: Pool,
  request: FastifyRequest,
  { from, page: { kind } }: Read,
  isResumed: boolean,
  { businessDay }: LinkScope,
): Promise<boolean> {
  const { partnerId } = request.link!;
  if (!('userId' in from)) {
    await inPartnerTransaction(pool, partnerId, async (tx) => {
      for (const each of kindsWith(kind))
        await unsubscribe({ tx, actor: systemActor('unsubscribe link'), requestId: request.id }, each, from);
    });
    return true;
  }
  const recipient = { partnerId, userId: from.userId, today: businessDay.today(), requestId: request.id };
  const outcome = await actAsRecipient(pool, recipient, partnerRoles, async (write) => {
    if (isResumed) await resubscribe(write, kind, from.userId);
    else await unsubscribe(write, kind, from);
    return 'DONE' as const;
  });
  return outcome === 'DONE';
}
