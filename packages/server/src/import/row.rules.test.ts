import { describe, expect, test } from '@jest/globals';
import { changesFile } from './changes.columns.ts';
import { companiesFile } from './companies.columns.ts';
import { contactsFile } from './contacts.columns.ts';
import { contractsFile } from './contracts.columns.ts';
import { matchHeader } from './header.rules.ts';
import type { ImportFile } from './import-file.ts';
import { digester } from './row-digest.rules.ts';
import { rowReader, type ReadRow, type RowFault } from './row.rules.ts';

const reader = (file: ImportFile, header: string) => rowReader(file, matchHeader(file, header.split(','), new Map()));
const company = reader(companiesFile, 'Record ID,Company name,Company Domain Name');
const contact = reader(contactsFile, 'record id,FIRST NAME,Last Name,E-mail,Job Title,Associated Company ID,Active');
const change = reader(
  changesFile,
  'Change ID,Contract ID,Type,Effective date,New max contacts,New email limit,Estimated new MRR,New currency,Accepted on',
);

test('a good row is staged as PostgreSQL reads it, with what follows from it', () => {
  expect(company([' 007 ', '=HYPERLINK("x")', 'WWW.Straße.de'])).toMatchObject({
    row: { hub_id: '7', name: '=HYPERLINK("x")', website: 'https://www.xn--strae-oqa.de', website_key: 'xn--strae-oqa.de' },
    faults: [],
  });
});

test('every fault of a row is told, by the header as the file writes it, with the first 100 characters of the cell', () => {
  const { faults } = contact(['', '', '', 'x'.repeat(200), '', '12ab', '']);
  expect(faults.map(({ column, value }) => [column, value])).toEqual([
    ['record id', ''],
    ['E-mail', 'x'.repeat(100)],
    ['Associated Company ID', '12ab'],
  ]);
});

describe('a cell that need not be there and cannot be read', () => {
  const notesOf = ({ row }: ReadRow) => JSON.parse(row['notes'] ?? '[]') as RowFault[];

  test('is left out with a note, and told apart from an empty one', () => {
    const read = company(['7', 'Müller', 'not a host']);
    expect(read).toMatchObject({ faults: [], row: { hub_id: '7', name: 'Müller', website: null, unread: '{website,website_key}' } });
    expect(notesOf(read)).toEqual([
      {
        position: 3,
        column: 'Company Domain Name',
        value: 'not a host',
        reason: 'Not the host name of a website, such as example.com. The row was taken without it.',
      },
    ]);
    for (const cell of ['', 'n/a', 'NULL', '-', '—']) {
      const { row } = company(['7', 'Müller', cell]);
      expect([row['website'], row['unread'], row['notes']]).toEqual([null, undefined, undefined]);
    }
  });

  test('is a fault where something is decided by it', () => {
    expect(change(['1', 'K', 'contact upgrade', '2026-01-01', '5', '', '', '', 'soon']).faults).toMatchObject([{ column: 'Accepted on' }]);
  });

  test('is never a name: words for nothing are no value', () => {
    expect(company(['7', 'n/a', '']).faults).toMatchObject([{ column: 'Company name', reason: 'A value is needed here.' }]);
  });

  test('of several ids is the first, with a note', () => {
    const read = contact(['1', 'Ben', '', 'b@x.de', '', '12;13', '']);
    expect(read).toMatchObject({ faults: [], row: { hub_id: '12' } });
    expect(notesOf(read)).toMatchObject([{ column: 'Associated Company ID', value: '12;13' }]);
  });
});

test('a contact without a name is called by the address; one without a company is left out, and that is no fault', () => {
  expect(contact(['1', '', '-', 'info@x.de', '', '12', '']).row).toMatchObject({ name: 'info@x.de', first_name: null });
  const { row, faults } = contact(['104', 'Lone', 'Wolf', '', '', '', '']);
  expect([row['external_id'], row['hub_id'], faults]).toEqual([null, null, []]);
  expect(row['notes']).toContain('The contact belongs to no company and was left out.');
});

test('a fault of a cell is told once, also where cells are seen together', () => {
  expect(change(['1', 'K', 'contact upgrade', '2026-01-01', 'many', '', '', '', '']).faults).toMatchObject([
    { column: 'New max contacts', value: 'many' },
  ]);
  expect(change(['1', 'K', 'contact upgrade', '2026-01-01', '', '', '', '', '']).faults).toMatchObject([
    { column: 'New max contacts', value: '' },
  ]);
  expect(change(['1', 'K', 'email overage', '2026-01-01', '5', '', '', 'EUR', '']).faults.map(({ column }) => column)).toEqual([
    'New email limit',
    'Estimated new MRR',
  ]);
});

test('a refused row still claims its key', () => {
  expect(company(['7', '', 'x.de']).row).toMatchObject({ hub_id: '7', name: null });
});

test('a row with more cells than its header, or fewer than it needs, is refused, and only its key is believed; empty cells at the end are none', () => {
  const { row, faults } = company(['7', 'Müller', 'Söhne', 'x.de']);
  expect(row).toMatchObject({ hub_id: '7', name: null, website: null });
  expect(faults).toMatchObject([{ column: null, value: '7,Müller,Söhne,x.de', reason: expect.stringContaining('4 cells, the header 3') }]);
  expect(company(['7']).faults).toMatchObject([{ reason: expect.stringContaining('1 cell, the header 3') }]);
  const short = company(['7', 'Müller']);
  expect(short).toMatchObject({ faults: [], row: { name: 'Müller', unread: '{website,website_key}' } });
  expect(short.row['notes']).toContain('The row ends after 2 of 3 cells.');
  expect(company(['7', 'Müller', 'x.de', '', ' ']).faults).toEqual([]);
});

