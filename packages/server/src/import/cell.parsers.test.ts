import { describe, expect, test } from '@jest/globals';
import {
  amount,
  billingFrequency,
  boolean,
  contractChangeType,
  count,
  currency,
  date,
  email,
  hubId,
  letters,
  Refusal,
  term,
  text,
  website,
  type Parsed,
} from './cell.parsers.ts';

/** A cell, with what it is read as unless that is the same text. */
type Good = string | [string, string | string[]];

const parsers: [string, (cell: string) => Parsed, Good[], string[]][] = [
  [
    'a Hub ID',
    hubId,
    ['1', '4007919', '9007199254740993', ['0042', '42'], '9223372036854775807'],
    ['0', '-1', '12ab', '9223372036854775808', '99999999999999999999', '1.0', '1e5', '4 000'],
  ],
  ['a count', count, ['0', '2147483647', ['007', '7']], ['-5', '2147483648', '1.5', '1,000', '1e3', 'many', '٣']],
  [
    'a date',
    date,
    ['2024-02-29', '1900-01-01', '2999-12-31'],
    ['2026-02-30', '2025-02-29', '0024-02-29', '3000-01-01', '24-02-29', '2026-2-1', '01.02.2026', '2026-01-01T00:00:00Z'],
  ],
  [
    'a term',
    term,
    [
      ['P12M', '12'],
      ['P1Y', '12'],
      ['p2y', '24'],
      ['P1Y6M', '18'],
      ['24', '24'],
      ['P1M', '1'],
    ],
    ['P12X', 'P', 'P0M', '0', '-1', '1201', 'P101Y', '12 M', 'P6M1Y', 'annual'],
  ],
  [
    'a billing frequency',
    billingFrequency,
    [
      ...['monthly', 'Monthly', 'MONTHLY', 'Monatlich'].map((label): Good => [label, ['MONTHLY', '1']]),
      ...['quarterly', 'vierteljährlich'].map((label): Good => [label, ['QUARTERLY', '3']]),
      ...['semi-annually', 'Half-yearly', 'SEMI_ANNUALLY', 'halbjährlich'].map((label): Good => [label, ['SEMI_ANNUALLY', '6']]),
      ...['annually', 'Annually', 'yearly', 'Jährlich'].map((label): Good => [label, ['ANNUALLY', '12']]),
      ...['other (3)', 'Other(3)', 'other (3) months', 'Sonstige (3) Monate'].map((label): Good => [label, ['OTHER', '3']]),
    ],
    ['fortnightly', 'other', 'other ()', 'other (0)', 'other (1201)', 'other (-3)', 'other (1.5)'],
  ],
  [
    'an amount',
    amount,
    ['0', '417.00', '417', '0.123456789', '12345678901234567890'],
    ['1.234,50', '1,234.50', '-1', '+1', '.5', '5.', '1e3', '€5', 'NaN', 'Infinity', '123456789012345678901'],
  ],
  ['a currency', currency, ['EUR', 'JPY', ['eur', 'EUR']], ['EURO', 'XYZ', '€', 'EU']],
  [
    'true or false',
    boolean,
    [
      ...['true', 'TRUE', 'yes', '1', 'ja', 'wahr'].map((word): Good => [word, 'true']),
      ...['false', 'No', '0', 'nein'].map((word): Good => [word, 'false']),
    ],
    ['maybe', '2', 'truefalse'],
  ],
  ['an e-mail address', email, ['a@b.de', "0.o'neil@example.co.uk", 'jörg@müller.de'], ['not-an-e-mail', 'a@b', 'a b@c.de', '@c.de']],
  [
    'a website',
    website,
    [
      ['betatech.com', ['https://betatech.com', 'betatech.com']],
      ['https://www.Acme.co.uk/', ['https://www.acme.co.uk', 'acme.co.uk']],
    ],
    ['localhost', 'not a host', 'ftp://x.de', 'javascript:alert(1)', 'https://u:p@x.de'],
  ],
  [
    'a type of change',
    contractChangeType,
    [
      ...['contact_tier_upgrade', 'Contact upgrade', 'Kontakt-Upgrade'].map((label): Good => [label, 'CONTACT_TIER_UPGRADE']),
      ...['EMAIL_OVERAGE', 'Email overage', 'Überziehung des E-Mail-Volumens'].map((label): Good => [label, 'EMAIL_OVERAGE']),
      ...['renewal', 'RENEWAL', 'Verlängerung'].map((label): Good => [label, 'RENEWAL']),
    ],
    ['Downgrade', '-'],
  ],
  ['a text', text(5), ['=1+1', 'Jörg', '日本'], ['sechs!']],
];

describe.each(parsers)('%s', (_, parse, good, bad) => {
  test.each(good.map((each): [string, string | string[]] => (typeof each === 'string' ? [each, each] : each)))(
    'may be %j',
    (cell, parsed) => {
      expect(parse(cell)).toEqual(parsed);
    },
  );
  test.each(bad.map((cell) => [cell]))('may not be %j', (cell) => {
    expect(parse(cell)).toBeInstanceOf(Refusal);
  });
});

test('labels are compared by letters and digits alone', () => {
  expect(['E-mail', 'EMAIL', ' e mail ', 'é_mail'].map(letters)).toEqual(['email', 'email', 'email', 'email']);
});
