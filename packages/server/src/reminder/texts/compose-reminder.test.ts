import { describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { sampleMails } from '../../../testing/mail/sample-mails.ts';
import { reminderLanguages } from '../reminder-kind.ts';
import { composeReminder } from './compose-reminder.ts';

const fixtures = new URL('fixtures/', import.meta.url);
const cases = Object.keys(sampleMails).flatMap((name) => reminderLanguages.map((language) => [name, language] as const));

describe('a reminder', () => {
  // To accept what the texts say now: GOLDEN=write, then read the difference as its reader would.
  test.each(cases)('says what a reader once approved: %s in %s', (name, language) => {
    const { subject, text, html } = composeReminder(sampleMails[name]!(language));
    expectGolden(`${name}.${language}.txt`, `Subject: ${subject}\n\n${text}`);
    expectGolden(`${name}.${language}.html`, html);
  });
});

function expectGolden(file: string, content: string): void {
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(fixtures, { recursive: true });
    writeFileSync(new URL(file, fixtures), content);
  }
  expect(content).toBe(readFileSync(new URL(file, fixtures), 'utf8'));
}
