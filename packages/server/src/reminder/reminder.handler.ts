import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { daysBetween, type CalendarDate } from '../calendar-date.ts';
import { readAs, type PartnerReader } from '../database/reader.ts';
import type { Mail, MailTransport } from '../mail/mail.ts';
import type { OutboxHandler, OutboxMessage, Prepared } from '../outbox/outbox.types.ts';
import { contentsOf, mailOf, type MailFacts, type ReadyMessage } from './compose-mail.ts';
import { readDigest } from './digest.queries.ts';
import { lastMomentOf } from './last-day.rules.ts';
import { itemOf } from './mail-item.sql.ts';
import { checkMessages, type MailFrame } from './reminder-check.queries.ts';
import { reminderKinds } from './reminder-kind.ts';
import type { LinkSecrets } from './reminder-link.ts';
import type { MailText, ReminderMail } from './reminder-mail.types.ts';
import { recordOutcome } from './reminder-outcome.queries.ts';
import { localDate, readerTimeZone, sendMoment, vendorWindow } from './send-time.ts';
import type { SkipReason } from './skip-reason.ts';
import { testItem } from './test-item.ts';
import { composeReminder } from './texts/compose-reminder.ts';

export type ReminderHandlerOptions = {
  transport: MailTransport;
  compose?: (mail: ReminderMail) => MailText;
  /** The business date, and the time of the clock. */
  clock: () => { today: CalendarDate; now: Date };
  businessTimeZone: string;
  vendorAddress: string | null;
  links: { secrets: LinkSecrets; publicUrl: string };
};

/** Checks reminders right before they leave, composes their mails and hands them to the transport. */
export function createReminderHandler({ transport, compose = composeReminder, clock, ...options }: ReminderHandlerOptions): OutboxHandler {
  return {
    kinds: reminderKinds,
    async prepare(pool: Pool, partnerId: string, messages: readonly OutboxMessage[]): Promise<Prepared> {
      const { today, now } = clock();
      const facts = { ...options, today, now: timeOfDate(today, now, options.businessTimeZone) };
      const reader = readAs(pool, partnerId);
      const { frame, checked } = await checkMessages(reader, messages, facts);
      // A decision of today counts only when the day has passed into the rows. A clock that was ahead may keep it so for days: no attempt.
      if (frame.passedThrough !== facts.today || frame.isPassing)
        return { skipped: [], deliver: null, notBefore: new Date(now.getTime() + untilPassedMs) };
      const opens = opensAt(frame, messages[0]!, now, options.businessTimeZone);
      if (opens > now) return { skipped: [], deliver: null, notBefore: opens };
      const ready: ReadyMessage[] = [];
      const skipped: { id: string; reason: SkipReason }[] = [];
      for (const [index, each] of checked.entries()) {
        if (each.reason === null) ready.push({ message: messages[index]!, checked: each });
        else skipped.push({ id: each.id, reason: each.reason });
      }
      if (ready.length === 0) return { skipped, deliver: null };
      const contents = await readContents(reader, frame, ready, { ...facts, clockTime: now });
      if (typeof contents === 'string') {
        return { skipped: [...skipped, ...ready.map(({ message }) => ({ id: message.id, reason: contents }))], deliver: null };
      }
      const text = mailOf(partnerId, { frame, ready, contents }, facts);
      const mail = { id: mailId(messages), ...envelope(partnerId, frame, ready, text, compose) };
      return { skipped, deliver: (signal) => transport.deliver(mail, signal) };
    },
    ended: recordOutcome,
  };
}

/**
 * The same for each attempt at the same messages. A bundle can leave in parts, when it is planned in pieces: each part is a mail of its own,
 * and mailboxes drop a mail whose ID they know.
 */
function mailId(messages: readonly OutboxMessage[]): string {
  if (messages.length === 1) return messages[0]!.id;
  const ids = messages.map(({ id }) => id).toSorted();
  const digits = createHash('sha256').update(ids.join()).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
}

/** Days pass within a minute, as a rule. */
const untilPassedMs = 60_000;

/**
 * What has waited in a long queue, or is tried again, leaves inside of the window too. The digest has an hour of its own, and a test leaves
 * at once.
 */
function opensAt(frame: MailFrame, { kind, recipientKind }: OutboxMessage, now: Date, businessTimeZone: string): Date {
  if (kind === 'WEEKLY_DIGEST' || kind === 'TEST') return now;
  if (recipientKind === 'VENDOR') return sendMoment(vendorWindow, now, businessTimeZone);
  return sendMoment(frame, now, readerTimeZone(frame.timeZone, businessTimeZone));
}

/** The business date may be another one than that of the clock: set in development, or held after a jump. Days left follow the business date. */
function timeOfDate(today: CalendarDate, now: Date, businessTimeZone: string): Date {
  if (localDate(now, businessTimeZone) === today) return now;
  return new Date(lastMomentOf(today, businessTimeZone).getTime() - 12 * 3_600_000);
}

async function readContents(
  reader: PartnerReader,
  frame: MailFrame,
  ready: readonly ReadyMessage[],
  facts: MailFacts & { clockTime: Date },
) {
  const [first] = ready;
  const { kind, details, recipientId } = first!.message;
  if (kind === 'TEST') return { items: [testItem(facts)], more: 0, totals: [] };
  if (kind !== 'WEEKLY_DIGEST') return contentsOf(reader.partnerId, ready, facts);
  const day = localDate(facts.clockTime, readerTimeZone(frame.timeZone, facts.businessTimeZone));
  if (daysBetween(String(details['day']), day) > 6) return 'TOO_LATE' satisfies SkipReason;
  const user = { id: recipientId!, onlyOwnCustomers: first!.checked.recipient?.onlyOwnCustomers ?? false };
  const { items, more, totals } = await readDigest(reader, user, facts.today);
  if (items.length === 0) return 'NOTHING_TO_SAY' satisfies SkipReason;
  return { items: items.map((item) => itemOf(item, {}, facts.businessTimeZone)), more, totals };
}

/** A customer's notice comes in the name of the partner. Answers reach whom the text names. */
function envelope(
  partnerId: string,
  frame: MailFrame,
  ready: readonly ReadyMessage[],
  mail: ReminderMail,
  compose: (mail: ReminderMail) => MailText,
): Omit<Mail, 'id'> {
  const [{ checked }] = ready as [ReadyMessage];
  const isNotice = mail.kind === 'CUSTOMER_NOTICE';
  return {
    senderName: isNotice ? (frame.senderName ?? frame.partnerName) : null,
    replyTo: mail.ask && { name: mail.ask.name === mail.ask.email ? null : mail.ask.name, address: mail.ask.email },
    to: { name: checked.recipient!.name, address: checked.recipient!.address },
    ...compose(mail),
    list:
      mail.unsubscribeUrl === null
        ? null
        : { id: `${mail.kind.toLowerCase().replaceAll('_', '-')}.${partnerId}`, unsubscribeUrl: mail.unsubscribeUrl },
  };
}
