import type { MailText, ReminderMail } from '../reminder-mail.types.ts';
import type { Content } from './content.ts';
import { renderHtml } from './html.render.ts';
import { listContent } from './list.content.ts';
import { readerOf, type Reader } from './reader.ts';
import { shownName } from './shown-text.ts';
import { singleContent } from './single.content.ts';
import { renderText } from './text.render.ts';

/** Mail programs cut off longer mails, and the transport refuses those above 100 kB. */
const mostBytes = 90_000;

/** A reminder in the reader's language: subject, text and HTML. */
export function composeReminder(mail: ReminderMail): MailText {
  const reader = readerOf(mail);
  const [only] = mail.items;
  const isSingle = only !== undefined && mail.items.length === 1 && mail.more === 0 && mail.kind !== 'WEEKLY_DIGEST';
  // A longer list names fewer of its changes, until the mail is short enough.
  for (let shown = mail.items.length; ; shown = Math.floor(shown * 0.75)) {
    const body = isSingle ? singleContent(reader, only) : listContent(reader, shown);
    const content: Content = { language: mail.language, sender: senderOf(reader), ...body, ...endOf(reader) };
    const result = { subject: content.subject, text: renderText(content), html: renderHtml(content) };
    if (isSingle || shown === 0 || encodedBytes(result.text) + encodedBytes(result.html) <= mostBytes) return result;
  }
}

/** What the top of a mail names: the partner for its customer, and who it is about for all others. */
const senderOf = ({ partner }: Reader): string => partner;

function endOf({ mail, words, partner }: Reader): Pick<Content, 'footer' | 'stop'> {
  const { ask, kind, reader, items, unsubscribeUrl } = mail;
  const stops = {
    DEADLINE_REMINDER: words.stop.deadline,
    CUSTOMER_NOTICE: words.stop.notice,
    AFTER_DEADLINE: words.stop.afterwards,
    ON_EFFECTIVE_DATE: words.stop.afterwards,
    WEEKLY_DIGEST: words.stop.digest,
    TEST: words.stop.deadline,
  };
  const customers = new Set(items.map(({ customerName }) => customerName));
  const [customer] = customers.size === 1 ? customers : [];
  const questions = ask === null ? [] : [reader.kind === 'USER' ? words.askVendor : words.askPartner(shownName(ask.name), partner)];
  return {
    footer: [...questions, words.why(mail.why, partner, customer === undefined ? null : shownName(customer))],
    stop: unsubscribeUrl === null ? null : { label: stops[kind], url: unsubscribeUrl, isMain: false },
  };
}

/** At most so many bytes once the mail is encoded for transport. */
function encodedBytes(text: string): number {
  const bytes = Buffer.from(text);
  let encoded = bytes.length;
  for (const byte of bytes) if (byte > 126 || byte === 61) encoded += 2;
  return encoded;
}
