import { expect, test } from '@jest/globals';
import { changesFile } from './changes.columns.ts';
import { companiesFile } from './companies.columns.ts';
import { contactsFile } from './contacts.columns.ts';
import { matchHeader } from './header.rules.ts';
import type { ImportFile } from './import-file.ts';
import { rowReader } from './row.rules.ts';

const reader = (file: ImportFile, header: string) => rowReader(file, matchHeader(file, header.split(','), new Map()));
const company = reader(companiesFile, 'Record ID,Company name,Company Domain Name');
const contact = reader(contactsFile, 'record id,FIRST NAME,Last Name,E-mail,Job Title,Associated Company ID,Active');
const change = reader(
  changesFile,
  'Change ID,Contract ID,Type,Effective date,New max contacts,New email limit,Estimated new MRR,New currency',
);

test('a good row is staged as PostgreSQL reads it, with what follows from it', () => {
  expect(company([' 007 ', '=HYPERLINK("x")', 'WWW.Straße.de'])).toMatchObject({
    row: { hub_id: '7', name: '=HYPERLINK("x")', website: 'https://www.xn--strae-oqa.de', website_key: 'xn--strae-oqa.de' },
    faults: [],
  });
});

test('every fault of a row is told, by the header as the file writes it, with the first 100 characters of the cell', () => {
  const { row, faults } = contact(['', '', '', 'x'.repeat(200), '', '12ab', 'perhaps']);
  expect(faults.map(({ column, value }) => [column, value])).toEqual([
    ['record id', ''],
    ['E-mail', 'x'.repeat(100)],
    ['Associated Company ID', '12ab'],
    ['Active', 'perhaps'],
    ['Last Name', ''],
  ]);
  expect(row['name']).toBeNull();
});

test('a fault of a cell is told once, also where cells are seen together', () => {
  expect(change(['1', 'K', 'contact upgrade', '2026-01-01', 'many', '', '', '']).faults).toMatchObject([
    { column: 'New max contacts', value: 'many' },
  ]);
  expect(change(['1', 'K', 'contact upgrade', '2026-01-01', '', '', '', '']).faults).toMatchObject([
    { column: 'New max contacts', value: '' },
  ]);
  expect(change(['1', 'K', 'email overage', '2026-01-01', '5', '', '', 'EUR']).faults.map(({ column }) => column)).toEqual([
    'New email limit',
    'Estimated new MRR',
  ]);
});

test('a refused row still claims its key', () => {
  expect(company(['7', '', 'x.de']).row).toMatchObject({ hub_id: '7', name: null });
});

test('a row with more or fewer cells than the header is refused, and only its key is believed; empty cells at the end are none', () => {
  const { row, faults } = company(['7', 'Müller', 'Söhne', 'x.de']);
  expect(row).toMatchObject({ hub_id: '7', name: null, website: null });
  expect(faults).toMatchObject([{ column: null, value: '7,Müller,Söhne,x.de', reason: expect.stringContaining('4 cells, the header 3') }]);
  expect(company(['7']).faults).toMatchObject([{ reason: expect.stringContaining('1 cell, the header 3') }]);
  expect(company(['7', 'Müller', 'x.de', '', ' ']).faults).toEqual([]);
});

test('a NUL character is refused, and half a character is never shown', () => {
  expect(company(['7', 'a\0b', '']).faults).toMatchObject([
    { column: 'Company name', value: 'a\\0b', reason: 'The cell holds a NUL character.' },
  ]);
  expect(company([`x${'😀'.repeat(200)}`, 'a', '']).faults[0]!.value).toBe(`x${'😀'.repeat(49)}`);
});

test('the digest tells what a row says, not how it is written', () => {
  const reordered = reader(companiesFile, 'Name,Industry,Hub ID,Website');
  expect(company(['7', 'A', 'x.de']).digest).toBe(reordered(['A', 'steel', '007', 'https://X.de/path']).digest);
  expect(company(['7', 'A', '']).digest).toBe(reader(companiesFile, 'Hub ID,Name')(['7', 'A']).digest);
  const digests = [company(['7', 'A', '']), company(['8', 'A', '']), company(['7', 'B', '']), company(['7', 'A', 'x.de'])].map(
    ({ digest }) => digest,
  );
  expect(new Set(digests).size).toBe(4);
});
