import type { Delivery } from './mail.ts';
import { plainText } from './plain-text.ts';

/** What nodemailer says about a failed delivery. */
export type SmtpError = {
  message: string;
  /** Of nodemailer: EAUTH, EENVELOPE, ETIMEDOUT … */
  code?: string | undefined;
  /** The SMTP command that failed. */
  command?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
  timeoutType?: string | undefined;
  /** Of the socket: ECONNREFUSED … */
  originalCode?: string | undefined;
};

type Failure = Exclude<Delivery, { state: 'SENT' | 'KEPT' }>;

/** Enhanced status codes (RFC 3463) that say that the address itself takes no mail: it is unknown, malformed, has moved or is disabled. */
const addressFaults = new Set(['1.0', '1.1', '1.2', '1.3', '1.6', '1.10', '2.1']);

/** Reasons without an enhanced code that a server gives although the address may be good. */
const policyWords = /\b(relay|spam|junk|block|deni|polic|reput|black|deny|list|auth|rate|limit|quota|full|spf|dkim|dmarc|dns|ptr|tls)/i;

/** Failures before a server took a mail: the next mail would meet them, too. */
const beforeMail = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'EDNS', 'ECONFIG', 'EPROXY', 'EPROTOCOL']);

const refusals = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL']);

/**
 * What a failed delivery means. Refusals of our login or sender are faults of the configuration: nothing is wrong with the mail, so it is
 * tried again.
 */
export function failureOf(error: SmtpError, address: string): Failure {
  const detail = plainText(error.response ?? error.message, 300);
  const code = error.responseCode ?? 0;
  if (beforeMail.has(error.code ?? '') || code === 530) return { state: 'RETRY', detail, address, isUnreachable: true };
  // nodemailer itself refuses: the mail is too large for the server, or its address needs SMTPUTF8, which the server lacks.
  if (code === 0 && (error.code === 'EENVELOPE' || error.code === 'EMESSAGE'))
    return { state: 'FAILED', reason: 'MAIL_REJECTED', detail, address };
  // 503: the session was in the wrong state; the mail was not refused.
  if (code < 500 || code === 503) return { state: 'RETRY', detail, address, ...(isUnreachable(error) && { isUnreachable: true }) };
  const status = /^\d{3}[ -]5\.(\d{1,3}\.\d{1,3})\b/.exec(error.response ?? '')?.[1];
  const isAboutSize = code === 552 || status === '3.4' || status === '2.3';
  if (!isOfRecipient(error) && !isOfContent(error) && !isAboutSize) return { state: 'RETRY', detail, address, isUnreachable: true };
  // The server does not know us: our login is missing, or it is the wrong server.
  if (isOfRecipient(error) && /\brelay/i.test(detail)) return { state: 'RETRY', detail, address };
  const isAddressFault = status === undefined ? isPlainAddressFault(error, detail, address) : isAddressFaultOf(status, address);
  return { state: 'FAILED', reason: isAddressFault ? 'ADDRESS_REJECTED' : 'MAIL_REJECTED', detail, address };
}

const isOfRecipient = ({ command }: SmtpError) => command === 'RCPT TO';
const isOfContent = ({ command }: SmtpError) => command === 'DATA' || command === 'BDAT';

/** Refused connections and servers that stay silent. A connection lost in the middle says nothing about the next mail. */
function isUnreachable({ code, command, originalCode, timeoutType }: SmtpError): boolean {
  if (code === 'ETIMEDOUT') return timeoutType !== 'SOCKET_TIMEOUT';
  if (code === 'ESOCKET') return refusals.has(originalCode ?? '');
  // The pool gives up: each connection was closed before it took a mail.
  return code === 'ECONNECTION' && command === undefined;
}

/** A server that lacks SMTPUTF8 calls an address with other letters malformed. */
const isAddressFaultOf = (status: string, address: string): boolean => addressFaults.has(status) && (status !== '1.3' || isAscii(address));

/** 553 is the answer of a server that lacks SMTPUTF8, too. */
function isPlainAddressFault({ command, responseCode }: SmtpError, detail: string, address: string): boolean {
  if (command !== 'RCPT TO' || policyWords.test(detail)) return false;
  return responseCode === 550 || responseCode === 551 || (responseCode === 553 && isAscii(address));
}

const isAscii = (text: string): boolean => !/[^ -~]/.test(text);
