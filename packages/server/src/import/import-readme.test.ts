import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { changesFile } from './changes.columns.ts';
import { companiesFile } from './companies.columns.ts';
import { contactsFile } from './contacts.columns.ts';
import { contractsFile } from './contracts.columns.ts';
import type { ImportFile, Source } from './import-file.ts';
import { usageFile } from './usage.columns.ts';

const files = [companiesFile, contactsFile, contractsFile, changesFile, usageFile];
const [, ...sections] = readFileSync(new URL('README.md', import.meta.url), 'utf8').split(/^#{2,3} (?=.+\.csv$)/m);

test('the README describes the files that the import reads', () => {
  expect(sections.map((section) => section.slice(0, section.indexOf('\n')))).toEqual(files.map(({ name }) => name));
});

test.each(files)('the README lists the columns of $name with their other names, and which are required', (file) => {
  const section = sections.find((each) => each.startsWith(`${file.name}\n`)) ?? '';
  const [head, , ...rows] = section
    .split(/^## /m)[0]!
    .split('\n')
    .filter((line) => line.startsWith('|'));
  expect(cellsOf(head ?? '')).toEqual(['column', 'other names', 'required', 'value']);
  expect(rows.map((row) => cellsOf(row).slice(0, 3))).toEqual(
    file.columns.map(({ header, aliases, isRequired }) => [header, aliases.map(nameOf).join(', '), isRequired ? 'yes' : '']),
  );
  expect(rows.filter((row) => cellsOf(row)[3] === '')).toEqual([]);
  expect(/^Key: (.+?)\./m.exec(section)?.[1]).toBe(keyOf(file).join(', '));
});

/** An alias as people write it. */
function nameOf(alias: Source): string {
  if (typeof alias === 'string') return alias;
  if ('not' in alias) return `not(${alias.not})`;
  return 'count' in alias ? `${alias.count} + ${alias.unit}` : JSON.stringify(alias);
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function keyOf({ key, columns }: ImportFile): string[] {
  return key.map((staged) => columns.find(({ into }) => staged in into)?.header ?? staged);
}
