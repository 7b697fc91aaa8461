import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { program, runCommand } from '../../testing/command.ts';
import { csvFolder } from '../../testing/csv-folder.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { faultSentence } from './fault-sentence.ts';

// Each command is a new process, which takes time to start.
jest.setTimeout(60_000);

let database: TestDatabase;
let variables: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  variables = { DATABASE_URL: database.url, BUSINESS_DATE: '2026-11-22' };
  const { code } = await renewalsImport(companies(['1,One']));
  expect(code).toBe(0);
});
afterAll(() => database.close());

const companies = (rows: readonly string[]) => csvFolder({ 'companies.csv': ['Record ID,Company name', ...rows] });
const renewalsImport = (folder: string, more: Record<string, string> = {}) =>
  runCommand(['import', folder, '--partner', 'Acme', '--create-partner'], { ...variables, ...more });

test('an input that is no regular file is refused in a sentence, at once', async () => {
  const inputs: [make: (path: string) => void, sentence: string][] = [
    [(path) => void execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', path]), 'companies.csv is not a regular file.\n'],
    [(path) => symlinkSync('/dev/zero', path), 'companies.csv is not a regular file.\n'],
    [(path) => mkdirSync(path), 'companies.csv is a folder, not a file.\n'],
    [(path) => symlinkSync('/nowhere/companies.csv', path), 'companies.csv is a link to a missing file.\n'],
    [(path) => symlinkSync(path, path), 'companies.csv cannot be read (ELOOP).\n'],
  ];
  const answers = inputs.map(async ([make]) => {
    const folder = csvFolder({});
    make(join(folder, 'companies.csv'));
    return await renewalsImport(folder);
  });
  expect(await Promise.all(answers)).toEqual(inputs.map(([, stderr]) => ({ code: 1, stdout: '', stderr })));
});

describe('an outage during an import is told in a sentence, and leaves nothing half done', () => {
  test('an error of the database', async () => {
    await database.superuserPool.query(`
      create or replace function outage() returns trigger language plpgsql as
        $$ begin raise exception 'a message with internals' using errcode = '53100'; end $$;
      create or replace trigger outage before insert on audit_event for each row execute function outage();`);
    const before = await tableContents(database);
    const { code: exit, stdout, stderr } = await renewalsImport(companies(['1,Renamed', '2,Two']));
    await database.superuserPool.query('drop trigger outage on audit_event');
    expect([exit, stdout, stderr]).toEqual([
      ...[1, ''],
      `The disk of the database is full. Nothing was imported, unless the import had just ended; import again to be sure.\n`,
    ]);
    expect(await tableContents(database)).toEqual(before);
  });

  // The command above puts the same sentence before its own.
  test.each([
    ['25006', 'The database is read-only, as a standby is.'],
    ['57P01', 'The database is shutting down, starting or recovering.'],
    ['58030', 'The database cannot read or write its files.'],
  ])('SQLSTATE %s', async (code, sentence) => {
    const raise = `do $$ begin raise exception 'a message with internals' using errcode = '${code}'; end $$`;
    const error: unknown = await database.superuserPool.query(raise).catch((thrown: unknown) => thrown);
    expect(faultSentence(error)).toBe(sentence);
  });

  test('a folder for temporary files that cannot be used', async () => {
    const { code, stdout, stderr } = await renewalsImport(companies(['2,Two']), { TMPDIR: '/nowhere' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^\/nowhere\/renewals-faults-\S+ cannot be used: it does not exist\. Nothing was imported; set TMPDIR to another folder\.\n$/,
    );
  });

  test('a database that does not respond', async () => {
    const { code, stderr } = await renewalsImport(companies(['2,Two']), { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^The database can't be reached: .*\n$/)]);
  });
});

test('temporary files that cannot be written end the import in a sentence', async () => {
  const folder = companies(Array.from({ length: 5_000 }, (_, index) => `x${index},Company ${index}`));
  const before = await tableContents(database);
  // A limit on the size of files fails writes as a full disk does, and needs no rights.
  const command = ['-c', 'ulimit -f 64; exec "$@"', 'sh', process.execPath, ...program(), 'import', folder, '--partner', 'Acme'];
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', command, {
    env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...variables },
    encoding: 'utf8',
  });
  expect([status, stdout, stderr]).toEqual([
    ...[1, ''],
    'A file cannot be read or written: the file would be too large. Nothing was imported, unless the import had just ended; import again to be sure.\n',
  ]);
  expect(await tableContents(database)).toEqual(before);
});
