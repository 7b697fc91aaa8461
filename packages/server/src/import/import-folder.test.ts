// Long: one export, and all that a report says about it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { importFolder, type ImportOptions } from './import-folder.ts';
import { exitCode, type ImportReport } from './import-report.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

const fixtures = new URL('fixtures', import.meta.url).pathname;
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
  if (!options.isDryRun) isNew = false;
  await expectRowsInStep();
  return report;
}

const sql = async (text: string, values: unknown[] = [partnerId]) =>
  (await database.superuserPool.query(text, values)).rows as Record<string, unknown>[];

async function expectRowsInStep() {
  expect(await rowDifferences(database.superuserPool, partnerId)).toEqual([]);
}

const tables = [
  'customer',
  'customer_user',
  'customer_association',
  'contract',
  'contract_change',
  'contract_change_decision',
  'app_usage',
  'dashboard_row',
  'audit_event',
];

/** Every byte of the partner's rows, and who wrote them when. */
async function allRows() {
  const found: Record<string, unknown> = {};
  for (const table of tables) found[table] = await sql(`select xmin::text, t.*::text from ${table} t where partner_id = $1 order by 2`);
  return found;
}

const counts = (report: ImportReport) =>
  Object.fromEntries(report.files.map((file) => [file.file, [file.created, file.updated, file.unchanged, file.skipped, file.refused]]));
const faults = (report: ImportReport) =>
  report.files.flatMap((file) => file.faults.map((fault) => `${fault.file}:${fault.line} ${fault.column}: ${fault.reason}`));

const companies = ['Record ID,Company name,Company Domain Name', '1001,Acme,acme.example', '1002,Globex,https://www.globex.example/'];
const contracts = [
  'Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,Max contacts,Email limit,MRR,Currency,Auto-renew',
  'C-1,1001,Basic,2025-12-31,P12M,annually,1000,5000,100.00,EUR,true',
];
const changesHeader =
  'Change ID,Contract ID,Type,Effective date,New max contacts,New email limit,Estimated new MRR,Accepted on,Cancellation requested on';

const renewal = () =>
  sql(
    `select effective_date::text as on, renewal_deadline::text as deadline from contract_change where partner_id = $1 and type = 'RENEWAL' and settled_on is null`,
  );
const log = () =>
  sql('select action, decided_on::text as on, source from contract_change_decision where partner_id = $1 order by sequence');

describe('the sample export', () => {
  test('goes in but for the rows that its description counts; again, it changes nothing', async () => {
    const report = await run(fixtures);
    // One row more than the original: its name is a formula, and stays a text.
    expect(counts(report)).toEqual({
      'companies.csv': [86, 0, 0, 0, 3],
      'contacts.csv': [324, 0, 0, 0, 2],
      'contracts.csv': [140, 0, 0, 0, 8],
      'changes.csv': [47, 0, 0, 0, 3],
      'usage.csv': [255, 0, 0, 0, 0],
    });
    expect(exitCode(report)).toBe(2);
    expect(faults(report).filter((fault) => fault.includes('repeated'))).toHaveLength(2);
    const before = await allRows();
    const again = await run(fixtures);
    expect(counts(again)).toEqual({
      'companies.csv': [0, 0, 86, 0, 3],
      'contacts.csv': [0, 0, 324, 0, 2],
      'contracts.csv': [0, 0, 140, 0, 8],
      'changes.csv': [0, 0, 47, 0, 3],
      'usage.csv': [0, 0, 255, 0, 0],
    });
    expect(await allRows()).toEqual(before);
    expect(await sql(`select name from customer where partner_id = $1 and name ~ '^[=+@-]'`)).toHaveLength(1);
    expect(await sql('select hub_id from customer where partner_id = $1 and hub_id > 9007199254740992')).not.toHaveLength(0);
  });

  test('tried without writing leaves nothing, not even the partner', async () => {
    const report = await run(fixtures, { isDryRun: true });
    expect(counts(report)['companies.csv']).toEqual([86, 0, 0, 0, 3]);
    expect(await sql('select from partner where id = $1')).toEqual([]);
    expect(Object.values(await allRows()).flat()).toEqual([]);
  });

  test('broken off half-way leaves nothing', async () => {
    const breakOff = new Error('broken off');
    const onProgress = ({ step }: { step: string }) => {
      if (step === 'writing changes.csv') throw breakOff;
    };
    await expect(run(fixtures, { onProgress })).rejects.toThrow(breakOff);
    expect(Object.values(await allRows()).flat()).toEqual([]);
  });
});

