import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { simpleParser } from 'mailparser';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { startMailServer } from '../../testing/mail-server.ts';
import type { Mail, MailTransport } from './mail.ts';
import { createMailTransport } from './mail-transport.ts';
import { createSmtpTransport } from './smtp.transport.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const logged: Record<string, unknown>[] = [];
const log = pino({ base: null }, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) });

let server: Awaited<ReturnType<typeof startMailServer>>;
/** By their settings: connections are opened once. */
const transports = new Map<string, MailTransport>();

beforeAll(async () => {
  server = await startMailServer();
});
afterAll(async () => {
  await Promise.all([...transports.values()].map((transport) => transport.close()));
  await server.close();
});
beforeEach(() => {
  server.received.length = 0;
  logged.length = 0;
  for (const command of ['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'] as const) server.answer(command, () => null);
});

function configured(environment: NodeJS.ProcessEnv = {}) {
  return readConfig({
    SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    MAIL_FROM: 'Renewals <renewals@mail.example.com>',
    MAIL_BOUNCE: 'bounces@mail.example.com',
    PUBLIC_URL: 'https://renewals.example.com',
    DKIM_DOMAIN: 'example.com',
    DKIM_SELECTOR: 'mail2026',
    DKIM_KEY: pem.replaceAll('\n', '\\n'),
    ...environment,
  });
}

function transportOf(environment: NodeJS.ProcessEnv = {}): MailTransport {
  const key = JSON.stringify(environment);
  const found = transports.get(key) ?? createMailTransport(configured(environment), log)!;
  transports.set(key, found);
  return found;
}

function impatient(limitMs: number, environment: NodeJS.ProcessEnv = {}): MailTransport {
  const { mail: config } = configured(environment);
  const transport = createSmtpTransport(config, config.smtp!, log, limitMs);
  transports.set(String(transports.size), transport);
  return transport;
}

const mail: Mail = {
  id: '0198f4a2-0000-7000-8000-000000000001',
  senderName: 'Nordlicht Digital GmbH',
  replyTo: { name: 'Jonas Krüger', address: 'jonas@nordlicht.example' },
  to: { name: 'Dr. Imke Boysen', address: 'imke@aerztenord.example' },
  subject: 'Ärzte Nord eG: Verlängerung, noch 7 Tage',
  text: 'Guten Tag\n\nÄrzte Nord eG\n',
  html: '<!doctype html><html lang="de"><body><p>Guten Tag</p><p>Ärzte Nord eG</p></body></html>',
  list: {
    id: 'customer-notice.0198f4a2-0000-7000-8000-00000000000a',
    unsubscribeUrl: `https://renewals.example.com/mail/unsubscribe?token=${'a1B2-_'.repeat(40)}`,
  },
};

