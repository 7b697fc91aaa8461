import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { simpleParser } from 'mailparser';
import { dkimRecord, mail, startDelivery } from '../../testing/mail/delivery.ts';
import { startMailServer } from '../../testing/mail-server.ts';

let delivery: Awaited<ReturnType<typeof startDelivery>>;
beforeAll(async () => {
  delivery = await startDelivery();
});
afterAll(async () => await delivery.close());
beforeEach(() => delivery.reset());

describe('mail over SMTP', () => {
  test('arrives with the headers of automatic, subscribed mail, and DKIM covers what RFC 8058 asks for', async () => {
    const result = await delivery.transportOf().deliver(mail);
    const messageId = '<0198f4a2-0000-7000-8000-000000000001@mail.example.com>';
    expect(result).toEqual({ state: 'SENT', address: 'imke@aerztenord.example', messageId });

    const [{ raw, from, to }] = delivery.server.received as [(typeof delivery.server.received)[number]];
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
        return [[dkimRecord]];
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
    await delivery.transportOf({ MAIL_FROM: 'renewals@mail.example.com' }).deliver({
      ...mail,
      senderName: null,
      replyTo: null,
      to: { name: null, address: 'imke@aerztenord.example' },
      list: null,
    });
    const { lines } = headersOf(delivery.server.received[0]!.raw);
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
    await delivery.transportOf().deliver({
      ...mail,
      senderName: hostile,
      to: { ...mail.to, name: hostile },
      replyTo: { name: hostile, address: 'jonas@nordlicht.example' },
      subject: hostile,
    });
    const { raw, to } = delivery.server.received[0]!;
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
    const result = await delivery.transportOf().deliver({ ...mail, to: { name: null, address } });
    expect(result).toMatchObject({ state: 'FAILED', reason: 'INVALID', address });
    expect(delivery.server.received).toEqual([]);
  });

  test('is not composed with a malformed id or page, or with more than 100 kB once it is encoded', async () => {
    const transport = delivery.transportOf();
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
    expect(deliveries.map((each) => (each.state === 'FAILED' ? each.reason : each.state))).toEqual(faults.map(() => 'INVALID'));
    expect(await transport.deliver({ ...mail, html: `<p>${'x '.repeat(40_000)}` })).toMatchObject({ state: 'SENT' });
  });

  test('reaches domains with other letters as punycode, and names with other letters by SMTPUTF8', async () => {
    const transport = delivery.transportOf();
    await transport.deliver({ ...mail, to: { name: 'Jörg', address: 'jorg@bücher.example' } });
    await transport.deliver({ ...mail, to: { name: 'Jörg', address: 'jörg@bücher.example' } });
    expect(delivery.server.received.map(({ to, isUtf8 }) => [to[0], isUtf8])).toEqual([
      ['jorg@bücher.example', false],
      ['jörg@bücher.example', true],
    ]);
    expect(headersOf(delivery.server.received[0]!.raw).lines['to']).toBe('=?UTF-8?Q?J=C3=B6rg?= <jorg@xn--bcher-kva.example>');

    const old = await startMailServer({ hideSMTPUTF8: true });
    try {
      old.answer('RCPT', (address) => (/^[^@]*[^ -~]/.test(address) ? { code: 553, text: '5.1.3 Bad recipient address syntax' } : null));
      const overOld = delivery.transportOf({ SMTP_URL: `smtp://127.0.0.1:${old.port}` });
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
