import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { LinkifyIt } from 'linkify-it';
import { sampleMails } from '../../../testing/mail/sample-mails.ts';
import { reminderLanguages, type ReminderLanguage } from '../reminder-kind.ts';
import type { MailText, ReminderMail } from '../reminder-mail.types.ts';
import { composeReminder } from './compose-reminder.ts';

const fixtures = new URL('fixtures/', import.meta.url);
const cases = Object.keys(sampleMails).flatMap((name) => reminderLanguages.map((language) => [name, language] as const));

describe('a reminder', () => {
  // To accept what the texts say now: GOLDEN=write, then read the difference as its reader would.
  test.each(cases)('says what a reader once approved: %s in %s', (name, language) => {
    const { subject, text, html } = composeReminder(sampleMails[name]!(language));
    const mail = { [`${name}.${language}.txt`]: `Subject: ${subject}\n\n${text}`, [`${name}.${language}.html`]: html };
    expect(mail).toEqual(approved(mail));
  });
});

/** What a customer, a user or a file may have as a name, and what each mail must not make of it. */
const hostile = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '"><a href="https://evil.example">Sign in</a>',
  "' style='position:fixed",
  '</title></style></head><body onload=alert(1)>',
  'Acme &lt;b&gt; &amp; Co',
  'evil.example',
  'www.evil.example/login',
  'http://evil.example/login?a=b#c',
  'HTTPS://EVIL.EXAMPLE',
  'javascript:alert(1)',
  'mailto:ceo@evil.example?subject=x',
  'tel:+4930123456',
  'ceo@evil.example',
  'evil\u3002example and evil\uff0eexample, ceo\uff20evil.example',
  'login-1.evil.example:8080',
  '93.184.216.34',
  'http://[::1]/',
  'ev\u00adil.exa\u200bmple',
  'Acme\r\n\r\nYour password has expired.\r\n-- \r\n',
  '\u202eelpmaxe.live\u202c',
  'עברית 7 days left',
  'Acme \ud800 \udfff \u0000',
  `Z${'\u0351'.repeat(300)}algo`,
  'x'.repeat(5000),
  '👩‍👩‍👧‍👦'.repeat(300),
  '   \t\n ',
  '',
];

// Programs differ in what they take for an address, so each of these must find none.
const finders = [
  (text: string) => (finder.match(text) ?? []).map(({ url }) => url),
  (text: string) => text.match(/\b(?:https?|ftp|mailto|tel|javascript|sms):\S*/gi) ?? [],
  (text: string) => text.match(/\bwww\.\S+/gi) ?? [],
  (text: string) => text.match(/[^\s@]+@[^\s@]+/g) ?? [],
  (text: string) => text.match(/[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}/gu) ?? [],
  (text: string) => text.match(/\b\d+\.\d+\.\d+\.\d+\b/g) ?? [],
  (text: string) => text.match(/\S[\u3002\uff0e\uff61\uff20]\S/g) ?? [],
];
const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true });