describe('mail over SMTP', () => {
  test('arrives with the headers of automatic, subscribed mail, and DKIM covers what RFC 8058 asks for', async () => {
    const delivery = await transportOf().deliver(mail);
    const messageId = '<0198f4a2-0000-7000-8000-000000000001@mail.example.com>';
    expect(delivery).toEqual({ state: 'SENT', address: 'imke@aerztenord.example', messageId });

    const [{ raw, from, to }] = server.received as [(typeof server.received)[number]];
    expect({ from, to }).toEqual({ from: 'bounces@mail.example.com', to: ['imke@aerztenord.example'] });
    const parsed = await simpleParser(Buffer.from(raw, 'latin1'));
    expect(parsed.from?.value).toEqual([{ name: 'Nordlicht Digital GmbH', address: 'renewals@mail.example.com' }]);
    expect(parsed.replyTo?.value).toEqual([{ name: 'Jonas Krüger', address: 'jonas@nordlicht.example' }]);
    expect(parsed).toMatchObject({ subject: mail.subject, text: mail.text, html: mail.html, messageId });
    expect(Math.abs(parsed.date!.getTime() - Date.now())).toBeLessThan(60_000);
    const { lines } = headersOf(raw);
    expect(lines['list-unsubscribe']).toBe(`<${mail.list!.unsubscribeUrl}>`);
    expect(lines).toMatchObject({
      'auto-submitted': 'auto-generated',
      'list-id': '<customer-notice.0198f4a2-0000-7000-8000-00000000000a.mail.example.com>',
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    });

    const { results } = (await dkimVerify(Buffer.from(raw, 'latin1'), {
      resolver: async (name: string) => {
        expect(name).toBe('mail2026._domainkey.example.com');
        return [[`v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`]];
      },
    })) as unknown as { results: { status: { result: string; aligned?: string }; signingHeaders: { keys: string } }[] };
    expect(results).toHaveLength(1);
    expect(results[0]!.status).toMatchObject({ result: 'pass', aligned: 'example.com' });
    const signed = results[0]!.signingHeaders.keys.toLowerCase().split(/\s*:\s*/);
    expect(signed).toEqual(
      expect.arrayContaining(
        'from to reply-to subject date message-id mime-version content-type list-id list-unsubscribe list-unsubscribe-post'.split(' '),
      ),
    );
  });

  test('without a list has no header of a list, and without a reply-to or names only addresses', async () => {
    await transportOf({ MAIL_FROM: 'renewals@mail.example.com' }).deliver({
      ...mail,
      senderName: null,
      replyTo: null,
      to: { name: null, address: 'imke@aerztenord.example' },
      list: null,
    });
    const { lines } = headersOf(server.received[0]!.raw);
    expect(Object.keys(lines).filter((name) => name.startsWith('list-') || name === 'reply-to')).toEqual([]);
    expect(lines).toMatchObject({
      'auto-submitted': 'auto-generated',
      from: 'Partner Renewals <renewals@mail.example.com>',
      to: 'imke@aerztenord.example',
    });
  });

  test.each([
    ['a line break and a header', 'Acme\r\nBcc: all@evil.example', 'Acme Bcc: all at evil.example'],
    ['a single line feed', 'Acme\nX-Evil: 1', 'Acme X-Evil: 1'],
    ['separators of lines', 'Acme\u2028Bcc: x\u2029\u0085y', 'Acme Bcc: x y'],
    ['NUL, bell and delete', 'A\u0000c\u0007m\u007fe', 'A c m e'],
    ['half of a surrogate pair', 'Acme \ud83d GmbH \udc00', 'Acme \ufffd GmbH \ufffd'],
    ['text that turns the direction around', 'Acme \u202egpj.exe\u202c \u2066x\u2069\u200f', 'Acme gpj.exe x'],
    ['invisible characters', 'A\u200bc\u00adm\u2060e\ufeff\u{e0041}', 'Acme'],
    ['encoded words', '=?utf-8?Q?=0D=0ABcc=3A_x?= ==?', '= ?utf-8?Q?=0D=0ABcc=3A_x?= == ?'],
    ['quotes, brackets and commas', 'Acme "x" <ceo@bank.example>, Inc; (a)\\', 'Acme "x" <ceo at bank.example>, Inc; (a)\\'],
    ['letters of any script, and emoji that are joined', 'Łódź 東京 עברית 👩‍👩‍👧 GmbH', 'Łódź 東京 עברית 👩‍👩‍👧 GmbH'],
    ['a mark on a mark on a mark', `Z${'\u0351'.repeat(500)}algo`, `Z${'\u0351'.repeat(3)}algo`],
    ['ten thousand letters', 'ä'.repeat(10_000), `${'ä'.repeat(99)}…`],
  ])('cannot be steered by a name or subject with %s', async (_what, hostile, shown) => {
    await transportOf().deliver({
      ...mail,
      senderName: hostile,
      to: { ...mail.to, name: hostile },
      replyTo: { name: hostile, address: 'jonas@nordlicht.example' },
      subject: hostile,
    });
    const { raw, to } = server.received[0]!;
    expect(to).toEqual(['imke@aerztenord.example']);
    const { names } = headersOf(raw);
    expect(names).toEqual([...new Set(names)]);
    expect(names.filter((name) => !ourHeaders.has(name))).toEqual([]);
    const parsed = await simpleParser(Buffer.from(raw, 'latin1'));
    expect(parsed.from?.value).toEqual([{ name: shown, address: 'renewals@mail.example.com' }]);
    expect(parsed.replyTo?.value).toEqual([{ name: shown, address: 'jonas@nordlicht.example' }]);
    expect([parsed.to].flat().flatMap((each) => each?.value)).toEqual([{ name: shown, address: 'imke@aerztenord.example' }]);
    const wholeSubject = shown.endsWith('…') ? `${'ä'.repeat(199)}…` : shown.replaceAll(' at ', '@');
    expect(parsed.subject).toBe(wholeSubject);
    // No line is longer than SMTP allows, and each is ASCII.
    const [head = ''] = raw.split('\r\n\r\n');
    expect(Math.max(...head.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(head).toMatch(/^[\r\n -~]*$/);
  });

  test.each([
    '"a\r\nRCPT TO:<x@evil.example>"@example.com',
    '"a b"@example.com',
    'imke@aerztenord.example>\r\nDATA',
    'imke@aerztenord.example, x@evil.example',
    'Imke <imke@aerztenord.example>',
    'im\u202eke@aerztenord.example',
    'im\u200bke@aerztenord.example',
    'im\ud800ke@aerztenord.example',
    'imke@aerztenord\u3002example',
    'imke@localhost',
    `${'a'.repeat(65)}@aerztenord.example`,
    '',
  ])('is not composed for what is not an e-mail address: %j', async (address) => {
    const delivery = await transportOf().deliver({ ...mail, to: { name: null, address } });
    expect(delivery).toMatchObject({ state: 'FAILED', reason: 'INVALID', address });
    expect(server.received).toEqual([]);
  });

  test('is not composed with a malformed id or page, or with more than 100 kB once it is encoded', async () => {
    const transport = transportOf();
    const faults = [
      { id: 'a\r\nb' },
      { id: 'a@b' },
      { list: { id: 'a b', unsubscribeUrl: 'https://x.example' } },
      { list: { id: 'a', unsubscribeUrl: 'https://x.example>\r\nBcc: a' } },
      { list: { id: 'a', unsubscribeUrl: 'javascript:alert(1)' } },
      { html: 'x'.repeat(100_001) },
      { html: 'ä'.repeat(40_000) },
    ];
    const deliveries = await Promise.all(faults.map((fault) => transport.deliver({ ...mail, ...fault })));
    expect(deliveries.map((delivery) => (delivery.state === 'FAILED' ? delivery.reason : delivery.state))).toEqual(faults.map(() => 'INVALID'));
    expect(await transport.deliver({ ...mail, html: `<p>${'x '.repeat(40_000)}` })).toMatchObject({ state: 'SENT' });
  });

  test('reaches domains with other letters as punycode, and names with other letters by SMTPUTF8', async () => {
    const transport = transportOf();
    await transport.deliver({ ...mail, to: { name: 'Jörg', address: 'jorg@bücher.example' } });
    await transport.deliver({ ...mail, to: { name: 'Jörg', address: 'jörg@bücher.example' } });
    expect(server.received.map(({ to, isUtf8 }) => [to[0], isUtf8])).toEqual([
      ['jorg@bücher.example', false],
      ['jörg@bücher.example', true],
    ]);
    expect(headersOf(server.received[0]!.raw).lines['to']).toBe('=?UTF-8?Q?J=C3=B6rg?= <jorg@xn--bcher-kva.example>');

    const old = await startMailServer({ hideSMTPUTF8: true });
    try {
      old.answer('RCPT', (address) => (/^[^@]*[^ -~]/.test(address) ? { code: 553, text: '5.1.3 Bad recipient address syntax' } : null));
      const overOld = transportOf({ SMTP_URL: `smtp://127.0.0.1:${old.port}` });
      expect(await overOld.deliver({ ...mail, to: { name: 'Jörg', address: 'jorg@bücher.example' } })).toMatchObject({ state: 'SENT' });
      // The server is old; nothing is wrong with the address, so it is not suppressed.
      expect(await overOld.deliver({ ...mail, to: { name: 'Jörg', address: 'jörg@bücher.example' } })).toMatchObject({
        state: 'FAILED',
        reason: 'MAIL_REJECTED',
      });
    } finally {
      await old.close();
    }
  });
});

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
    ['MAIL', 530, '5.7.0 Authentication required', 'again, with the others'],
  ] as const)('to %s with %i %s means %s', async (command, code, text, meaning) => {
    server.answer(command, () => ({ code, text }));
    const delivery = await transportOf().deliver(mail);
    expect(delivery).toMatchObject({ address: 'imke@aerztenord.example', detail: expect.stringContaining(text) });
    expect(meaningOf(delivery)).toBe(meaning);
  });

  test('that leaves after a mail was sent but before it was taken means again, and the mail is not sent by itself', async () => {
    const transport = transportOf();
    await transport.deliver(mail);
    server.received.length = 0;
    server.answer('DATA', () => 'hang up');
    expect(meaningOf(await transport.deliver(mail))).toBe('again');
    expect(server.received).toHaveLength(1);
  });

  test('on an idle connection that it closed is not asked for: the mail goes over another one', async () => {
    const own = await startMailServer();
    try {
      const transport = transportOf({ SMTP_URL: `smtp://127.0.0.1:${own.port}` });
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
    const transport = impatient(700);
    server.answer('DATA', () => 'silence');
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
    expect(meaningOf(await impatient(600, { SMTP_URL: `smtp://127.0.0.1:${port}` }).deliver(mail))).toBe('again, with the others');
    await new Promise((resolve) => silent.close(resolve));
    expect(meaningOf(await transportOf({ SMTP_URL: `smtp://127.0.0.1:${port}` }).deliver(mail))).toBe('again, with the others');
    server.answer('CONNECT', () => ({ code: 554, text: '5.7.1 Your address is blocked' }));
    expect(meaningOf(await impatient(700).deliver(mail))).toBe('again, with the others');
    server.answer('CONNECT', () => ({ code: 421, text: '4.3.2 Closing' }));
    expect(meaningOf(await impatient(700).deliver(mail))).toBe('again, with the others');
    expect(meaningOf(await transportOf({ SMTP_URL: `smtp://127.0.0.1:${server.port}?tls=required` }).deliver(mail))).toBe(
      'again, with the others',
    );
  });

  test('that refuses the login is in the log once, without the password and the recipient, and mail waits', async () => {
    server.answer('AUTH', () => ({ code: 535, text: '5.7.8 Wrong password' }));
    const transport = transportOf({ SMTP_URL: `smtp://renewals:hunter2%21@127.0.0.1:${server.port}` });
    const deliveries = await Promise.all([transport.deliver(mail), transport.deliver({ ...mail, id: 'b' }), transport.deliver(mail)]);
    expect(deliveries.map(meaningOf)).toEqual(deliveries.map(() => 'again, with the others'));
    expect(logged).toEqual([
      expect.objectContaining({ level: 50, code: 'EAUTH', msg: 'The mail server refuses the login in SMTP_URL; mail waits until it is right' }),
    ]);
    expect(JSON.stringify([logged, deliveries.map((each) => 'detail' in each && each.detail)])).not.toMatch(/hunter2|aHVudGVyMi|imke/);
  });

  test('with the login of SMTP_URL is reached over a few connections that stay open', async () => {
    const names: string[] = [];
    server.answer('AUTH', (name) => {
      names.push(name);
      return null;
    });
    const before = server.connections;
    const transport = transportOf({ SMTP_URL: `smtp://renewals%40example.com:p%3Aw@127.0.0.1:${server.port}` });
    const deliveries = await Promise.all(Array.from({ length: 40 }, (_, index) => transport.deliver({ ...mail, id: `mail-${index}` })));
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['SENT']));
    expect(server.received).toHaveLength(40);
    expect(server.connections - before).toBeLessThanOrEqual(5);
    expect(new Set(names)).toEqual(new Set(['renewals@example.com']));
  });
});

/** A mail that goes out over a closed connection proves nothing, so the test waits for the close. */
async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !isTrue() && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10));
}

const ourHeaders = new Set(
  (
    'from to reply-to subject message-id date mime-version content-type dkim-signature auto-submitted list-id list-unsubscribe ' +
    'list-unsubscribe-post'
  ).split(' '),
);

/** The headers of a mail as a simple reader finds them, unfolded. */
function headersOf(raw: string): { names: string[]; lines: Record<string, string> } {
  const [head = ''] = raw.split('\r\n\r\n');
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const entries = unfolded.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return { names: entries.map(([name = '']) => name), lines: Object.fromEntries(entries) as Record<string, string> };
}

function meaningOf(delivery: Awaited<ReturnType<MailTransport['deliver']>>): string {
  if (delivery.state === 'FAILED') return delivery.reason;
  if (delivery.state !== 'RETRY') return delivery.state;
  return delivery.isUnreachable ? 'again, with the others' : 'again';
}
