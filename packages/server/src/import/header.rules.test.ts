import { describe, expect, test } from '@jest/globals';
import { companiesFile } from './companies.columns.ts';
import { contactsFile } from './contacts.columns.ts';
import { contractsFile } from './contracts.columns.ts';
import { columnMap, matchHeader, requireMappedHeaders } from './header.rules.ts';

const files = [companiesFile, contactsFile, contractsFile];
const none = columnMap([], files);
const headersOf = (cells: string[], map = none) => matchHeader(companiesFile, cells, map).places.map((place) => place?.header);

describe('the header of a file', () => {
  test('is read in any order, case and punctuation, and by other names', () => {
    expect(headersOf(['company NAME', 'RECORD_ID', 'Company Domain Name'])).toEqual(['RECORD_ID', 'company NAME', 'Company Domain Name']);
    expect(headersOf([' Domain ', 'Hub-ID', 'Name'])).toEqual(['Hub-ID', 'Name', 'Domain']);
  });

  test('may lack what is not required, and what it has beside that is noted', () => {
    const { places, faults, notes } = matchHeader(companiesFile, ['Record ID', 'Industry', 'Company name', 'Create Date', ''], none);
    expect([places[2], faults, notes]).toEqual([undefined, [], ['Columns not used: Industry, Create Date.']]);
  });

  test('that lacks a required column is refused', () => {
    expect(matchHeader(companiesFile, ['Company name'], none).faults).toEqual([
      { file: 'companies.csv', line: 1, column: 'Record ID', value: '', reason: 'This column is missing.' },
    ]);
  });

  test('that has a column twice is refused, until a mapping tells which', () => {
    const cells = ['Record ID', 'Name', 'Company Domain Name', 'Website URL'];
    expect(matchHeader(companiesFile, cells, none).faults).toMatchObject([
      {
        line: 1,
        column: 'Company Domain Name',
        reason: expect.stringContaining('"Company Domain Name" and "Website URL" both mean this column'),
      },
    ]);
    expect(headersOf(cells, columnMap(['Domain=Website URL'], files))[2]).toBe('Website URL');
  });

  test('of a million columns is refused at once', () => {
    expect(matchHeader(companiesFile, Array(1_000_000).fill('x'), none).faults).toMatchObject([{ line: 1, column: null }]);
  });
});

describe('a mapping', () => {
  const map = columnMap(['Hub ID=account_id'], files);

  test('names a column by any of its names, and works in every file that has the header', () => {
    expect(headersOf(['account_id', 'Name'], map)[0]).toBe('account_id');
    expect(headersOf(['Account ID', 'Hub ID', 'Name'], map)[0]).toBe('Account ID');
    expect(headersOf(['Record ID', 'Name'], map)[0]).toBe('Record ID');
  });

  test('must have two sides, a column of ours and a header of theirs', () => {
    for (const pair of ['Hub ID', '=x', 'Hub ID=', ' = ']) expect(() => columnMap([pair], files)).toThrow('is no mapping');
    expect(() => columnMap(['Shoe size=x'], files)).toThrow('No file of an import has a column called "Shoe size".');
    const read = [{ header: matchHeader(companiesFile, ['Record ID', 'Name'], map) }];
    expect(() => requireMappedHeaders(map, read)).toThrow('No file has the header "account_id"');
  });
});