describe('a name that somebody chose', () => {
  const names = Object.keys(sampleMails);

  test.each(hostile.map((text) => [text.slice(0, 40), text]))('is only a name in each mail: %j', (_start, name) => {
    for (const [sample, language] of names.map((each, index) => [each, reminderLanguages[index % 2]!] as const)) {
      const mail = sampleMails[sample]!(language);
      const { subject, text, html } = composeReminder(withNames(mail, name));
      const usual = usualOf(sample, language);
      // Tags and attributes are those that the mail has with usual names.
      expect(tagsOf(html)).toEqual(tagsOf(usual.html));
      expect(hrefsOf(html)).toEqual(hrefsOf(usual.html));
      expect(hrefsOf(html).every((url) => url.startsWith('https://renewals.example.com/'))).toBe(true);
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
      expect(subject.length).toBeLessThanOrEqual(200);
      const ours = new Set(hrefsOf(html));
      const parts = [subjectless(html), text].map((part) => [...ours].reduce((rest, url) => rest.replaceAll(url, ' '), part));
      for (const part of parts) {
        expect(finders.flatMap((find) => find(part))).toEqual([]);
        expect(part).not.toMatch(/[\p{Surrogate}\u202a-\u202e\u200b\u00ad]|(?!\n)\p{Cc}/u);
      }
      // Lines of the text are those of the mail.
      expect(text.split('\n').length).toBe(usual.text.split('\n').length);
      expect(text.length).toBeLessThan(usual.text.length + 120 * 30);
    }
  });

  test('may have dots and colons: it reads as before, but for a hair space', () => {
    const { subject, html, text } = composeReminder(
      withNames(sampleMails['customer-notice']!('de'), 'Booking.com: Amsterdam B.V. & Söhne'),
    );
    expect(subject).toBe('Ihr Vertrag für Booking.com: Amsterdam B.V. & Söhne: Verlängerung, noch 7 Tage');
    expect(text).toContain('Booking\u200a.com: Amsterdam B\u200a.V. & Söhne');
    expect(html).toContain('Booking\u200a.com: Amsterdam B\u200a.V. &amp; Söhne');
  });

  test('that reads from right to left does not turn around what is beside it', () => {
    const { subject } = composeReminder(withNames(sampleMails['deadline-reminder']!('en'), 'קפה 7'));
    expect(subject).toBe('\u2068קפה 7\u2069: renewal, 7 days left');
  });
});

const composed = new Map<string, MailText>();

function usualOf(sample: string, language: ReminderLanguage): MailText {
  const key = `${sample} ${language}`;
  const found = composed.get(key) ?? composeReminder(sampleMails[sample]!(language));
  composed.set(key, found);
  return found;
}

function withNames(mail: ReminderMail, name: string): ReminderMail {
  return {
    ...mail,
    partnerName: name,
    reader: { ...mail.reader, name: mail.reader.name === null ? null : name },
    ask: mail.ask && { ...mail.ask, name },
    items: mail.items.map((item) => ({
      ...item,
      customerName: name,
      product: name,
      primaryContact: item.primaryContact && { ...item.primaryContact, name },
    })),
  };
}

const tagsOf = (html: string): string[] => (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/(aria-label|href)="[^"]*"/g, '$1'));

const hrefsOf = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(([, url = '']) => url);

/** The words of the HTML part, as a person sees them. */
const subjectless = (html: string): string =>
  html
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');

describe('both parts of a mail', () => {
  test.each(cases)('say the same: %s in %s', (name, language) => {
    const { text, html } = composeReminder(sampleMails[name]!(language));
    const words = (part: string) => part.match(/[\p{L}\d]+/gu)?.sort();
    const [, body = ''] = html.split('</div>\n<div role="article"');
    const withUrls = body.replace(/aria-label="[^"]*"/, '').replace(/href="([^"]*)"[^>]*>/g, '> $1 ');
    expect(words(subjectless(`<${withUrls}`))).toEqual(words(text));
  });

  test('are short enough to be sent, however many changes a mail lists and whatever their names are', () => {
    for (const name of ['Ä'.repeat(500), '東京'.repeat(300), '='.repeat(500), '&<"\''.repeat(100)]) {
      const mail = withNames(sampleMails['deadline-reminder-bundle']!('en'), name);
      const link = `https://renewals.example.com/r/${'a'.repeat(500)}`;
      const items = Array.from({ length: 50 }, () => ({
        ...mail.items[0]!,
        links: { accept: link, requestCancellation: link, snooze: link },
      }));
      const { text, html } = composeReminder({ ...mail, items, more: 7 });
      expect(Buffer.byteLength(text) + Buffer.byteLength(html)).toBeLessThan(90_000);
      const listed = text.split('\n* ').length - 1;
      expect(listed).toBeGreaterThan(3);
      expect(text).toContain(`And ${57 - listed} more.`);
      expect(text).toContain('57 contract changes to decide');
    }
  });
});

function approved(mail: Record<string, string>): Record<string, string> {
  const files = Object.entries(mail).map(([file, content]) => {
    const path = new URL(file, fixtures);
    if (process.env['GOLDEN'] === 'write') writeFileSync(path, content);
    return [file, readFileSync(path, 'utf8')];
  });
  return Object.fromEntries(files) as Record<string, string>;
}
