import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { csvFolder } from '../../testing/csv-folder.ts';
import { notesOf, readAsImport, reasonsOf, valuesOf, type Told } from '../../testing/read-file.ts';
import { companiesFile } from './companies.columns.ts';
import { contractsFile } from './contracts.columns.ts';
import { prepareFile, type ReadingChoices } from './file-reading.ts';
import { matchHeader } from './header.rules.ts';

const fixture = (path: string) => new URL(`fixtures/${path}`, import.meta.url).pathname;
const readContent = (content: string | Buffer, choices?: ReadingChoices) =>
  readAsImport(contractsFile, join(csvFolder({ 'contracts.csv': Buffer.from(content) }), 'contracts.csv'), choices);

describe('a kind of export', () => {
  const stripe = fixture('field-exports/stripe/contracts.csv');

  test('that is named wins over the headers, and a mapping over it', async () => {
    expect((await readAsImport(companiesFile, fixture('field-exports/stripe/companies.csv'))).profile).toBeUndefined();
    const mapped = await readAsImport(contractsFile, stripe, {}, ['MRR=Amount', 'Product=Product']);
    expect(valuesOf(mapped)[1]).toMatchObject({ mrr: '1200.00', product: 'prod_BBB' });
    const plain = await prepareFile(contractsFile, stripe, new Map(), { profile: 'plain' });
    expect(plain.reading!.profile).toBeUndefined();
    expect(matchHeader(plain, ['id', 'Customer ID', 'Interval', 'Amount'], new Map()).faults).not.toEqual([]);
    await expect(prepareFile(contractsFile, stripe, new Map(), { profile: 'excel' })).rejects.toThrow(
      /hubspot-en, hubspot-de, stripe, chargebee, partner-center, plain/,
    );
  });
});

describe('the numbers of a file', () => {
  const header = 'Contract ID;Hub ID;Product;Start date;Term;Billing frequency;MRR;Currency;Max contacts';
  const lines = (...amounts: string[]) =>
    [header, ...amounts.map((amount, index) => `K${index};1;P;2025-08-01;12;monthly;${amount}`), ''].join('\n');
  const mrrs = (told: Told) => told.rows.map(({ row }) => row['mrr']);
  const thousand = fixture('field-cases/thousand/contracts.csv');

  test('are never guessed: without a proof an ambiguous one is refused with both readings', async () => {
    const told = await readAsImport(contractsFile, thousand);
    expect(mrrs(told)).toEqual([null, null, '890']);
    expect(reasonsOf(told)[0]).toEqual([
      'MRR: This is 1350 with a decimal comma and 1.350 with a decimal point, and the file does not show which it uses: say --decimal comma or --decimal point.',
    ]);
    expect(mrrs(await readAsImport(contractsFile, thousand, { decimal: 'comma' }))).toEqual(['1350', '2400', '890']);
    expect(mrrs(await readAsImport(contractsFile, thousand, { decimal: 'point' }))).toEqual(['1.350', '2.400', '890']);
  });

  test('are proven by any number of the file, also behind the ambiguous one, and in another column', async () => {
    expect(mrrs(await readContent(lines('1.350;EUR;', '89,50;EUR;')))).toEqual(['1350', '89.50']);
    expect(mrrs(await readContent(lines('1.350;EUR;', '89.50;EUR;')))).toEqual(['1.350', '89.50']);
    expect(mrrs(await readContent(lines('1.350;EUR;', '5;EUR;1.000.000')))).toEqual(['1350', '5']);
    const many = lines('1.350;EUR;', ...Array.from({ length: 20_000 }, () => '7;EUR;'), '89,50;EUR;');
    expect(mrrs(await readContent(many))[0]).toBe('1350');
    const commas = [
      'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency',
      'K,1,P,2025-08-01,12,monthly,"1,350",EUR',
      'K,1,P,2025-08-01,12,monthly,"1,350.5",EUR',
    ];
    expect(mrrs(await readContent(commas.join('\n')))).toEqual(['1350', '1350.5']);
  });

  test('that contradict each other prove nothing; those of the fewer kind are refused', async () => {
    const told = await readContent(lines('1.350;EUR;', '89.50;EUR;', '12.50;EUR;', '1.234,50;EUR;'));
    expect(mrrs(told)).toEqual([null, '89.50', '12.50', null]);
    expect(reasonsOf(told)[3]).toEqual(['MRR: This number has a decimal comma, the others of the file a decimal point.']);
  });
});

