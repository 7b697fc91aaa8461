import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { createKeptTransport } from './kept-mail.ts';
import type { MailTransport } from './mail.ts';
import { createSmtpTransport } from './smtp.transport.ts';

/** By SMTP_URL; without it, mail is kept. Null in production without SMTP_URL: there is nobody to send to, and nothing to keep. */
export function createMailTransport({ mail, environment, dataDir }: Config, log: Logger): MailTransport | null {
  if (mail.smtp) return createSmtpTransport(mail, mail.smtp, log);
  return environment === 'production' ? null : createKeptTransport(mail, dataDir);
}
