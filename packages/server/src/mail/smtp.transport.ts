import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { MailConfig, SmtpServer } from '../config.mail.ts';
import { mostMailsAtOnce, type Delivery, type Mail, type MailTransport } from './mail.ts';
import { composeMessage, MailFault } from './message.ts';
import { failureOf, type SmtpError } from './smtp-result.ts';

/** Longer than servers usually take, and shorter than the lease of a message. */
const deliveryMs = 30_000;
const logAgainMs = 60_000;

/** Delivers to an SMTP server over a few connections that stay open. */
export function createSmtpTransport(config: MailConfig, smtp: SmtpServer, log: Logger, limitMs = deliveryMs): MailTransport {
  const pool = createTransport({
    pool: true,
    host: smtp.host,
    port: smtp.port,
    secure: smtp.tls === 'IMPLICIT',
    requireTLS: smtp.tls === 'REQUIRED',
    ignoreTLS: smtp.tls === 'NEVER',
    ...(smtp.login && { auth: { user: smtp.login.user, pass: smtp.login.password } }),
    ...(config.dkim && {
      dkim: { domainName: config.dkim.domain, keySelector: config.dkim.selector, privateKey: config.dkim.privateKey },
    }),
    maxConnections: mostMailsAtOnce,
    maxMessages: 100,
    dnsTimeout: limitMs / 3,
    connectionTimeout: limitMs / 3,
    greetingTimeout: limitMs / 3,
    socketTimeout: limitMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Failures reach the callers; without a listener an idle connection that breaks would end the process.
  pool.on('error', () => {});
  const logFailure = failureLog(log, smtp);

  async function deliver(mail: Mail, signal?: AbortSignal): Promise<Delivery> {
    const { address } = mail.to;
    const limit = AbortSignal.timeout(limitMs);
    try {
      const message = await composeMessage(mail, config);
      const { messageId } = message;
      await pool.sendMail({ ...message, signal: signal ? AbortSignal.any([signal, limit]) : limit });
      return { state: 'SENT', address, messageId };
    } catch (error) {
      if (error instanceof MailFault) return { state: 'FAILED', reason: 'INVALID', detail: error.message, address };
      const failure: Delivery = limit.aborted
        ? { state: 'RETRY', detail: `The mail server did not answer within ${limitMs / 1000} seconds.`, address }
        : failureOf(error as SmtpError, address);
      if (failure.state === 'RETRY') logFailure(failure.detail, failure.isUnreachable === true, error as SmtpError);
      return failure;
    }
  }

  return { deliver, close: async () => pool.close({ force: true }) };
}

/** The same failure of many mails is one line a minute. No line has the password or the recipient. */
function failureLog(log: Logger, { host, port }: SmtpServer) {
  let last = { code: '', at: -Infinity };
  return (detail: string, isUnreachable: boolean, { code = '', command }: SmtpError) => {
    const now = performance.now();
    if (last.code === code && now - last.at < logAgainMs) return;
    last = { code, at: now };
    const said = { host, port, code, command, ...(isUnreachable && { detail }) };
    if (code === 'EAUTH') log.error(said, 'The mail server refuses the login in SMTP_URL; mail waits until it is right');
    else if (isUnreachable) log.error(said, 'The mail server takes no mail from us; mail waits');
    else log.warn(said, 'The mail server could not take a mail; it is tried again');
  };
}