describe('a row', () => {
  test('claims its key even when it is bad; every fault of it is told, and it is counted once', async () => {
    const report = await run(
      csvFolder({
        'companies.csv': companies,
        'contracts.csv': [
          contracts[0]!,
          'C-1,9,,2025-02-30,P0M,often,-1,x,-5,EURO,maybe',
          'C-1,1001,Basic,2025-12-31,P12M,annually,,,1,EUR,true',
        ],
      }),
    );
    expect(counts(report)['contracts.csv']).toEqual([0, 0, 0, 0, 2]);
    const [bad, repeated] = [2, 3].map((line) => faults(report).filter((fault) => fault.startsWith(`contracts.csv:${line} `)));
    expect(bad).toHaveLength(10);
    expect(repeated).toEqual(['contracts.csv:3 Contract ID: repeated: stands already on line 2.']);
  });

  test('that differs from the last imported one wins; one that is the same changes nothing, whatever was set by hand', async () => {
    await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': contracts }));
    await sql(`update customer set name = 'By hand' where partner_id = $1 and hub_id = 1001`);
    await sql(`update dashboard_row set customer_name = 'By hand', search_text = E'acme\\n\\nacme.example\\n\\n' where partner_id = $1`);
    expect(counts(await run(csvFolder({ 'companies.csv': companies })))).toEqual({ 'companies.csv': [0, 0, 2, 0, 0] });
    expect(await sql('select name from customer where partner_id = $1 and hub_id = 1001')).toEqual([{ name: 'By hand' }]);
    const changed = csvFolder({ 'companies.csv': ['Record ID,Company name,Company Domain Name', '1001,Acme Corp,acme.example'] });
    expect(counts(await run(changed))).toEqual({ 'companies.csv': [0, 1, 0, 0, 0] });
    expect(await sql('select customer_name from dashboard_row where partner_id = $1')).toEqual([{ customer_name: 'Acme Corp' }]);
  });

  test('of a contract moves it to another Hub ID with its changes, audited for both', async () => {
    await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': contracts }));
    const report = await run(csvFolder({ 'contracts.csv': [contracts[0]!, contracts[1]!.replace('1001', '1002')] }));
    expect(faults(report)).toEqual([]);
    expect(counts(report)).toEqual({ 'contracts.csv': [0, 1, 0, 0, 0] });
    const moved = await sql(`select distinct customer.hub_id from dashboard_row row join customer on customer.id = row.customer_id
      join contract on contract.id = row.contract_id and contract.customer_id = row.customer_id where row.partner_id = $1 and contract.external_id = 'C-1'`);
    expect(moved).toEqual([{ hub_id: '1002' }]);
    expect(
      await sql(`select customer.hub_id from audit_event event join customer on customer.id = event.customer_id
      where event.partner_id = $1 and action = 'MOVE_CONTRACT' order by 1`),
    ).toEqual([{ hub_id: '1001' }, { hub_id: '1002' }]);
  });

  test('of a customer whose association ended is skipped, not bad', async () => {
    await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': contracts }));
    await sql(`update customer_association set ended_at = now() where partner_id = $1`);
    await sql(`delete from dashboard_row where partner_id = $1`);
    const report = await run(
      csvFolder({ 'companies.csv': companies, 'contracts.csv': [contracts[0]!, contracts[1]!.replace('100.00', '200')] }),
    );
    expect(counts(report)).toEqual({ 'companies.csv': [0, 0, 0, 2, 0], 'contracts.csv': [0, 0, 0, 1, 0] });
    expect(exitCode(report)).toBe(0);
  });
});

