/** A name for people to read, and an address. */
export type Mailbox = { name: string | null; address: string };

/** An e-mail as data. The transport adds the sender's address, the date and the headers that every mail has. */
export type Mail = {
  /** Unique for the mail, and the same each time it is sent again: it becomes the Message-ID. */
  id: string;
  /** The name beside the sender's address; null = the name in MAIL_FROM. */
  senderName: string | null;
  replyTo: Mailbox | null;
  to: Mailbox;
  subject: string;
  text: string;
  html: string;
  /** Of mail that a person can unsubscribe from: the list's name in the headers, and the address that unsubscribes. */
  list: { id: string; unsubscribeUrl: string } | null;
};

/**
 * Result of one delivery; the outbox takes it as an Attempt.
 * ADDRESS_REJECTED: the address does not exist or takes no mail, so it is suppressed. MAIL_REJECTED: the server refuses this mail, but the
 * address may be good. INVALID: the mail cannot be composed. After RETRY, a later attempt may succeed.
 */
export type Delivery =
  | { state: 'SENT' | 'KEPT'; address: string; messageId: string }
  | { state: 'FAILED'; reason: 'ADDRESS_REJECTED' | 'MAIL_REJECTED' | 'INVALID'; detail: string; address: string }
  | {
      state: 'RETRY';
      detail: string;
      address: string;
      /** True if no server was reached, or none that takes our mail: the next mail would fail too. */
      isUnreachable?: boolean;
    };

/** More would wait for a connection to the mail server, and the time of a delivery passes while it waits. */
export const mostMailsAtOnce = 5;

export type MailTransport = {
  /** Ends within 30 seconds, or earlier if the signal says so. It never throws. */
  deliver(mail: Mail, signal?: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
};
