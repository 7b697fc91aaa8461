import { describe, expect, test } from '@jest/globals';
import {
  boolean,
  contractChangeType,
  contractStatus,
  currency,
  customerReference,
  email,
  hubId,
  hubIds,
  isEmpty,
  text,
  website,
} from './cell.parsers.ts';
import { date } from './date.parsers.ts';
import { amount, count } from './number.parsers.ts';
import { Noted, Refusal, type Parsed } from './parsed.ts';
import { billingFrequency, letters, noticePeriod, term } from './period.parsers.ts';

/** A cell, with what it is read as unless that is the same text. */
type Good = string | [string, string | (string | null)[]];

const parsers: [string, (cell: string) => Parsed, Good[], string[]][] = [
  [
    'a Hub ID',
    hubId,
    ['1', '4007919', '9007199254740993', ['0042', '42'], '9223372036854775807'],
    ['0', '-1', '12ab', '9223372036854775808', '99999999999999999999', '1.0', '1e5', '4 000'],
  ],
  [
    'a count',
    count,
    ['0', '2147483647', ['007', '7'], ['10.0', '10'], ['1.000.000', '1000000'], ['12 000', '12000']],
    ['-5', '2147483648', '1.5', '1,000', '1e3', 'many', '٣', '1,50'],
  ],
  [
    'a date',
    date,
    [
      '2024-02-29',
      '1900-01-01',
      '2999-12-31',
      ...['2026-01-31T00:00:00Z', '2026-01-31 23:59', '2026-01-31T00:00:00.0000000+00:00', '2026-01-31 10:22:01 UTC'].map((cell): Good => [
        cell,
        '2026-01-31',
      ]),
      ...['31.03.2025', '31.3.2025', '31-Mar-2025', '31-Mrz-2025', '31 mär 2025', '31-Mar-2025 10:22'].map((cell): Good => [
        cell,
        '2025-03-31',
      ]),
      ['01-Dez-2025', '2025-12-01'],
      ['1-Oct-2025', '2025-10-01'],
    ],
    [
      ...['2026-02-30', '2025-02-29', '0024-02-29', '3000-01-01', '24-02-29', '2026-2-1', '30.02.2026', '01.02.26', '29-Foo-2026'],
      ...['2026-01-01 or so', '31/03/2025', '45747', '2026'],
    ],
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
      ...['12', '12.0', '12,0', '12 months', '12 Monate', '12 Monat(e)', '12M', '12 M', '1 year', '1 Jahr', '1Y', 'annual', 'one year'].map(
        (cell): Good => [cell, '12'],
      ),
      ...['month-to-month', 'monthly', '1 Monat', '1 month(s)'].map((cell): Good => [cell, '1']),
      ...['2 years', '2 Jahre', 'per_two_years', 'Every 2 years', 'alle zwei Jahre', '24 months'].map((cell): Good => [cell, '24']),
      ['3 month', '3'],
    ],
    [
      'P12X',
      'P',
      'P0M',
      '0',
      '-1',
      '-12 months',
      '1201',
      'P101Y',
      'P6M1Y',
      '1.5 years',
      '12.5',
      '1.000',
      '1,000 months',
      'forever',
      '2 weeks',
      'constructor',
    ],
  ],
  [
    'a billing frequency',
    billingFrequency,
    [
      ...['monthly', 'Monthly', 'MONTHLY', 'Monatlich'].map((label): Good => [label, ['MONTHLY', '1']]),
      ...['quarterly', 'vierteljährlich'].map((label): Good => [label, ['QUARTERLY', '3']]),
      ...['semi-annually', 'Half-yearly', 'SEMI_ANNUALLY', 'halbjährlich'].map((label): Good => [label, ['SEMI_ANNUALLY', '6']]),
      ...['annually', 'Annually', 'yearly', 'Jährlich'].map((label): Good => [label, ['ANNUALLY', '12']]),
      ...['month', '1 month', 'every month', 'per month', 'P1M', '1 Monat'].map((label): Good => [label, ['MONTHLY', '1']]),
      ...['quarter', '3 month', 'every 3 months', 'alle 3 Monate', 'P3M', 'vierteljaehrlich', 'Quartal'].map((label): Good => [
        label,
        ['QUARTERLY', '3'],
      ]),
      ...['half-year', 'alle 6 Monate', 'halbjaehrlich', 'Halbjährlich'].map((label): Good => [label, ['SEMI_ANNUALLY', '6']]),
      ...['year', 'annual', '1 year', 'P1Y', 'jaehrlich', 'every 12 months'].map((label): Good => [label, ['ANNUALLY', '12']]),
      ...['every 2 years', 'per_two_years', 'alle 2 Jahre', 'P2Y'].map((label): Good => [label, ['OTHER', '24']]),
      ['every 4 months', ['OTHER', '4']],
      ...['other (3)', 'Other(3)', 'other (3) months', 'Sonstige (3) Monate'].map((label): Good => [label, ['OTHER', '3']]),
    ],
    [
      'fortnightly',
      'other',
      'other ()',
      'other (0)',
      'other (1201)',
      'other (-3)',
      'other (1.5)',
      '12',
      'every 1.5 years',
      'every 0 months',
    ],
  ],
  [
    'a notice period',
    noticePeriod,
    [
      ...['45', '45 days', '45 Tage', 'P45D', '45.0'].map((cell): Good => [cell, ['45', null]]),
      ['0', ['0', null]],
      ...['6 weeks', '6 Wochen', 'P6W'].map((cell): Good => [cell, ['42', null]]),
      ...['2 months', 'P2M', '2 Monate', 'two months'].map((cell): Good => [cell, [null, '2']]),
      ['1 year', [null, '12']],
    ],
    ['-5', '-5 days', '−5', '–5 days', '(5)', '(5 days)', '− 2 months', '731', '25 months', 'soon', '1.5 months', 'P'],
  ],
  [
    'an amount',
    amount,
    [
      ...['0', '417.00', '417', '0.123456789', '0.125', '12345678901234567890'],
      ...['1.234,50', '1,234.50', '1 234,50', "1'234.50", '1 234.50', '1\u00a0234,50'].map((cell): Good => [cell, '1234.50']),
      ['89,00', '89.00'],
      ['0,125', '0.125'],
      ...['1.234.567', '1,234,567', '1 234 567'].map((cell): Good => [cell, '1234567']),
      ['1350.125', '1350.125'],
    ],
    [
      ...['-1', '+1', '.5', '5.', '1e3', '€5', 'NaN', 'Infinity', '123456789012345678901', '1.23.4', '1,23,456', '12,34.50', '1.234,567.8'],
      ...['1.350', '1,350', '$', 'EUR', '1 23'],
    ],
  ],
  ['a currency', currency, ['EUR', 'JPY', 'CLF', 'VED', ['eur', 'EUR']], ['EURO', 'XYZ', '€', 'EU']],
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
    ['localhost', ';', 'not a host', 'ftp://x.de', 'javascript:alert(1)', 'https://u:p@x.de'],
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
  [
    'merged ids',
    hubIds,
    [
      ['201;205', '{201,205}'],
      ['201', '{201}'],
      ['201, 201', '{201}'],
      ['201; 205;', '{201,205}'],
    ],
    ['201;x', ';', ';201'],
  ],
  [
    'a status',
    contractStatus,
    [
      ...['active', 'Active', 'In Trial', 'trialing', 'past_due', 'Paused', 'aktiv'].map((label): Good => [label, 'ACTIVE']),
      ...['Non Renewing', 'non_renewing'].map((label): Good => [label, 'NON_RENEWING']),
      ...['canceled', 'Cancelled', 'expired', 'incomplete_expired', 'gekündigt', 'beendet'].map((label): Good => [label, 'ENDED']),
    ],
    ['won', '5'],
  ],
  ['a text', text(5), ['=1+1', 'Jörg', '日本'], ['sechs!']],
];

