import { describe, expect, test } from '@jest/globals';
import { hubId } from './cell.parsers.ts';
import { date } from './date.parsers.ts';
import { amount, amountPerMonth, count } from './number.parsers.ts';
import { Noted, Refusal } from './parsed.ts';

describe('what a file cannot say alone', () => {
  test('an ambiguous number is refused with both readings; with the decimal sign proven it has one', () => {
    for (const parse of [amount, count]) {
      const refusal = parse('1.350') as Refusal;
      expect(refusal.reason).toMatch(/1350 with a decimal comma and 1\.350 with a decimal point.*--decimal comma or --decimal point/);
      expect(parse('1.350', { decimal: 'comma' })).toBeInstanceOf(Refusal);
    }
    expect(amount('1,350')).toMatchObject({ reason: expect.stringContaining('1.350 with a decimal comma and 1350 with a decimal point') });
    expect([amount('1.350', { decimal: 'comma', isProven: true }), amount('1.350', { decimal: 'point', isProven: true })]).toEqual([
      '1350',
      '1.350',
    ]);
    expect([count('10.000', { decimal: 'comma', isProven: true }), count('10.000', { decimal: 'point', isProven: true })]).toEqual([
      '10000',
      '10',
    ]);
  });

  test('a number with the other decimal sign than its file is refused', () => {
    expect(amount('1.234,50', { decimal: 'point' })).toMatchObject({
      reason: 'This number has a decimal comma, the others of the file a decimal point.',
    });
    expect(amount('89.00', { decimal: 'comma', isProven: true })).toBeInstanceOf(Refusal);
  });

  test('a currency beside an amount must be the one of the row', () => {
    const inCurrency = (cell: string, currencyCode: string | null) => amount(cell, { currency: currencyCode });
    expect(['1.234,50 €', '€ 1.234,50', 'EUR 1.234,50', '1.234,50 EUR', '1.234,50€'].map((cell) => inCurrency(cell, 'EUR'))).toEqual(
      Array(5).fill('1234.50'),
    );
    expect(['$1,200.00', 'US$ 1,200.00', '1,200.00 USD'].map((cell) => inCurrency(cell, 'USD'))).toEqual(Array(3).fill('1200.00'));
    expect([inCurrency('¥500', 'JPY'), inCurrency('£5', 'GBP')]).toEqual(['500', '5']);
    expect(inCurrency('5 €', 'USD')).toMatchObject({ reason: '"€" is not the currency of the row, USD.' });
    expect(inCurrency('5 €', null)).toMatchObject({ reason: expect.stringContaining('the column for the currency must say which') });
    expect(inCurrency('€5€', 'EUR')).toBeInstanceOf(Refusal);
  });

  test('a date with strokes needs the order; a serial number of Excel is refused as what it is', () => {
    expect([date('03/04/2025', { dates: 'D/M/Y' }), date('03/04/2025', { dates: 'M/D/Y' })]).toEqual(['2025-04-03', '2025-03-04']);
    expect(date('31/03/2025', { dates: 'M/D/Y' })).toBeInstanceOf(Refusal);
    expect(date('31/03/2025')).toMatchObject({ reason: 'Day or month first? Say --dates D/M/Y or --dates M/D/Y.' });
    expect(date('45747')).toMatchObject({ reason: expect.stringContaining('serial number of Excel for 2025-03-31') });
    expect(hubId('1,57234E+10')).toMatchObject({ reason: expect.stringContaining('Excel has shortened') });
  });
});

describe('the amount of a month', () => {
  const perMonth = (amountCell: string, per: string, more = {}, currencyCode = 'EUR') =>
    amountPerMonth({ amount: amountCell, per, ...more }, { currency: currencyCode });

  test('is exact when the fraction ends', () => {
    expect([
      perMonth('890.00', 'month'),
      perMonth('1200.00', 'year'),
      perMonth('99.00', 'annual'),
      perMonth('1', '6 months'),
      perMonth('100', 'every 16 months'),
    ]).toEqual(['890.00', '100.00', '8.25', new Noted('0.17', '1 for 6 months has no exact monthly amount: rounded to 0.17.'), '6.25']);
    expect(perMonth('99999999999999999999', '2 months')).toBe('49999999999999999999.5');
  });

  test('is rounded to the digits of the currency otherwise, and told', () => {
    expect(perMonth('50000', '3 month', {}, 'JPY')).toEqual(
      new Noted('16667', '50000 for 3 months has no exact monthly amount: rounded to 16667.'),
    );
    expect(perMonth('100', '3 month', {}, 'KWD')).toMatchObject({ parsed: '33.333' });
    expect(perMonth('0.50', 'year', {}, 'EUR')).toMatchObject({ parsed: '0.04' });
  });

  test('is that of all pieces where the amount is of one; where it is of all, several are told', () => {
    expect(perMonth('17.50', 'monthly', { times: '10' })).toBe('175.00');
    expect(perMonth('7.90', 'annual', { times: '5' })).toEqual(
      new Noted('3.29', '5 × 7.90 for 12 months has no exact monthly amount: rounded to 3.29.'),
    );
    expect(perMonth('1200', 'year', { total: '3' })).toEqual(
      new Noted('100', 'The quantity is 3: 1200 is taken for the amount of all of them.'),
    );
    expect(perMonth('1200', 'year', { total: '1' })).toBe('100');
    expect(perMonth('1000', 'year', { total: '3' }, 'USD')).toEqual(
      new Noted(
        '83.33',
        '1000 for 12 months has no exact monthly amount: rounded to 83.33. The quantity is 3: 1000 is taken for the amount of all of them.',
      ),
    );
    for (const times of ['some', '', '-', '1.5']) expect(perMonth('5', 'month', { times })).toBeInstanceOf(Refusal);
  });

  test('needs an interval of whole months, unless it is nothing', () => {
    expect(perMonth('5', 'week')).toMatchObject({ reason: expect.stringContaining('"week" is not an interval of whole months') });
    expect(perMonth('0', '', { times: '1' })).toBe('0');
    expect(perMonth('x', 'month')).toBeInstanceOf(Refusal);
  });
});
