import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatsOf, moneyChange } from './formats.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('an amount in a mail', () => {
  test.each([
    ['1240', 'EUR', 'EUR 1,240.00', '1.240,00 EUR'],
    ['0', 'USD', 'USD 0.00', '0,00 USD'],
    ['-0.5', 'USD', '-USD 0.50', '-0,50 USD'],
    ['12500', 'JPY', 'JPY 12,500', '12.500 JPY'],
    ['12500.75', 'JPY', 'JPY 12,500.75', '12.500,75 JPY'],
    ['1.234', 'KWD', 'KWD 1.234', '1,234 KWD'],
    ['77.705', 'EUR', 'EUR 77.705', '77,705 EUR'],
    ['77.7000', 'EUR', 'EUR 77.70', '77,70 EUR'],
    // As a float it would end in …568 or 000.
    ['12345678901234567890.1234567891', 'EUR', 'EUR 12,345,678,901,234,567,890.1234567891', '12.345.678.901.234.567.890,1234567891 EUR'],
    ['0.1000000001', 'BRL', 'BRL 0.1000000001', '0,1000000001 BRL'],
  ])('%s %s is written %s and %s', (amount, currencyCode, english, german) => {
    expect(plain(formatsOf('en').money({ amount, currencyCode }))).toBe(english);
    expect(plain(formatsOf('de').money({ amount, currencyCode }))).toBe(german);
  });

  test('changes by the exact difference, with its sign, and only within a currency', () => {
    const change = (from: string, to: string) => {
      const found = moneyChange({ amount: from, currencyCode: 'EUR' }, { amount: to, currencyCode: 'EUR' });
      return plain(formatsOf('en').moneyChange(found!));
    };
    expect(change('1240.00', '1390')).toBe('+EUR 150.00');
    expect(change('1390', '1240.5')).toBe('-EUR 149.50');
    expect(change('0.3', '0.1')).toBe('-EUR 0.20');
    expect(change('99999999999999999999.9999999999', '100000000000000000000')).toBe('+EUR 0.0000000001');
    expect(change('-1', '-0.25')).toBe('+EUR 0.75');
    expect(moneyChange({ amount: '1', currencyCode: 'EUR' }, { amount: '1', currencyCode: 'USD' })).toBeNull();
    const decimal = fc.tuple(fc.boolean(), fc.bigInt(0n, 10n ** 20n), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(decimal, decimal, (one, other) => {
        const [from, to] = [one, other].map(([isNegative, digits, fraction]) => {
          const text = digits.toString().padStart(fraction + 1, '0');
          const whole = text.slice(0, text.length - fraction);
          return { text: `${isNegative ? '-' : ''}${whole}${fraction > 0 ? `.${text.slice(-fraction)}` : ''}`, value: (isNegative ? -digits : digits) * 10n ** BigInt(9 - fraction) };
        });
        const { amount } = moneyChange({ amount: from!.text, currencyCode: 'EUR' }, { amount: to!.text, currencyCode: 'EUR' })!;
        const [whole = '', fraction = ''] = amount.replace('-', '').split('.');
        expect((amount.startsWith('-') ? -1n : 1n) * BigInt(whole + fraction.padEnd(9, '0'))).toBe(to!.value - from!.value);
      }),
    );
  });
});

describe('a date in a mail', () => {
  test('has the words and the order of its language', () => {
    expect([formatsOf('en').longDate('2026-12-03'), formatsOf('de').longDate('2026-12-03')]).toEqual([
      'Thursday, 3 December 2026',
      'Donnerstag, 3. Dezember 2026',
    ]);
    expect([formatsOf('en').date('2028-02-29'), formatsOf('de').date('2027-03-01')]).toEqual(['29 February 2028', '1. März 2027']);
    expect(formatsOf('de').longDate('2027-01-03')).toBe('Sonntag, 3. Januar 2027');
    expect([formatsOf('en').number(1_234_567), formatsOf('de').number(1_234_567)]).toEqual(['1,234,567', '1.234.567']);
  });
});
