import { expect, test } from '@jest/globals';
import { isEmailAddress } from './email-address.ts';

test.each([
  'ann@example.com',
  "o'brien+renewals=x@mail.example.co.uk",
  'müller@bücher.example',
  'שלום@example.com',
  'ann@xn--bcher-kva.example',
])('%j is an e-mail address', (text) => {
  expect(isEmailAddress(text)).toBe(true);
});

test.each([
  '',
  'ann',
  'ann@localhost',
  'ann@[192.0.2.1]',
  'ann@192.0.2.1',
  ' ann@example.com',
  'ann@example.com\n',
  'ann@example.com.',
  'a,b@example.com',
  'Ann <ann@example.com>',
  'ann@example.com,bob@example.com',
  '"ann"@example.com',
  '"ann b"@example.com',
  '"ann\r\nBcc: bob@example.com"@example.com',
  '"ann\u0007"@example.com',
  'ann\u0000@example.com',
  'an\u00adn@example.com',
  'an\u200bn@example.com',
  'ann\u202e@example.com',
  'ann\ud800@example.com',
  'ann@exam\u00adple.com',
  'ann@example\u3002com',
  'ann@exam\uff0eple.com',
  `${'a'.repeat(65)}@example.com`,
  `ann@${'a'.repeat(250)}.com`,
])('%j is none', (text) => {
  expect(isEmailAddress(text)).toBe(false);
});
