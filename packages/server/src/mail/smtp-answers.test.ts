import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mail, startDelivery } from '../../testing/mail/delivery.ts';
import { startMailServer } from '../../testing/mail-server.ts';
import type { Delivery } from './mail.ts';

let delivery: Awaited<ReturnType<typeof startDelivery>>;
beforeAll(async () => {
  delivery = await startDelivery();
});
afterAll(async () => await delivery.close());
beforeEach(() => delivery.reset());

describe('an answer of the mail server', () => {
  test.each([
    ['RCPT', 550, '5.1.1 User unknown', 'ADDRESS_REJECTED'],
    ['RCPT', 550, '5.1.10 Recipient address has null MX', 'ADDRESS_REJECTED'],
    ['RCPT', 553, '5.1.3 Malformed', 'ADDRESS_REJECTED'],
    ['RCPT', 550, '5.2.1 Mailbox disabled', 'ADDRESS_REJECTED'],
    ['RCPT', 550, 'No such user here', 'ADDRESS_REJECTED'],
    ['DATA', 550, '5.1.1 User unknown', 'ADDRESS_REJECTED'],
    ['RCPT', 550, 'Blocked by our policy', 'MAIL_REJECTED'],
    ['RCPT', 552, '5.2.2 Mailbox full', 'MAIL_REJECTED'],
    ['RCPT', 550, '5.7.1 Message refused', 'MAIL_REJECTED'],
    ['RCPT', 554, 'Go away', 'MAIL_REJECTED'],
    ['DATA', 554, '5.7.1 Looks like spam', 'MAIL_REJECTED'],
    ['DATA', 550, 'Looks like spam', 'MAIL_REJECTED'],
    ['DATA', 552, 'Too large', 'MAIL_REJECTED'],
    ['MAIL', 552, '5.3.4 Too large', 'MAIL_REJECTED'],
    ['RCPT', 450, '4.2.0 Greylisted', 'again'],
    ['RCPT', 452, '4.2.2 Mailbox full', 'again'],
    ['RCPT', 421, '4.7.0 Too many connections', 'again'],
    ['DATA', 451, '4.3.0 Try later', 'again'],
    ['DATA', 503, 'Bad sequence of commands', 'again'],
    ['RCPT', 550, '5.7.1 Relaying denied', 'again'],
    ['RCPT', 554, '5.7.1 <imke@aerztenord.example>: Relay access denied', 'again'],
    ['MAIL', 451, '4.3.0 Try later', 'again'],
    ['MAIL', 553, '5.7.1 Sender address rejected: not owned by user', 'again, with the others'],
    ['RCPT', 530, '5.7.0 Must issue a STARTTLS command first', 'again, with the others'],
    ['MAIL', 530, '5.7.0 Authentication required', 'again, with the others'],
  ] as const)('to %s with %i %s means %s', async (command, code, text, meaning) => {
    delivery.server.answer(command, () => ({ code, text }));
    const result = await delivery.transportOf().deliver(mail);
    expect(result).toMatchObject({ address: 'imke@aerztenord.example', detail: expect.stringContaining(text) });
    expect(meaningOf(result)).toBe(meaning);
  });

  test('that leaves after a mail was sent but before it was taken means again, and the mail is not sent by itself', async () => {
    const transport = delivery.transportOf();
    await transport.deliver(mail);
    delivery.server.received.length = 0;
    delivery.server.answer('DATA', () => 'hang up');
    expect(meaningOf(await transport.deliver(mail))).toBe('again');
    expect(delivery.server.received).toHaveLength(1);
  });

  test('on an idle connection that it closed is not asked for: the mail goes over another one', async () => {
    const own = await startMailServer();
    try {
      const transport = delivery.transportOf({ SMTP_URL: `smtp://127.0.0.1:${own.port}` });
      await transport.deliver(mail);
      own.hangUp();
      await until(() => own.openConnections === 0);
      expect(await transport.deliver(mail)).toMatchObject({ state: 'SENT' });
      expect(own).toMatchObject({ connections: 2, received: { length: 2 } });
    } finally {
      await own.close();
    }
  });

  test('that does not come in time means again', async () => {
    const transport = delivery.impatient(700);
    delivery.server.answer('DATA', () => 'silence');
    expect(await transport.deliver(mail)).toEqual({
      state: 'RETRY',
      detail: 'The mail server did not answer within 0.7 seconds.',
      address: 'imke@aerztenord.example',
    });
    const stopped = AbortSignal.timeout(50);
    expect(await transport.deliver(mail, stopped)).toMatchObject({ state: 'RETRY', detail: expect.stringMatching(/abort/i) });
  });

  test('that nobody gives, because there is no server or it is silent or refuses, holds the other mail back, too', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(meaningOf(await delivery.impatient(600, { SMTP_URL: `smtp://127.0.0.1:${port}` }).deliver(mail))).toBe('again, with the others');
    await new Promise((resolve) => silent.close(resolve));
    expect(meaningOf(await delivery.transportOf({ SMTP_URL: `smtp://127.0.0.1:${port}` }).deliver(mail))).toBe('again, with the others');
    delivery.server.answer('CONNECT', () => ({ code: 554, text: '5.7.1 Your address is blocked' }));
    expect(meaningOf(await delivery.impatient(700).deliver(mail))).toBe('again, with the others');
    delivery.server.answer('CONNECT', () => ({ code: 421, text: '4.3.2 Closing' }));
    expect(meaningOf(await delivery.impatient(700).deliver(mail))).toBe('again, with the others');
    expect(meaningOf(await delivery.transportOf({ SMTP_URL: `smtp://127.0.0.1:${delivery.server.port}?tls=required` }).deliver(mail))).toBe(
      'again, with the others',
    );
  });

  test('that refuses the login is in the log once, without the password and the recipient, and mail waits', async () => {
    delivery.server.answer('AUTH', () => ({ code: 535, text: '5.7.8 Wrong password' }));
    const transport = delivery.transportOf({ SMTP_URL: `smtp://renewals:hunter2%21@127.0.0.1:${delivery.server.port}` });
    const deliveries = await Promise.all([transport.deliver(mail), transport.deliver({ ...mail, id: 'b' }), transport.deliver(mail)]);
    expect(deliveries.map(meaningOf)).toEqual(deliveries.map(() => 'again, with the others'));
    expect(delivery.logged).toEqual([
      expect.objectContaining({
        level: 50,
        code: 'EAUTH',
        msg: 'The mail server refuses the login in SMTP_URL; mail waits until it is right',
      }),
    ]);
    expect(JSON.stringify([delivery.logged, deliveries.map((each) => 'detail' in each && each.detail)])).not.toMatch(
      /hunter2|aHVudGVyMi|imke/,
    );
  });

  test('with the login of SMTP_URL is reached over a few connections that stay open', async () => {
    const names: string[] = [];
    delivery.server.answer('AUTH', (name) => {
      names.push(name);
      return null;
    });
    const before = delivery.server.connections;
    const transport = delivery.transportOf({ SMTP_URL: `smtp://renewals%40example.com:p%3Aw@127.0.0.1:${delivery.server.port}` });
    const deliveries = await Promise.all(Array.from({ length: 40 }, (_, index) => transport.deliver({ ...mail, id: `mail-${index}` })));
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['SENT']));
    expect(delivery.server.received).toHaveLength(40);
    expect(delivery.server.connections - before).toBeLessThanOrEqual(5);
    expect(new Set(names)).toEqual(new Set(['renewals@example.com']));
  });
});

/** A mail that goes out over a closed connection proves nothing, so the test waits for the close. */
async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !isTrue() && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 10));
}

function meaningOf(result: Delivery): string {
  if (result.state === 'FAILED') return result.reason;
  if (result.state !== 'RETRY') return result.state;
  return result.isUnreachable ? 'again, with the others' : 'again';
}