test('a NUL character is refused, and half a character is never shown', () => {
  expect(company(['7', 'a\0b', '']).faults).toMatchObject([
    { column: 'Company name', value: 'a\\0b', reason: 'The cell holds a NUL character.' },
  ]);
  expect(company([`x${'😀'.repeat(200)}`, 'a', '']).faults[0]!.value).toBe(`x${'😀'.repeat(49)}`);
});

test('a reason never holds a NUL character, which PostgreSQL refuses', () => {
  const columns = { MRR: [{ amount: 'Price', times: 'Quantity', per: 'Cycle' }] };
  const file = {
    ...contractsFile,
    columns: contractsFile.columns.map((each) => (each.header === 'MRR' ? { ...each, preferred: columns.MRR } : each)),
  };
  const contract = reader(file, 'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,Price,Quantity,Cycle,Currency');
  const faultsOf = (...[price, quantity, cycle]: [string, string, string]) =>
    JSON.stringify(contract(['1', '7', 'CRM', '2026-01-01', 'P12M', 'monthly', price, quantity, cycle, 'EUR']).faults);
  for (const each of [faultsOf('5\0', '1', 'P1M'), faultsOf('5', 'x\0', 'P1M'), faultsOf('5', '1', 'x\0')]) {
    expect(each).toContain('reason');
    expect(each).not.toContain('\\u0000');
  }
});

test('a header and a reason are cut, since each row may tell them', () => {
  const long = 'x'.repeat(100_000);
  const contract = reader(contractsFile, `Contract ID,Hub ID,Product,Start date,Term,Billing frequency,M${'.'.repeat(100_000)}RR,Currency`);
  const { faults } = contract(['1', '7', 'CRM', '2026-01-01', 'P12M', 'monthly', long, 'EUR']);
  expect(JSON.stringify(faults).length).toBeLessThan(1_000);
  expect(faults).toMatchObject([{ column: expect.stringMatching(/^M\.{99}$/) }]);
});

test('characters that steer a terminal or hide are shown escaped', () => {
  const value = 'a\u001b[31m\u202eb\u200b\r\n';
  expect(contact(['1', 'A', 'B', value + '.', '', '12', '']).faults[0]!.value).toBe('a\\u{1b}[31m\\u{202e}b\\u{200b}\\r\\n.');
});

test('a line of totals is left out with a note', () => {
  const contract = reader(contractsFile, 'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency');
  const { row, faults } = contract(['Summe', '', '', '', '', '', '2646.50', '']);
  expect([row['external_id'], row['mrr'], faults]).toEqual([null, null, []]);
  expect(row['notes']).toContain('line of totals');
  expect(contract(['Summe', '7', '', '', '', '', '1', '']).faults).not.toEqual([]);
});

describe('the digest of a row', () => {
  const pieces = ({ digest }: ReadRow) => digest.match(/.{6}/g)!;

  test('tells what a row says, not how it is written', () => {
    const reordered = reader(companiesFile, 'Name,Industry,Hub ID,Website');
    expect(company(['7', 'A', 'x.de']).digest).toBe(reordered(['A', 'steel', '007', 'https://X.de/path']).digest);
    const digests = [company(['7', 'A', '']), company(['8', 'A', '']), company(['7', 'B', '']), company(['7', 'A', 'x.de'])].map(
      ({ digest }) => digest,
    );
    expect(new Set(digests).size).toBe(4);
  });

  test('has a piece for each column, and dots for one that the row does not tell: it is missing, cannot be read, or is cut off', () => {
    const whole = pieces(company(['7', 'A', 'x.de']));
    expect(whole).toEqual(Array(5).fill(expect.stringMatching(/^(?:[\w-]{6}|\.{6})$/)));
    expect(whole.map((piece) => piece === '......')).toEqual([false, true, false, false, true]);
    const withoutWebsite = [...whole.slice(0, 3), '......', '......'];
    expect(pieces(reader(companiesFile, 'Hub ID,Name')(['7', 'A']))).toEqual(withoutWebsite);
    expect(pieces(company(['7', 'A', 'not a host']))).toEqual(withoutWebsite);
    expect(pieces(company(['7', 'A']))).toEqual(withoutWebsite);
    expect(pieces(company(['7', 'A', '']))[3]).toBe('~~~~~~');
  });

  test('tells a value that another cell implies', () => {
    const header = 'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency,Status';
    const ofAutoRenew = (status: string) =>
      pieces(reader(contractsFile, header)(['K', '7', 'P', '2026-01-01', '12', 'monthly', '1', 'EUR', status]))[11];
    expect(ofAutoRenew('active')).toBe('......');
    expect(ofAutoRenew('non renewing')).toMatch(/^[\w-]{6}$/);
  });

  test('tells texts apart by where they stand: cells that run together, that are empty, or that differ in one character', () => {
    const digest = digester([['a', 'b']]);
    const rows = [
      { a: 'x', b: 'y' },
      { a: 'xy', b: '' },
      { a: 'xy', b: null },
      { a: null, b: 'xy' },
      { a: null, b: null },
      { a: 'y', b: 'x' },
    ];
    expect(new Set(rows.map((row) => digest(row, () => true))).size).toBe(rows.length);
    const numbers = Array.from({ length: 20_000 }, (_, index) => digest({ a: String(index), b: '\ud83d' }, () => true));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
