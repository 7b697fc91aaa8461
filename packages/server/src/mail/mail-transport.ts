import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { isMailSent } from '../config.mail.ts';
import { createKeptTransport } from './kept-mail.ts';
import type { MailTransport } from './mail.ts';

/** By SMTP_URL; without it, mail is kept. Null if it is not sent at all. */
export async function createMailTransport(config: Config, log: Logger): Promise<MailTransport | null> {
  const { mail, dataDir } = config;
  if (mail.smtp) {
    // A process without a mail server needs no SMTP client in its memory.
    const { createSmtpTransport } = await import('./smtp.transport.ts');
    return createSmtpTransport(mail, mail.smtp, log);
  }
  return isMailSent(config) ? createKeptTransport(mail, dataDir) : null;
}
