import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { changesFile } from './changes.columns.ts';
import { companiesFile } from './companies.columns.ts';
import { contactsFile } from './contacts.columns.ts';
import { contractsFile } from './contracts.columns.ts';
import { formOf } from './csv.delimiter.ts';
import { prepareFile } from './file-reading.ts';
import { usageFile } from './usage.columns.ts';
import { columnMap, matchHeader, requireMappedHeaders } from './header.rules.ts';

const files = [companiesFile, contactsFile, contractsFile];
const none = columnMap([], files);
const headersOf = (cells: string[], map = none) => matchHeader(companiesFile, cells, map).places.map((place) => place?.header);

describe('the header of a file', () => {
  test('is read in any order, case and punctuation, and by other names', () => {
    expect(headersOf(['company NAME', 'RECORD_ID', 'Company Domain Name'])).toEqual([
      'RECORD_ID',
      undefined,
      'company NAME',
      'Company Domain Name',
      undefined,
    ]);
    expect(headersOf([' Domain ', 'Hub-ID', 'Name'])).toEqual(['Hub-ID', undefined, 'Name', 'Domain', undefined]);
  });

  test('may lack what is not required, and what it has beside that is noted', () => {
    const { places, faults, notes } = matchHeader(companiesFile, ['Record ID', 'Industry', 'Company name', 'Create Date', ''], none);
    expect([places[3], faults, notes]).toEqual([undefined, [], ['Columns not used: Industry, Create Date.']]);
  });

  test('names every column that is not taken, also the sixtieth and one without a name', () => {
    const others = Array.from({ length: 60 }, (_, index) => `Property ${index}`);
    expect(matchHeader(companiesFile, ['', 'Record ID', 'Name', ...others, ''], none).notes).toEqual([
      `Columns not used: column 1 (no header), ${others.join(', ')}.`,
    ]);
  });

  const fixtures = new URL('fixtures', import.meta.url).pathname;
  const exports = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(field-exports\/.*|[a-z]+)\.csv$/.test(name),
  );

  test.each(exports)('names what is not taken of %s once, and nothing else', async (name) => {
    const path = `${fixtures}/${name}`;
    const file = [...files, changesFile, usageFile].find((each) => each.name === basename(name))!;
    const text = readFileSync(path, 'utf8');
    const [cells] = parse(text, { bom: true, delimiter: formOf(text).delimiter, to: 1 });
    const { places, notes } = matchHeader(await prepareFile(file, path, none, {}), cells!, none);
    const taken = new Set(places.flatMap((place) => Object.values(place?.cells ?? {})));
    const left = cells!.filter((_, position) => !taken.has(position));
    expect(notes).toEqual(left.length === 0 ? [] : [`Columns not used: ${left.join(', ')}.`]);
  });

  test('that lacks a required column is refused', () => {
    expect(matchHeader(companiesFile, ['Company name'], none).faults).toEqual([
      { file: 'companies.csv', line: 1, column: 'Record ID', value: '', reason: 'This column is missing, and so is "Account ID".' },
    ]);
    const reading = { delimiter: ';', headerLine: 2, notes: [] };
    expect(matchHeader({ ...contractsFile, reading }, ['Contract ID,Hub ID', 'x\u202ey'], none).faults).toContainEqual({
      file: 'contracts.csv',
      line: 2,
      column: 'Product',
      value: '',
      reason: 'This column is missing. The file was read with semicolons between its cells: Contract ID,Hub ID, x\\u{202e}y.',
    });
  });

  test('that has a column under two names is read by the better one, whatever their order; a mapping tells another', () => {
    const cells = ['Website URL', 'Record ID', 'Company Domain Name', 'Name'];
    expect(headersOf(cells)).toEqual(['Record ID', undefined, 'Name', 'Company Domain Name', undefined]);
    expect(matchHeader(companiesFile, cells, none)).toMatchObject({ faults: [], notes: ['Columns not used: Website URL.'] });
    expect(headersOf(cells, columnMap(['Domain=Website URL'], files))[3]).toBe('Website URL');
  });

  test('that has the same header twice is refused with both columns, unless a better one is there', () => {
    const reason = 'Columns 2 and 3 have the same header: rename one of them. --map cannot tell them apart.';
    expect(matchHeader(companiesFile, ['Hub ID', 'Name', 'name'], none).faults).toMatchObject([{ line: 1, column: 'Name', reason }]);
    expect(matchHeader(companiesFile, ['Hub ID', 'Company name', 'Name', 'Name', 'Note', 'Note'], none).faults).toEqual([]);
  });

  test('takes "Associated Company" for the name that it is, and the primary company before all', () => {
    const header = ['Record ID', 'E-mail', 'Associated Company', 'Associated Company IDs', 'Associated Company IDs (Primary)'];
    const at = (cells: string[]) => matchHeader(contactsFile, cells, none).places[5]?.header;
    expect([at(header), at(header.slice(0, 4)), at(header.slice(0, 3))]).toEqual([
      'Associated Company IDs (Primary)',
      'Associated Company IDs',
      undefined,
    ]);
  });

  test('tells which staged columns the file has, so that the others keep their values', () => {
    const staged = (cells: string[]) => [...matchHeader(contractsFile, cells, none).staged];
    const required = ['Contract ID', 'Hub ID', 'Product', 'Start date', 'Term', 'Billing frequency', 'MRR', 'Currency'];
    const names = ['external_id', 'hub_id', 'product', 'start_date', 'term_months', 'billing_frequency', 'billing_interval_months'];
    expect(staged(required)).toEqual([...names, 'mrr', 'currency_code']);
    expect(staged([...required, 'Email limit', 'Auto-renew', 'Notice period'])).toEqual([
      ...names,
      'email_limit',
      'mrr',
      'currency_code',
      'auto_renew',
      'notice_period_days',
      'notice_period_months',
    ]);
  });

  test('may name a customer by the id of the account', () => {
    const { places, staged, faults } = matchHeader(companiesFile, ['Microsoft ID', 'Name'], none);
    expect([faults, staged.has('hub_id'), staged.has('external_account_id')]).toEqual([[], false, true]);
    // Messages about the missing one name the other.
    expect(places[0]).toMatchObject({ position: -1, header: 'Microsoft ID' });
  });

  test('may have one header for term and billing frequency, and for no other two columns', () => {
    const cells = ['Contract ID', 'Hub ID', 'Product', 'Start date', 'Interval', 'MRR', 'Currency'];
    const { places, faults, notes } = matchHeader(contractsFile, cells, columnMap(['Term=Interval'], files));
    expect([places[5]?.header, places[6]?.header, faults, notes]).toEqual(['Interval', 'Interval', [], []]);
    expect(matchHeader(contractsFile, cells, columnMap(['Term=MRR', 'MRR=MRR'], files)).faults).toMatchObject([
      { reason: 'Means "Term" and "MRR".' },
    ]);
  });

  test('that a mapping names is no other column’s, though it sounds like it', () => {
    const { places, faults } = matchHeader(companiesFile, ['account_id', 'Name'], columnMap(['Hub ID=account_id'], files));
    expect([places[0]?.header, places[1], faults]).toEqual(['account_id', undefined, []]);
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
