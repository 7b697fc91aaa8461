import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';

// A table is written in one folder (decisions/016). Statements are read as text, so they must spell table names literally.
const folders: Record<string, string> = {
  partner: 'partner',
  partner_user: 'partner',
  customer: 'customer',
  customer_user: 'customer',
  app_usage: 'customer',
  customer_association: 'association',
  contract: 'contract',
  imported_terms: 'contract',
  contract_change: 'contract-change',
  contract_change_decision: 'contract-change',
  dashboard_row: 'contract-change',
  saved_view: 'dashboard',
  dashboard_column_choice: 'dashboard',
  default_view: 'dashboard',
  api_key: 'api-key',
  user_session: 'session',
  audit_event: 'writing',
  idempotency_key: 'writing',
  outbox_message: 'outbox',
  reminder_settings: 'reminder',
  reminder_preference: 'reminder',
  reminder_mute: 'reminder',
  mail_suppression: 'reminder',
  reminder_planning: 'reminder',
  restoration: 'outbox',
};

/** Temporary tables of an import; `stagingTable(file)` and `rowTable(file)` name some of them. */
const temporary = /^(import_\w+|\$\{(stagingTable|rowTable)\(file\)\}(_row)?)$/;

/** A table in a statement. Any other text in its place is found too, and belongs to no folder. */
const name = String.raw`(?:only\s+)?(\w+|\$\{[^}]*\}\w*|\S)`;

/** Folders that write all tables, each by its one file, and only as the owner of the tables (decisions/047). */
const writersOfAll: Record<string, readonly string[]> = {
  'backup/backup.format.ts': ['${inPublic(name)}'],
  'backup/loading.queries.ts': ['${inPublic(table)}'],
  'partner-removal/partner-removal.queries.ts': ['api_key', '${table}', 'partner'],
};

/** Statements that write, in any layout; `do update set` and `for update` name no table. */
const patterns = [
  String.raw`\binsert\s+into\s+${name}`,
  String.raw`(?<!\b(?:do|for|key)\s+)\bupdate\s+${name}\s+(?:(?:as\s+)?\w+\s+)?set\b`,
  String.raw`\bdelete\s+from\s+${name}`,
  String.raw`\bmerge\s+into\s+${name}`,
  String.raw`(?<=[\`'"]|\*/\s*)truncate\s+(?:table\s+)?${name}`,
  String.raw`\bcopy\s+${name}\s*\([^;]{0,200}?\)\s+from\s+stdin\b`,
].map((pattern) => new RegExp(pattern, 'gi'));

type Written = { table: string; folder: string; file: string };

function writtenBy(file: string, text: string): Written[] {
  const folder = file.split(sep)[0]!;
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => ({ table: match[1]!, folder, file })));
}

const isWriterOfAll = ({ table, file }: Written) => writersOfAll[file.split(sep).join('/')]?.includes(table) ?? false;

const isAtHome = ({ table, folder }: Written) => (temporary.test(table) ? folder === 'import' : folders[table] === folder);

const source = resolve(import.meta.dirname, '../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file));
const isMigration = (file: string) => file.startsWith(['database', 'migrations', ''].join(sep));
const written = files.flatMap((file) => writtenBy(file, readFileSync(resolve(source, file), 'utf8')));
const byProgram = written.filter(({ file }) => !isMigration(file));

/** Tables whose existing rows a migration changes, so that they fit the new schema. */
const migrated = [
  ['1790550000000-search-text.ts', 'dashboard_row'],
  ['1790550000000-search-text.ts', 'customer'],
  ['1790600000000-told-late.ts', 'contract_change'],
  ['1790600000000-told-late.ts', 'partner'],
  ['1790710000000-passing-in-pieces.ts', 'partner'],
  ['1790720000000-people.ts', 'audit_event'],
  ['1790770000000-passing-by-contract.ts', 'partner'],
];

describe('every table', () => {
  test('is written only in its own folder', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(byProgram.filter((each) => !isAtHome(each) && !isWriterOfAll(each))).toEqual([]);
  });

  test('is written by a restore and by the removal of a partner, which run as the owner', () => {
    const found = Object.keys(writersOfAll).map((file) =>
      byProgram.filter((each) => each.file === file.split('/').join(sep) && isWriterOfAll(each)),
    );
    expect(found.map((all) => [...new Set(all.map(({ table }) => table))])).toEqual(Object.values(writersOfAll));
    // Only commands may use them: a request has no connection of the owner.
    const users = files.filter((file) => /from '\.\.\/(backup|partner-removal)\//.test(readFileSync(resolve(source, file), 'utf8')));
    expect(users.every((file) => file.startsWith(`command-line${sep}`))).toBe(true);
  });

  test('is written by no migration but those listed here', () => {
    const byMigrations = written.filter(({ file }) => isMigration(file)).map(({ file, table }) => [file.split(sep).at(-1), table]);
    expect(byMigrations).toEqual(migrated);
  });

  test('is written somewhere', () => {
    expect(Object.keys(folders).filter((table) => !byProgram.some((each) => each.table === table))).toEqual([]);
  });

  test('is one that the migrations create', () => {
    const created = files
      .filter(isMigration)
      .flatMap((file) => [...readFileSync(resolve(source, file), 'utf8').matchAll(/\bcreate table (\w+)/g)]);
    expect(new Set(created.map((match) => match[1]))).toEqual(new Set(Object.keys(folders)));
  });
});

test('no statement writes a table that another part of it reads', () => {
  const isWriting = /\bas\s+(not\s+)?(materialized\s+)?\(\s*(insert|update|delete|merge)\b/i;
  // dashboard_row loses obsolete rows and gets the defined ones, which come from other tables.
  expect(files.filter((file) => isWriting.test(readFileSync(resolve(source, file), 'utf8')))).toEqual([
    ['contract-change', 'dashboard-row.queries.ts'].join(sep),
  ]);
});

describe('the parser of statements', () => {
  const elsewhere = ['elsewhere', 'statement.queries.ts'].join(sep);

  test.each([
    ['insert into contract (id)', 'contract'],
    ['insert\n  into contract_change as change (id)', 'contract_change'],
    ['update customer set name', 'customer'],
    ['update customer_association association\n  set version', 'customer_association'],
    ['update api_key as key set role', 'api_key'],
    ['update ${table} set role', '${table}'],
    ['delete\nfrom saved_view where', 'saved_view'],
    ['insert into ${table} (id)', '${table}'],
    ["'insert into ' + table", "'"],
    ['merge into partner using', 'partner'],
    ['`truncate partner`', 'partner'],
    ['copy ${stagingTable(file)} (line, ${columns}) from stdin', '${stagingTable(file)}'],
    ['copy contract(id) from stdin', 'contract'],
  ])('finds the written table in %j', (text, table) => {
    expect(writtenBy(elsewhere, text)).toEqual([expect.objectContaining({ table })]);
    expect(writtenBy(elsewhere, text).some(isAtHome)).toBe(false);
  });

  test.each(['select from partner for no key update skip locked', 'on conflict (id) do update set name = excluded.name', 'for update'])(
    'finds nothing in %j',
    (text) => expect(writtenBy(elsewhere, text)).toEqual([]),
  );
});