describe('a file', () => {
  test('without a row is told, and so is a foreign encoding with the first text that shows it', async () => {
    expect((await readContent('Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency\r\n')).notes).toEqual([
      'The file has a header and no rows.',
    ]);
    const cp1252 = await readAsImport(companiesFile, fixture('field-cases/fmt-cp1252/companies.csv'));
    expect(cp1252.notes).toEqual([
      'The file is not UTF-8 and was read as Windows-1252. If "Müller" on line 2 looks wrong, save the file as UTF-8.',
    ]);
    expect(valuesOf(cp1252).map(({ name }) => name)).toEqual(['Müller', 'Straße “X” – Œuvre €']);
    const quotes = await readContent(Buffer.from('Contract ID,Note\nK,5\x80 of Smith\x92s\n', 'latin1'));
    expect(quotes.notes).toContain(
      'The file is not UTF-8 and was read as Windows-1252. If "5€" on line 2 looks wrong, save the file as UTF-8.',
    );
    const utf16 = await readContent(
      Buffer.from(
        '\ufeffContract ID;Hub ID;Product;Start date;Term;Billing frequency;MRR;Currency\nK;1;P;2025-08-01;12;monthly;1,5;EUR\n',
        'utf16le',
      ),
    );
    expect([utf16.notes, valuesOf(utf16)[0]!['mrr']]).toEqual([
      ['The file is UTF-16, and was read as such.', 'Numbers were read with a decimal comma.'],
      '1.5',
    ]);
  });

  test('with carriage returns alone loses no row: the cancellation is there', async () => {
    expect(
      valuesOf(await readAsImport(contractsFile, fixture('field-cases/cronly2/contracts.csv'))).map((row) => row['auto_renew']),
    ).toEqual(['true', 'false']);
  });

  test('is read with the delimiter that it has', async () => {
    for (const name of ['fmt-comma-in-header', 'fmt-sepline', 'fmt-tab']) {
      expect(valuesOf(await readAsImport(companiesFile, fixture(`field-cases/${name}/companies.csv`)))).toMatchObject([
        { hub_id: '1', name: 'Alpha', website_key: 'alpha.example.com' },
      ]);
    }
  });

  test('tells a contract without a term, a notice period and an end', async () => {
    const told = await readContent(
      'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency,Notice period,End date,Status\nK,1,P,2025-08-01,,,5,EUR,2 months,2026-01-31,cancelled\nK2,1,P,2025-08-01,1,,5,EUR,30,,active\n',
    );
    expect(valuesOf(told)).toMatchObject([
      { notice_period_months: '2', end_date: '2026-01-31', status: 'ENDED' },
      { notice_period_days: '30', status: 'ACTIVE' },
    ]);
    expect(valuesOf(told)[0]).not.toHaveProperty('term_months');
    expect(reasonsOf(told)[1]).toContain('Billing frequency: A value is needed here.');
  });

  test('with a status that says it does not renew says so of the contract', async () => {
    const told = await readContent(
      'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency,Status\nK,1,P,2025-08-01,1,monthly,5,EUR,Non Renewing\nK2,1,P,2025-08-01,1,monthly,5,EUR,Won\n',
    );
    expect(valuesOf(told).map((row) => [row['auto_renew'], row['status']])).toEqual([
      ['false', 'NON_RENEWING'],
      [undefined, undefined],
    ]);
    expect(notesOf(told)[1]).toEqual(['Not a status such as active, cancelled and expired. The row was taken without it.']);
  });

  test('has dates with strokes only in the order that is said', async () => {
    const content = 'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency\nK,1,P,03/04/2025,1,monthly,5,EUR\n';
    expect(reasonsOf(await readContent(content))[0]).toEqual(['Start date: Day or month first? Say --dates D/M/Y or --dates M/D/Y.']);
    expect(valuesOf(await readContent(content, { dates: 'D/M/Y' }))[0]).toMatchObject({ start_date: '2025-04-03' });
    expect(valuesOf(await readContent(content, { dates: 'M/D/Y' }))[0]).toMatchObject({ start_date: '2025-03-04' });
  });

  test('has merged ids of a company as one cell', async () => {
    const path = join(
      csvFolder({ 'companies.csv': ['Record ID,Company name,Merged object IDs', '202,Survivor,201;200', '203,Other,'] }),
      'companies.csv',
    );
    expect(valuesOf(await readAsImport(companiesFile, path))).toEqual([
      { hub_id: '202', name: 'Survivor', merged_hub_ids: '{201,200}' },
      { hub_id: '203', name: 'Other' },
    ]);
  });
});