describe('a contract', () => {
  test('opens its next renewal from the anchor, clamped to the end of the month', async () => {
    const line = (id: string, start: string, term: string) => `${id},1001,Basic,${start},${term},monthly,,,1,EUR,true`;
    await run(
      csvFolder({
        'companies.csv': companies,
        'contracts.csv': [
          contracts[0]!,
          line('C-1', '2026-01-31', 'P1M'),
          line('C-2', '2024-02-29', 'P1Y'),
          line('C-3', '2026-11-22', 'P1Y'),
          line('C-4', '2025-11-22', '12'),
        ],
      }),
    );
    expect((await renewal()).map((each) => String(each['on'])).toSorted()).toEqual([
      '2026-11-22',
      '2026-11-30',
      '2027-02-28',
      '2027-11-22',
    ]);
  });

  test('that no longer renews by itself is cancelled on the day of the import or on the deadline; the first day stays', async () => {
    const off = contracts[1]!.replace('true', 'false');
    await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': [contracts[0]!, off] }));
    // The renewal is on 2026-12-31: its deadline was 2026-11-16.
    expect(await log()).toEqual([{ action: 'REQUEST_CANCELLATION', on: '2026-11-16', source: 'AUTO_RENEW' }]);
    await run(csvFolder({ 'contracts.csv': [contracts[0]!, off.replace('100.00', '110')] }));
    expect(await log()).toHaveLength(1);
    // The deadline has passed: on again changes nothing.
    await run(csvFolder({ 'contracts.csv': contracts }));
    expect(await log()).toHaveLength(1);
  });

  test('that renews by itself again is no longer cancelled while that can be decided', async () => {
    const open = contracts[1]!.replace('2025-12-31', '2026-03-31');
    await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': [contracts[0]!, open.replace('true', 'false')] }));
    await run(csvFolder({ 'contracts.csv': [contracts[0]!, open] }));
    expect(await log()).toEqual([
      { action: 'REQUEST_CANCELLATION', on: businessDate, source: 'AUTO_RENEW' },
      { action: 'WITHDRAW_CANCELLATION', on: businessDate, source: 'AUTO_RENEW' },
    ]);
  });
});

describe('a change', () => {
  test('of type renewal announces the terms of the open renewal, and of no other date', async () => {
    const changes = [changesHeader, 'X-1,C-1,renewal,2026-12-31,,,120.5,2026-11-01,', 'X-2,C-1,Renewal,2026-12-30,,,120.5,,'];
    const report = await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': contracts, 'changes.csv': changes }));
    expect(counts(report)['changes.csv']).toEqual([1, 0, 0, 0, 1]);
    expect(faults(report)[0]).toMatch(/^changes.csv:3 Effective date: .*2026-12-31/);
    expect(await sql('select new_mrr, is_accepted from dashboard_row where partner_id = $1')).toEqual([
      { new_mrr: '120.5', is_accepted: true },
    ]);
  });

  test('keeps decisions when its decision cells are empty later', async () => {
    const line = (accepted: string, mrr: string) => [changesHeader, `X-1,C-1,contact upgrade,2027-01-10,5000,,${mrr},${accepted},`];
    await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': contracts, 'changes.csv': line('2026-11-01', '120') }));
    expect(counts(await run(csvFolder({ 'changes.csv': line('', '130') })))).toEqual({ 'changes.csv': [0, 1, 0, 0, 0] });
    expect(await log()).toEqual([{ action: 'ACCEPT', on: '2026-11-01', source: 'IMPORT' }]);
    expect(await sql(`select new_mrr, is_accepted from dashboard_row where partner_id = $1 and type <> 'RENEWAL'`)).toEqual([
      { new_mrr: '130', is_accepted: true },
    ]);
  });

  test('that took effect before the import is history, and leaves the terms of today', async () => {
    const changes = [
      changesHeader,
      'X-1,C-1,contact upgrade,2026-11-10,5000,,150.00,2026-11-01,',
      'X-2,C-1,contact upgrade,2026-11-12,9000,,190.00,,',
    ];
    await run(csvFolder({ 'companies.csv': companies, 'contracts.csv': contracts, 'changes.csv': changes }));
    expect(await sql('select max_contacts, mrr from contract where partner_id = $1')).toEqual([{ max_contacts: 1000, mrr: '100.00' }]);
    expect(await sql(`select settled_on, is_history from contract_change where partner_id = $1 and type <> 'RENEWAL' order by 1`)).toEqual([
      { settled_on: '2026-11-11', is_history: true },
      { settled_on: '2026-11-13', is_history: true },
    ]);
  });
});

