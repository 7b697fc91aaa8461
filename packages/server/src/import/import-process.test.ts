import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
      const faulty = [['/nowhere'], [csvFolder({})], [fixtures, '--map', 'Hub ID'], [fixtures, '--map', 'Hub ID=account_id']];
      const answers = await Promise.all(faulty.map(([folder, ...words]) => renewalsImport(folder!, '--create-partner', ...words)));
      expect(answers).toEqual(faulty.map(() => ({ code: 1, stdout: '', stderr: expect.stringMatching(/^\S.+\.\n$/) })));
    },
    patience,
  );

  test(
    'passes no days by a clock that the database contradicts, unless told',
    async () => {
      const ahead = `--import=data:text/javascript,${encodeURIComponent('const now = Date.now; Date.now = () => now() + 5 * 864e5;')}`;
      const byClock = { DATABASE_URL: database.url, NODE_OPTIONS: ahead };
      const words = ['import', fixtures, '--partner', 'Early', '--create-partner', '--dry-run'];
      const refused = await runCommand(words, byClock);
      expect([refused.code, refused.stdout, refused.stderr]).toEqual([
        ...[1, '', expect.stringMatching(/^The clock says .* and the database's clock says .* give the option --pass-days\.\n$/)],
      ]);
      expect((await runCommand([...words, '--pass-days'], byClock)).stderr).not.toContain('The clock says');
    },
    patience,
  );

  test(
    'killed half-way leaves nothing',
    async () => {
      const rows = Array.from({ length: 1_000 }, (_, index) => `${index + 1},Company ${index},company${index}.example`);
      const folder = csvFolder({ 'companies.csv': ['Record ID,Company name,Company Domain Name', ...rows] });
      const before = await tableContents(database);
      // The import waits when it is about to write customers.
      const locker = await database.superuserPool.connect();
      await locker.query('begin; lock table customer in share mode');
      const command = startCommand(['import', folder, '--partner', 'Acme', '--create-partner'], variables);
      const isWriting = `select from pg_stat_activity where datname = current_database() and query like '/* createCustomers */%'`;
      while ((await database.superuserPool.query(isWriting)).rowCount === 0) await sleep(5);
      command.process.kill('SIGKILL');
      await command.ended;
      await locker.query('rollback');
      locker.release();
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

  test(
    'whose output nobody reads to its end says nothing of that, neither of the table nor of JSON',
    async () => {
      // More than a pipe holds.
      const rows = Array.from({ length: 3_000 }, (_, index) => `x${index},Company ${index},`);
      const folder = csvFolder({ 'companies.csv': ['Record ID,Company name,Company Domain Name', '9999,Good,', ...rows] });
      const words = ['import', folder, '--partner', 'Reader', '--create-partner', '--dry-run'];
      const commands = [words, [...words, '--json']].map((each) => startCommand(each, variables));
      for (const { process } of commands) process.stdout?.once('data', () => process.stdout?.destroy());
      for (const { code, stderr } of await Promise.all(commands.map(({ ended }) => ended)))
        expect([code, stderr]).toEqual([2, expect.not.stringMatching(/EPIPE|\n {4}at /)]);
    },
    patience,
  );

  test(
    '--help lists the kinds of export, and each option for them on one line',
    async () => {
      const { code, stdout } = await runCommand(['import', '--help'], variables);
      expect(code).toBe(0);
      for (const name of ['hubspot-en', 'hubspot-de', 'stripe', 'chargebee', 'partner-center', 'plain'])
        expect(stdout).toContain(`  ${name} `);
      const options = stdout.slice(stdout.indexOf('\nOptions:'), stdout.indexOf('\nKinds of export')).split(/\n(?= {2}-)/);
      const told = (name: string) => options.filter((option) => option.startsWith(`  --${name} <`));
      for (const name of ['map', 'profile', 'decimal', 'dates', 'rejects']) {
        expect(told(name)).toEqual([expect.stringMatching(/^ {2}--\w+ <\w+> {2,}\S[^\n]+$/)]);
      }
      expect([...told('decimal'), ...told('dates'), ...told('rejects')]).toEqual([
        expect.stringMatching(/comma.*point/),
        expect.stringMatching(/D\/M\/Y.*M\/D\/Y/),
        expect.stringContaining('also of a dry run'),
      ]);
    },
    patience,
  );

  test(
    'takes a folder from where the user stands, tells the kind of export, and what was taken with a note',
    async () => {
      const words = ['import', './field-exports/hubspot-en', '--create-partner', '--partner'];
      const [{ code, stdout, stderr }, json] = await Promise.all([
        runCommand([...words, 'Standing'], { ...variables, INIT_CWD: fixtures }),
        runCommand([...words, 'Sitting', '--json'], { ...variables, INIT_CWD: fixtures }),
      ]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^companies\.csv looks like a HubSpot export \(English\)\.\n/)]);
      expect(stdout).toContain('\nTaken with a note in contacts.csv:\n  line 5 "104,Lone,Wolf,');
      const { files } = JSON.parse(json.stdout) as ImportReport;
      expect(files[1]).toMatchObject({ profile: 'HubSpot export (English)', rowNoteCount: 1, rowNotes: [{ line: 5, column: null }] });
    },
    patience,
  );

  test(
    '--rejects copies what was refused and skipped to where the user stands; mended, the same words import it',
    async () => {
      const contacts = ['Record ID;E-mail;Company ID;Note', '1;nobody;7;"a;b"', '2;b@c.example;;=1+1', '3;c@c.example;7;'];
      const user = csvFolder({});
      const standing = (folder: string, ...words: string[]) =>
        runCommand(['import', folder, '--partner', 'Mending', ...words], { ...variables, INIT_CWD: user });
      const folder = csvFolder({ 'companies.csv': ['Record ID,Company name', '7,Seven'], 'contacts.csv': contacts });
      const first = await standing(folder, '--create-partner', '--rejects', './left');
      expect(first.code).toBe(2);
      expect(first.stderr).toContain(
        `contacts.csv: Columns not used: Note.\ncontacts.csv: 2 rows to correct in ${user}/left/contacts.csv, with the reason in the last column.\n`,
      );
      expect(first.stdout).toContain('\nSkipped in contacts.csv:\n  1 row: The contact belongs to no company and was left out.\n');
      const left = `${user}/left/contacts.csv`;
      const text = readFileSync(left, 'utf8');
      expect(text).toBe(
        '\ufeffRecord ID;E-mail;Company ID;Note;Reason\n1;nobody;7;"a;b";Refused on line 2. E-mail: Not an e-mail address.\n' +
          '2;b@c.example;;=1+1;Skipped on line 3. The contact belongs to no company and was left out.\n',
      );
      writeFileSync(left, text.replace('nobody', 'a@c.example').replace(';;=', ';7;='));
      const [twice, second] = await Promise.all([
        standing(folder, '--create-partner', '--rejects', './left'),
        standing('./left', '--create-partner', '--rejects', './left-again'),
      ]);
      expect([twice.code, twice.stdout]).toEqual([1, '']);
      expect(twice.stderr).toBe(`The folder ${user}/left has a contacts.csv already: name another folder for rejected rows.\n`);
      expect([second.code, second.stderr]).toEqual([0, 'contacts.csv: Columns not used: Note, Reason.\n']);
      expect(second.stdout).toMatch(/contacts\.csv +2 +2 +0 +0 +0 +0 *\n/);
      expect(readdirSync(user)).toEqual(['left']);
    },
    patience,
  );

  test(
    'refuses a kind of export and a decimal sign that it does not know, with those it does',
    async () => {
      const [kind, sign] = await Promise.all([
        renewalsImport(fixtures, '--profile', 'hubspot'),
        renewalsImport(fixtures, '--decimal', 'dot'),
      ]);
      expect([kind.code, kind.stderr]).toEqual([1, expect.stringContaining('Allowed choices are hubspot-en, hubspot-de, stripe,')]);
      expect([sign.code, sign.stderr]).toEqual([1, expect.stringContaining('Allowed choices are comma, point')]);
    },
    patience,
  );

  test(
    'reads ambiguous numbers once the decimal sign is said; with no row refused, it answers 0',
    async () => {
      const { code } = await renewalsImport(`${fixtures}/field-cases/thousand`, '--decimal', 'comma');
      expect(code).toBe(0);
      const { rows } = await database.superuserPool.query(
        `select mrr::text from contract where external_id ~ '^T[123]$' order by external_id`,
      );
      expect(rows).toEqual([{ mrr: '1350' }, { mrr: '2400' }, { mrr: '890' }]);
    },
    patience,
  );

  test(
    'prints a table for people, with each refused row',
    async () => {
      const { code, stdout } = await renewalsImport(fixtures);
      expect(code).toBe(2);
      expect(stdout).toMatch(/^FILE +ROWS +CREATED +UPDATED +UNCHANGED +SKIPPED +REFUSED *\ncompanies\.csv +89 +0 +0 +86 +0 +3 *\n/);
      expect(stdout).toContain('  line 326, E-mail "not-an-e-mail": Not an e-mail address.\n');
    },
    patience,
  );
});
