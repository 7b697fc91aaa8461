// Long: every way in which a file may be written, copied, mended and imported again.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { csvFolder } from '../../testing/csv-folder.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { formOf } from './csv.delimiter.ts';
import { importFolder, type ImportOptions } from './import-folder.ts';
import type { ImportReport } from './import-report.ts';

const fixture = (path: string) => new URL(`fixtures/${path}`, import.meta.url).pathname;
const businessDate = '2026-11-22';

let database: TestDatabase;
let partnerId: string;
let isNew: boolean;
let count = 0;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());
beforeEach(() => {
  partnerId = randomUUID();
  isNew = true;
});

async function run(folder: string, options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  const newPartnerName = isNew ? `Partner ${(count += 1)}` : undefined;
  const report = await importFolder({ pool: database.pool, partnerId, newPartnerName, folder, businessDate, ...options });
  const isWritten = !options.isDryRun && report.files.some(({ created }) => created > 0);
  if (isWritten) isNew = false;
  return report;
}

const sql = async (text: string) => (await database.superuserPool.query(text, [partnerId])).rows as Record<string, unknown>[];
const fileOf = (report: ImportReport, name: string) => report.files.find(({ file }) => file === name)!;
const outcomes = (report: ImportReport) =>
  Object.fromEntries(report.files.map(({ file, created, skipped, refused }) => [file, { created, skipped, refused }]));
const newFolder = () => join(csvFolder({}), 'new', 'rejected');
const textOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8').replace(/^\ufeff/, '');
const mend = (folder: string, name: string, wrong: string | RegExp, right: string) =>
  writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace(wrong, right));

