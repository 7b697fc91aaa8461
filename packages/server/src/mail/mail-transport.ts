import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { isMailSent } from '../config.mail.ts';
import { createKeptTransport } from './kept-mail.ts';
import type { MailTransport } from './mail.ts';
import { createSmtpTransport } from './smtp.transport.ts';

/** By SMTP_URL; without it, mail is kept. Null if it is not sent at all. */
export function createMailTransport(config: Config, log: Logger): MailTransport | null {
  const { mail, dataDir } = config;
  if (mail.smtp) return createSmtpTransport(mail, mail.smtp, log);
  return isMailSent(config) ? createKeptTransport(mail, dataDir) : null;
}
