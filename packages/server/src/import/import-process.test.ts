import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, startCommand } from '../../testing/command.ts';
import { csvFolder } from '../../testing/csv-folder.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import type { ImportReport } from './import-report.ts';

const fixtures = new URL('fixtures', import.meta.url).pathname;

let database: TestDatabase;
let variables: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  variables = { DATABASE_URL: database.url, BUSINESS_DATE: '2026-11-22' };
});
afterAll(() => database.close());

// Each command is a process that compiles the sources first.
const patience = 60_000;

const renewalsImport = (folder: string, ...words: string[]) => runCommand(['import', folder, '--partner', 'Acme', ...words], variables);

describe('renewals import', () => {
  test(
    'into a partner that is not there asks for --create-partner, and answers 1',
    async () => {
      const { code, stdout, stderr } = await renewalsImport(fixtures);
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('There is no partner "Acme".')]);
    },
    patience,
  );

  test(
    'answers 1 and says why when there is nothing to read',
    async () => {
      for (const [folder, ...words] of [
        ['/nowhere'],
        [csvFolder({})],
        [fixtures, '--map', 'Hub ID'],
        [fixtures, '--map', 'Hub ID=account_id'],
      ]) {
        const { code, stdout, stderr } = await renewalsImport(folder!, '--create-partner', ...words);
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(/^\S.+\.\n$/);
      }
    },
    patience,
  );

  test(
    'killed half-way leaves nothing',
    async () => {
      const rows = Array.from({ length: 30_000 }, (_, index) => `${index + 1},Company ${index},company${index}.example`);
      const folder = csvFolder({ 'companies.csv': ['Record ID,Company name,Company Domain Name', ...rows] });
      const before = await tableContents(database);
      const command = startCommand(['import', folder, '--partner', 'Acme', '--create-partner'], variables);
      const isWriting = `select from pg_stat_activity where datname = current_database() and query like '%createCustomers%' and pid <> pg_backend_pid()`;
      while ((await database.superuserPool.query(isWriting)).rowCount === 0) await sleep(5);
      command.process.kill('SIGKILL');
      await command.ended;
      while ((await database.superuserPool.query(isWriting)).rowCount !== 0) await sleep(20);
      expect(await tableContents(database)).toEqual(before);
    },
    patience,
  );

  test(
    '--dry-run tells what it would do and does nothing; then it is done, and told as JSON alone on standard output',
    async () => {
      const before = await tableContents(database);
      const tried = await renewalsImport(fixtures, '--create-partner', '--dry-run', '--json');
      expect(tried.code).toBe(2);
      expect(await tableContents(database)).toEqual(before);
      const done = await renewalsImport(fixtures, '--create-partner', '--json');
      expect(done.code).toBe(2);
      const [wouldBe, report] = [tried, done].map(({ stdout }) => JSON.parse(stdout) as ImportReport);
      expect(wouldBe).toEqual({ ...report, isDryRun: true });
      expect(report!.files[0]).toMatchObject({ file: 'companies.csv', rows: 89, created: 86, refused: 3, faultCount: 3 });
      expect(report!.files[0]!.faults[0]).toEqual({
        file: 'companies.csv',
        line: 88,
        column: 'Record ID',
        value: '4023757',
        reason: 'repeated: stands already on line 5.',
      });
    },
    patience,
  );

  test.each(['--json', '--dry-run'])(
    'whose output nobody reads to its end says nothing of that (%s)',
    async (word) => {
      // More than a pipe holds.
      const rows = Array.from({ length: 5_000 }, (_, index) => `x${index},Company ${index},`);
      const folder = csvFolder({ 'companies.csv': ['Record ID,Company name,Company Domain Name', '9999,Good,', ...rows] });
      const command = startCommand(['import', folder, '--partner', 'Reader', '--create-partner', '--dry-run', word], variables);
      command.process.stdout?.once('data', () => command.process.stdout?.destroy());
      const { code, stderr } = await command.ended;
      expect([code, stderr]).toEqual([2, expect.not.stringMatching(/EPIPE|\n {4}at /)]);
    },
    patience,
  );

  test(
    '--help lists the kinds of export',
    async () => {
      const { code, stdout } = await runCommand(['import', '--help'], variables);
      expect(code).toBe(0);
      for (const name of ['hubspot-en', 'hubspot-de', 'stripe', 'chargebee', 'partner-center', 'plain'])
        expect(stdout).toContain(`  ${name} `);
      expect(stdout).toMatch(/--decimal <sign>.*\n.*comma.*point/);
    },
    patience,
  );

  test(
    'takes a folder from where the user stands, tells the kind of export, and what was taken with a note',
    async () => {
      const words = ['import', './field-exports/hubspot-en', '--partner', 'Standing', '--create-partner'];
      const { code, stdout, stderr } = await runCommand(words, { ...variables, INIT_CWD: fixtures });
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^companies\.csv looks like a HubSpot export \(English\)\.\n/)]);
      expect(stdout).toContain('\nTaken with a note in contacts.csv:\n  line 5 "104,Lone,Wolf,');
      const json = await runCommand([...words, '--json'], { ...variables, INIT_CWD: fixtures });
      const { files } = JSON.parse(json.stdout) as ImportReport;
      expect(files[1]).toMatchObject({ profile: 'HubSpot export (English)', rowNoteCount: 1, rowNotes: [{ line: 5, column: null }] });
    },
    patience,
  );

  test(
    'reads ambiguous numbers once the decimal sign is said',
    async () => {
      const { code } = await renewalsImport(`${fixtures}/field-cases/thousand`, '--decimal', 'comma');
      expect(code).toBe(0);
      const { rows } = await database.superuserPool.query(
        `select mrr::text from contract where external_id ~ '^T[123]$' order by external_id`,
      );
      expect(rows).toEqual([{ mrr: '1350' }, { mrr: '2400' }, { mrr: '890' }]);
      const wrong = await renewalsImport(`${fixtures}/field-cases/thousand`, '--decimal', 'dot');
      expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Allowed choices are comma, point')]);
    },
    patience,
  );

  test(
    'prints a table for people, with each refused row; with none, it answers 0',
    async () => {
      const { code, stdout } = await renewalsImport(fixtures);
      expect(code).toBe(2);
      expect(stdout).toMatch(/^FILE +ROWS +CREATED +UPDATED +UNCHANGED +SKIPPED +REFUSED *\ncompanies\.csv +89 +0 +0 +86 +0 +3 *\n/);
      expect(stdout).toContain('  line 326, E-mail "not-an-e-mail": Not an e-mail address.\n');
      const clean = await renewalsImport(csvFolder({ 'companies.csv': ['Record ID,Company name', '7,Seven'] }));
      expect(clean.code).toBe(0);
    },
    patience,
  );
});
