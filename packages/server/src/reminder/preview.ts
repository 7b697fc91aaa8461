import { randomUUID } from 'node:crypto';
import type { PartnerReader } from '../database/reader.ts';
import { contentsOf, mailOf, type MailFacts } from './compose-mail.ts';
import { checkMessages } from './reminder-check.queries.ts';
import type { ReminderKind, ReminderLanguage } from './reminder-kind.ts';
import type { ReminderMail } from './reminder-mail.types.ts';

export type Preview = {
  kind: Exclude<ReminderKind, 'WEEKLY_DIGEST' | 'TEST'>;
  contractChangeId: string;
  /** The reader of a message to users; a customer's notice is shown as to the primary contact. */
  userId: string | null;
  language: ReminderLanguage | null;
};

/**
 * What a reminder about a change would say now, whether or not it is due; nothing is sent or planned. Null if the change is not on the
 * dashboard, or if there is nobody to read it.
 */
export async function previewReminder(
  reader: PartnerReader,
  preview: Preview,
  facts: Omit<MailFacts, 'links'>,
): Promise<ReminderMail | null> {
  const { kind, contractChangeId, userId, language } = preview;
  const recipientKind = kind === 'CUSTOMER_NOTICE' ? 'CONTACT' : userId === null ? 'VENDOR' : 'USER';
  const recipientId = recipientKind === 'USER' ? userId : null;
  const message = { id: randomUUID(), kind, customerId: null, contractChangeId, recipientKind, recipientId, details: {} } as const;
  const { frame, checked } = await checkMessages(reader, [message], facts);
  const [found] = checked;
  if (found?.item == null || found.recipient === null) return null;
  const ready = [{ message, checked: { ...found, recipient: { ...found.recipient, language: language ?? found.recipient.language } } }];
  const allFacts = { ...facts, links: null };
  return mailOf(reader.partnerId, { frame, ready, contents: contentsOf(reader.partnerId, ready, allFacts) }, allFacts);
}