describe.each(parsers)('%s', (_, parse, good, bad) => {
  test.each(good.map((each): [string, string | (string | null)[]] => (typeof each === 'string' ? [each, each] : each)))(
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
  expect(new Set(['Währung', 'Waehrung', 'WAHRUNG'].map(letters)).size).toBe(1);
});

test('a cell as long as a file is no term at once', () => {
  const begun = performance.now();
  expect(term(`${'a'.repeat(1_000_000)}1`)).toBeInstanceOf(Refusal);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

test('cells that say nothing in words say nothing; longer words do', () => {
  expect(['', 'NULL', 'null', 'n/a', 'N/A', '#N/A', '-', '–', '—', '(null)'].map(isEmpty)).not.toContain(false);
  expect(['0', 'no', 'none of it', 'N/A Ltd', '-1', 'Null GmbH'].map(isEmpty)).not.toContain(true);
});

test('of several ids or websites in a cell the first one counts, with a note', () => {
  expect(customerReference('15723394180')).toBe('15723394180');
  expect(customerReference('15723394180;15723394181')).toEqual(
    new Noted('15723394180', expect.stringContaining('the first one, 15723394180') as unknown as string),
  );
  expect(customerReference('201, 202')).toMatchObject({ parsed: '201' });
  for (const cell of ['x;1', '0;1', '1;', '1 2']) expect(customerReference(cell)).toBeInstanceOf(Refusal);
  expect(website('a.example.com;b.example.com')).toMatchObject({ parsed: ['https://a.example.com', 'a.example.com'] });
});