describe('contacts', () => {
  test("that are deactivated are no longer anybody's primary contact, and that is audited", async () => {
    const contacts = (active: string) => [
      'Record ID,First name,Last name,E-mail,Associated Company ID,Active',
      `7,Zoë,Trần,zoe@acme.example,1001,${active}`,
    ];
    await run(csvFolder({ 'companies.csv': companies, 'contacts.csv': contacts('true'), 'contracts.csv': contracts }));
    await sql(
      `update customer_association a set primary_contact_id = u.id from customer_user u where a.partner_id = $1 and u.partner_id = $1 and u.customer_id = a.customer_id`,
    );
    await sql(
      `update dashboard_row r set primary_contact_id = u.id, primary_contact_name = u.name, primary_contact_email = u.email from customer_user u where r.partner_id = $1 and u.partner_id = $1`,
    );
    await run(csvFolder({ 'contacts.csv': contacts('no') }));
    expect(
      await sql('select primary_contact_id, version from customer_association where partner_id = $1 and primary_contact_id is not null'),
    ).toEqual([]);
    expect(await sql(`select action from audit_event where partner_id = $1 and action like '%CONTACT%'`)).toHaveLength(1);
  });
});

describe('files as people have them', () => {
  test('have headers in any case, under other names, and mapped ones', async () => {
    const report = await run(
      csvFolder({
        'companies.csv': ['HUB-id,NAME,Domain,extra', '1001,Acme,acme.example,x'],
        'contracts.csv': [contracts[0]!.replace('Hub ID', 'account_id'), contracts[1]!],
      }),
      {
        mappings: ['Hub ID=account_id'],
      },
    );
    expect(faults(report)).toEqual([]);
    expect(counts(report)).toEqual({ 'companies.csv': [1, 0, 0, 0, 0], 'contracts.csv': [1, 0, 0, 0, 0] });
  });

  test('have byte order marks, CRLF, quotes, and line breaks in cells: a fault names the line where its record begins', async () => {
    const text = '\ufeffRecord ID,Company name\r\n1001,"Acme, ""the""\r\ncompany"\r\nx,Bad\r\n';
    const report = await run(csvFolder({ 'companies.csv': Buffer.from(text) }));
    expect(counts(report)).toEqual({ 'companies.csv': [1, 0, 0, 0, 1] });
    expect(faults(report)[0]).toMatch(/^companies.csv:4 Record ID/);
    expect(await sql('select name from customer where partner_id = $1')).toEqual([{ name: 'Acme, "the"\r\ncompany' }]);
  });

  test.each([
    ['an unclosed quote', Buffer.from(`Record ID,Company name\n1001,"Acme\n${'x,y\n'.repeat(1000)}`)],
    ['a workbook', Buffer.from('PK\x03\x04Record ID,Company name\n1001,Acme\n', 'latin1')],
    ['NUL characters', Buffer.from('Record ID,Company name\n1001,Ac\0me\n')],
    [
      'bytes that are no text',
      Buffer.concat([Buffer.from('Record ID,Company name\n1001,'), Buffer.from([0xc3, 0x28, 0x81]), Buffer.from('\n')]),
    ],
    ['one huge cell', Buffer.from(`Record ID,Company name\n1001,${'x'.repeat(3_000_000)}\n`)],
    ['no required column', Buffer.from('Company name\nAcme\n')],
    ['one column twice', Buffer.from('Record ID,Record ID,Company name\n1001,1001,Acme\n')],
    ['nothing', Buffer.from('')],
  ])('with %s are told what is wrong, and nothing half-read goes in', async (_, bytes) => {
    const report = await run(csvFolder({ 'companies.csv': bytes }));
    expect(faults(report).length).toBeGreaterThan(0);
    expect(exitCode(report)).toBe(1);
    expect(await sql('select from customer where partner_id = $1')).toEqual([]);
  });

  test('a header with a NUL character is shown escaped in the faults and notes of its column', async () => {
    const lines = [`Other ${'column '.repeat(40)},Record\0 ID,Company name`, ',x,A', ',1,B', ',1,B', ',1,C'];
    const report = await run(csvFolder({ 'companies.csv': lines }));
    expect(report.files[0]!.faults.map(({ line, column }) => [line, column])).toEqual([
      [2, 'Record\\0 ID'],
      [5, 'Record\\0 ID'],
    ]);
    expect(report.files[0]!.rowNotes.map(({ line, column }) => [line, column])).toEqual([[4, 'Record\\0 ID']]);
  });
});
