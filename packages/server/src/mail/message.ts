import type { SendMailOptions } from 'nodemailer';
import type { MailConfig } from '../config.mail.ts';
import { domainOf, isEmailAddress } from '../email-address.ts';
import type { Mail, Mailbox } from './mail.ts';
import { plainText } from './plain-text.ts';

const maxSubject = 200;
const maxName = 100;
const maxBytes = 100_000;
/** Encoded for transport, a text of this size stays below the limit in any case. */
const surelySmall = 30_000;

export type Message = SendMailOptions & {
  from: { name: string; address: string };
  to: { name: string; address: string };
  messageId: string;
  date: Date;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
};

/** Why a mail cannot be composed. */
export class MailFault extends Error {}

/** The mail with all of its headers. Names and subject are cleaned; what cannot be cleaned without changing it is refused. */
export async function composeMessage(mail: Mail, config: MailConfig): Promise<Message> {
  const message = {
    from: header({ name: mail.senderName ?? config.from.name, address: config.from.address }),
    to: header(mail.to),
    ...(mail.replyTo && { replyTo: header(mail.replyTo) }),
    envelope: { from: addressOf(config.bounceAddress), to: [addressOf(mail.to.address)] },
    subject: headerText(mail.subject, maxSubject),
    messageId: `<${idOf(mail.id)}@${domainOf(config.from.address)}>`,
    date: new Date(),
    text: mail.text,
    html: mail.html,
    headers: headersOf(mail, config),
    // Nothing that a customer wrote can make the server read a file or open an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies Message;
  const bytes = await sizeOf(message);
  if (bytes > maxBytes) throw new MailFault(`The mail has ${bytes} bytes, more than ${maxBytes}.`);
  return message;
}

function headersOf({ list }: Mail, config: MailConfig): Record<string, string> {
  const automatic = { 'Auto-Submitted': 'auto-generated' };
  if (!list) return automatic;
  return {
    ...automatic,
    'List-ID': `<${idOf(list.id)}.${domainOf(config.from.address)}>`,
    'List-Unsubscribe': `<${addressOfPage(list.unsubscribeUrl)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** An address in a name looks like the sender's, so a name has none. */
function header({ name, address }: Mailbox): { name: string; address: string } {
  return { name: headerText((name ?? '').replaceAll('@', ' at '), maxName), address: addressOf(address) };
}

/** Mail programs decode what looks like an encoded word, and could bring back what was removed. */
const headerText = (text: string, max: number): string => plainText(plainText(text, 2 * max).replace(/=(?=\?)/g, '= '), max);

function addressOf(address: string): string {
  if (!isEmailAddress(address)) throw new MailFault('The address is not an e-mail address.');
  return address;
}

function idOf(id: string): string {
  if (!/^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,150}[a-zA-Z0-9])?$/.test(id)) throw new MailFault('The id of a mail has letters, digits and dashes.');
  return id;
}

function addressOfPage(url: string): string {
  if (!/^https?:\/\/[^\s<>"\\^`{|}\p{C}]+$/u.test(url) || url.length > 900) throw new MailFault('The address to unsubscribe is malformed.');
  return url;
}

async function sizeOf(message: Message): Promise<number> {
  const bytes = Buffer.byteLength(message.text) + Buffer.byteLength(message.html);
  if (bytes <= surelySmall || bytes > maxBytes) return bytes;
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  return (await new MailComposer(message).compile().build()).length;
}