describe('rejected rows', () => {
  test('are copied with their own cells and headers, in order, with every reason; mended, they go in with the old reason', async () => {
    const rejects = newFolder();
    const contracts = [
      'Contract ID;Owner "x";Hub ID;Product;Subscription start date;Term;Billing Frequency;MRR;Currency',
      'C-1;=1+1;1001;"A;B";31.12.2025;12;annually;100,50;EUR',
      'C-2; @me ;1001;"say ""hi"", or',
      'so";31.12.2025;P0M;annually;1.350,00;EURO',
      'C-3;-x;9;Basic;31.12.2025;12;annually;100,50;EUR',
    ];
    const report = await run(csvFolder({ 'companies.csv': ['Record ID,Company name', '1001,Acme'], 'contracts.csv': contracts }), {
      rejects,
    });
    expect(outcomes(report)['contracts.csv']).toEqual({ created: 1, skipped: 0, refused: 2 });
    expect(fileOf(report, 'contracts.csv').rejects).toEqual({ path: join(rejects, 'contracts.csv'), rows: 2 });
    expect(fileOf(report, 'companies.csv').rejects).toBeNull();
    expect(readdirSync(rejects)).toEqual(['contracts.csv']);
    expect(textOf(rejects, 'contracts.csv').split('\n')).toEqual([
      'Contract ID;"Owner ""x""";Hub ID;Product;Subscription start date;Term;Billing Frequency;MRR;Currency;Reason',
      'C-2; @me ;1001;"say ""hi"", or',
      expect.stringMatching(
        /^so";31\.12\.2025;P0M;annually;"1\.350,00";EURO;"?Refused on line 3\. Term: [^;]+\. Currency: [^;]+\."?$/,
      ) as unknown,
      'C-3;-x;9;Basic;31.12.2025;12;annually;"100,50";EUR;Refused on line 5. Hub ID: No customer has this Hub ID.',
      '',
    ]);
    mend(rejects, 'contracts.csv', 'P0M', '24');
    mend(rejects, 'contracts.csv', 'EURO', 'EUR');
    mend(rejects, 'contracts.csv', ';9;', ';1001;');
    const again = await run(rejects);
    expect(outcomes(again)).toEqual({ 'contracts.csv': { created: 2, skipped: 0, refused: 0 } });
    expect(fileOf(again, 'contracts.csv').notes).toEqual([
      'Numbers were read with a decimal comma.',
      'Columns not used: Owner "x", Reason.',
    ]);
    expect(await sql('select external_id, product, mrr::text from contract where partner_id = $1 order by 1')).toEqual([
      { external_id: 'C-1', product: 'A;B', mrr: '100.50' },
      { external_id: 'C-2', product: 'say "hi", or\nso', mrr: '1350.00' },
      { external_id: 'C-3', product: 'Basic', mrr: '100.50' },
    ]);
  });

  test('are for their owner alone', async () => {
    const rejects = newFolder();
    await run(fixture(''), { rejects });
    const modeOf = (path: string) => statSync(path).mode & 0o777;
    expect([join(rejects, '..'), rejects].map(modeOf)).toEqual([0o700, 0o700]);
    expect(readdirSync(rejects)).toEqual(['changes.csv', 'companies.csv', 'contacts.csv', 'contracts.csv']);
    for (const name of readdirSync(rejects)) expect(modeOf(join(rejects, name))).toBe(0o600);
  });

  test.each(['hubspot-en', 'hubspot-de', 'stripe', 'chargebee', 'partner-center'])(
    'of a %s export are recognised as one again, and answered alike until they are mended',
    async (name) => {
      const [first, second] = [newFolder(), newFolder()];
      const report = await run(withBadRows(fixture(`field-exports/${name}`)), { rejects: first });
      expect(readdirSync(first)).toEqual(report.files.map(({ file }) => file).toSorted());
      const again = await run(first, { rejects: second });
      for (const { file, profile, refused, skipped } of report.files) {
        expect(fileOf(again, file)).toMatchObject({ profile, rows: refused + skipped, refused, skipped, created: 0 });
        expect(fileOf(again, file).notes.filter((each) => each.includes('Reason'))).toEqual([
          expect.stringMatching(/^Columns not used: .*Reason\.$/),
        ]);
        // The old reasons are replaced.
        const withoutLines = (text: string) => text.replaceAll(/on line \d+( of \w+\.csv)?\. /g, '');
        expect(withoutLines(textOf(second, file))).toBe(withoutLines(textOf(first, file)));
      }
    },
  );

  /** Each file of an export with one more row, which says nothing but "bad". */
  function withBadRows(folder: string): string {
    const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
    const contents = names.map((name) => {
      const text = readFileSync(join(folder, name), 'utf8').trimEnd();
      const { delimiter } = formOf(text);
      const [header] = parse(text, { bom: true, delimiter, to: 1 });
      return [name, [text, `bad${delimiter.repeat(header!.length - 1)}`]] as const;
    });
    return csvFolder(Object.fromEntries(contents));
  }

  test.each([
    ['says its delimiter', 'sep=~\nRecord ID~Company name~a;b;c\nx~Bad;~1\n', 'sep=~\nRecord ID~Company name~"a;b;c"~Reason\nx~"Bad;"~1~'],
    ['is written with tabs', 'Record ID\tCompany name\nx\tBad, it is\n', 'Record ID\tCompany name\tReason\nx\t"Bad, it is"\t'],
    ['ends lines with carriage returns', 'Record ID,Company name\rx,Bad\r', 'Record ID,Company name,Reason\nx,Bad,'],
    ['has empty headers at its end', 'Record ID,Company name,,\nx,Bad,,\n', 'Record ID,Company name,Reason\nx,Bad,'],
    ['has a row that is too short', 'Record ID,Company name,Domain\n7\n', 'Record ID,Company name,Domain,Reason\n7,,,'],
    ['has a row that is too long', 'Record ID,Company name\n7,Acme,Inc\n', 'Record ID,Company name,Reason\n7,Acme,Inc,'],
    ['has a byte order mark', '\ufeffRecord ID,Company name\nx,Bad\n', 'Record ID,Company name,Reason\nx,Bad,'],
  ])('of a file that %s are refused again until they are mended', async (_, text, start) => {
    const [first, second] = [newFolder(), newFolder()];
    await run(csvFolder({ 'companies.csv': Buffer.from(text) }), { rejects: first });
    expect(textOf(first, 'companies.csv').slice(0, start.length)).toBe(start);
    const again = await run(first, { rejects: second });
    expect(outcomes(again)).toEqual({ 'companies.csv': { created: 0, skipped: 0, refused: 1 } });
    expect(textOf(second, 'companies.csv').slice(0, start.length)).toBe(start);
    expect(textOf(second, 'companies.csv').match(/Refused on line/g)).toHaveLength(1);
  });

  test('of a file in Windows-1252 are UTF-8, with a mark that tells it to a spreadsheet', async () => {
    const rejects = newFolder();
    await run(csvFolder({ 'companies.csv': Buffer.from('Record ID,Company name\nx,M\xfcller\n', 'latin1') }), { rejects });
    expect(readFileSync(join(rejects, 'companies.csv')).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(textOf(rejects, 'companies.csv')).toContain('x,Müller,');
  });

  test('are found among many, over more than one batch', async () => {
    const rejects = newFolder();
    const rows = Array.from({ length: 6_000 }, (_, index) => (index % 2 === 0 ? `x${index},"Company\n${index}"` : `${index},Good`));
    const report = await run(csvFolder({ 'companies.csv': ['Record ID,Company name', ...rows] }), { rejects });
    expect(outcomes(report)['companies.csv']).toEqual({ created: 3000, skipped: 0, refused: 3000 });
    const ids = textOf(rejects, 'companies.csv').match(/^x\d+/gm);
    expect(ids).toEqual(Array.from({ length: 3000 }, (_, index) => `x${index * 2}`));
  });

  test('of a dry run are copied too', async () => {
    const rejects = newFolder();
    const before = await tableContents(database);
    await run(fixture(''), { rejects, isDryRun: true });
    expect(await tableContents(database)).toEqual(before);
    expect(textOf(rejects, 'companies.csv').match(/Refused on line/g)).toHaveLength(3);
  });

  test('that were skipped tell why, in the file and once in the report', async () => {
    const rejects = newFolder();
    await run(csvFolder({ 'companies.csv': ['Record ID,Company name', '1,Ended', '2,Active'] }));
    await sql(`update customer_association association set ended_at = now() from customer
      where customer.id = association.customer_id and customer.hub_id = 1 and association.partner_id = $1`);
    const contacts = ['Record ID,E-mail,Associated Company ID', '1,a@b.example,1', '2,a@b.example,', '3,a@b.example,', '4,a@b.example,2'];
    const report = await run(csvFolder({ 'contacts.csv': contacts }), { rejects });
    const ended = `The customer's association has ended; --reassociate resumes it.`;
    const alone = 'The contact belongs to no company and was left out.';
    expect(fileOf(report, 'contacts.csv').skips).toEqual([
      { reason: alone, rows: 2 },
      { reason: ended, rows: 1 },
    ]);
    expect(textOf(rejects, 'contacts.csv')).toBe(
      `Record ID,E-mail,Associated Company ID,Reason\n1,a@b.example,1,"Skipped on line 2. ${ended}"\n` +
        `2,a@b.example,,Skipped on line 3. ${alone}\n3,a@b.example,,Skipped on line 4. ${alone}\n`,
    );
    expect(outcomes(await run(rejects, { isReassociating: true }))).toEqual({ 'contacts.csv': { created: 1, skipped: 2, refused: 0 } });
  });

  test('go in again though a mapping is to a header of a file that is not among them', async () => {
    const rejects = newFolder();
    const mappings = ['Hub ID=account_id'];
    const folder = csvFolder({
      'companies.csv': ['Record ID,Company name', 'x,Bad', '7,Good'],
      'usage.csv': ['account_id,App,Date', '7,a,2026-01-01'],
    });
    await run(folder, { rejects, mappings });
    mend(rejects, 'companies.csv', 'x,', '8,');
    expect(outcomes(await run(rejects, { mappings }))).toEqual({ 'companies.csv': { created: 1, skipped: 0, refused: 0 } });
  });

  test('that do not show the decimal sign of their file are told with the option to give', async () => {
    const rejects = newFolder();
    const head = 'Contract ID;Hub ID;Product;Subscription start date;Term;Billing Frequency;MRR;Currency';
    const contracts = [head, 'C-1;1;P;2025-12-31;12;annually;10,50;EUR', 'C-2;1;P;2025-12-31;x;annually;1.350;EUR'];
    const report = await run(csvFolder({ 'companies.csv': ['Record ID,Company name', '1,Acme'], 'contracts.csv': contracts }), { rejects });
    expect(fileOf(report, 'contracts.csv').notes).toContain(
      'The copied rows do not show their decimal sign: import them with --decimal comma.',
    );
    mend(rejects, 'contracts.csv', ';x;', ';12;');
    expect(outcomes(await run(rejects))['contracts.csv']).toMatchObject({ created: 0, refused: 1 });
    expect(outcomes(await run(rejects, { decimal: 'comma' }))['contracts.csv']).toMatchObject({ created: 1, refused: 0 });
    expect(await sql(`select mrr::text from contract where partner_id = $1 and external_id = 'C-2'`)).toEqual([{ mrr: '1350' }]);
  });
});

describe('the folder for rejected rows', () => {
  const good = ['Record ID,Company name', '1,Acme'];
  const bad = [...good, 'x,Bad'];

  test('is not there when every row is taken; one that was there stays', async () => {
    const rejects = newFolder();
    const before = csvFolder({ 'notes.txt': ['mine'] });
    await run(csvFolder({ 'companies.csv': good }), { rejects });
    expect(existsSync(join(rejects, '..'))).toBe(false);
    await run(csvFolder({ 'companies.csv': good }), { rejects: before });
    expect(readdirSync(before)).toEqual(['notes.txt']);
  });

  test('gets nothing of a file that is refused as a whole, nor of what cannot be read, and that is told', async () => {
    const rejects = newFolder();
    const report = await run(
      csvFolder({ 'companies.csv': ['Company name', 'Acme'], 'contacts.csv': ['Record ID,E-mail,Hub ID', '"1,a'] }),
      {
        rejects,
      },
    );
    expect(existsSync(rejects)).toBe(false);
    expect(fileOf(report, 'companies.csv').notes).toContain('The whole file was refused, so no row of it was copied.');
    expect(fileOf(report, 'contacts.csv').notes).toContain('From line 2 on, no row was copied, because the file could not be read.');
    const half = await run(csvFolder({ 'companies.csv': [...bad, '2,"Open'] }), { rejects });
    expect(fileOf(half, 'companies.csv').rejects).toMatchObject({ rows: 1 });
    expect(fileOf(half, 'companies.csv').notes).toContain('From line 4 on, no row was copied, because the file could not be read.');
  });

  test('is refused, before anything is written, where a file would be overwritten, or where there can be no folder', async () => {
    const folder = csvFolder({ 'companies.csv': bad });
    const link = join(csvFolder({}), 'link');
    symlinkSync(folder, link);
    const full = csvFolder({ 'Companies.CSV': ['mine'] });
    const file = join(folder, 'companies.csv');
    await run(csvFolder({ 'companies.csv': ['Record ID,Company name', '9,There'] }));
    const before = await tableContents(database);
    for (const [rejects, reason] of [
      [folder, 'The folder for rejected rows is the import folder itself: name another one.'],
      [link, 'The folder for rejected rows is the import folder itself: name another one.'],
      [full, `The folder ${full} has a companies.csv already: name another folder for rejected rows.`],
      [file, `The folder ${file} cannot take the rejected rows (ENOTDIR).`],
      ['/proc/renewals/rejected', 'The folder /proc/renewals/rejected cannot take the rejected rows ('],
    ]) {
      // Days would pass with an import.
      const attempt = importFolder({ pool: database.pool, partnerId, folder, businessDate: '2027-11-22', rejects });
      await expect(attempt).rejects.toThrow(reason);
    }
    expect(await tableContents(database)).toEqual(before);
    expect(textOf(full, 'Companies.CSV')).toBe('mine\n');
    expect(readdirSync(folder)).toEqual(['companies.csv']);
  });

  test('tells of each skipped row why it was', async () => {
    await run(csvFolder({ 'companies.csv': ['Record ID,Company name', '1,Old', '2,New', '3,Ended'] }));
    await run(csvFolder({ 'companies.csv': ['Record ID,Company name,Merged object IDs', '2,New,1'] }));
    await sql(`update customer_association set ended_at = now()
      where partner_id = $1 and customer_id in (select id from customer where partner_id = $1 and hub_id = 3)`);
    const rejects = newFolder();
    const lines = ['Record ID,Company name', '1,Old', '2,New', '2,New', '3,Ended', '3,Ended', '2,New'];
    const report = await run(csvFolder({ 'companies.csv': lines }), { rejects });
    expect(fileOf(report, 'companies.csv').skips).toEqual([
      { reason: 'The same row stands above.', rows: 3 },
      { reason: 'The account was merged into another one.', rows: 1 },
      { reason: "The customer's association has ended; --reassociate resumes it.", rows: 1 },
    ]);
    expect(textOf(rejects, 'companies.csv').split('\n').slice(1, -1)).toEqual([
      '1,Old,Skipped on line 2. The account was merged into another one.',
      '2,New,Skipped on line 4. The same row stands above.',
      '3,Ended,"Skipped on line 5. The customer\'s association has ended; --reassociate resumes it."',
      '3,Ended,Skipped on line 6. The same row stands above.',
      '2,New,Skipped on line 7. The same row stands above.',
    ]);
  });

  test('counts the changes of a contract that is skipped twice once', async () => {
    await run(csvFolder({ 'companies.csv': ['Record ID,Company name', '1,Ended'] }));
    await sql('update customer_association set ended_at = now() where partner_id = $1');
    const contract = 'K,1,P,2026-01-31,12,monthly,5,EUR';
    const folder = csvFolder({
      'contracts.csv': ['Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency', contract, contract],
      'changes.csv': ['Change ID,Contract ID,Type,Effective date', 'R,K,renewal,2027-01-31'],
    });
    expect(fileOf(await run(folder), 'changes.csv')).toMatchObject({ rows: 1, skipped: 1 });
  });

  test('keeps nothing of an import that fails', async () => {
    const [rejects, folder] = [newFolder(), csvFolder({ 'companies.csv': bad, 'contacts.csv': ['Record ID,E-mail,Hub ID', '1,no,1'] })];
    const onProgress = ({ step }: { step: string }) => {
      if (step === 'copying rejected rows of contacts.csv') appendFileSync(join(folder, 'contacts.csv'), '2,b@c.example,1\n');
    };
    await expect(run(folder, { rejects, onProgress })).rejects.toThrow('contacts.csv changed while it was imported');
    expect(existsSync(join(rejects, '..'))).toBe(false);
    expect(await sql('select from customer where partner_id = $1')).toEqual([]);
  });
});
