import { startMailServer } from '../../../server/testing/mail-server.ts';
import { goneMailbox } from './reminders.dataset.ts';

/** A mail that the server has taken: its Message-ID, and when. */
export type Taken = { messageId: string; at: number };

/** A mail server that notes what it took. It refuses a third of all mails for now, until `refuse` says to stop. */
export async function startMailSink() {
  const taken: Taken[] = [];
  const refused = { forNow: 0, forGood: 0 };
  let refuseUntil = 0;
  const server = await startMailServer();
  server.answer('RCPT', (address) => {
    if (address.startsWith(goneMailbox)) {
      refused.forGood += 1;
      return { code: 550, text: '5.1.1 no such mailbox' };
    }
    if (taken.length >= refuseUntil || Math.random() >= 1 / 3) return null;
    refused.forNow += 1;
    return { code: 451, text: '4.3.0 try again later' };
  });
  let seen = 0;
  server.answer('DATA', () => {
    // Runs right before the server says 250.
    for (const { raw } of server.received.splice(0)) {
      seen += 1;
      taken.push({ messageId: /^message-id:\s*(<[^>]+>)/im.exec(raw)?.[1] ?? `mail ${seen} without Message-ID`, at: Date.now() });
    }
    return null;
  });
  return {
    url: `smtp://127.0.0.1:${server.port}?tls=never`,
    taken,
    refused,
    /** Refuses a third of all mails until so many have arrived. */
    refuse: (until: number) => void (refuseUntil = until),
    close: server.close,
  };
}
