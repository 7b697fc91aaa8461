import type { PartnerTransaction } from '../database/transaction.ts';
import { stagingTable, type ImportFile } from './import-file.ts';
import type { FileReport } from './import-report.ts';
import { empty, pieceLength, untold } from './row-digest.rules.ts';
import type { StagedFile } from './staging.queries.ts';

/** Each staging table has a second table, with the outcome and the record of each row. */
const rowTable = (file: ImportFile) => `${stagingTable(file)}_row`;

/** The outcome is REFUSED, SKIPPED, CREATED, UPDATED or UNCHANGED; `codes` are faults against other rows and the database. */
export async function createRowTable(tx: PartnerTransaction, file: ImportFile, columns: string): Promise<void> {
  await tx.query(
    `/* createRowTable */ create temporary table ${rowTable(file)} (line integer not null, outcome text not null, codes text[] not null, ${columns}) on commit drop`,
  );
}

/**
 * SQL: the digest to store for a row, where `told` is the row's digest and `stored` the record's. A column that the row does not tell keeps
 * its piece. A stored digest of another length is of an older version, and is replaced.
 */
export function mergedDigestSql(file: ImportFile, told: string, stored: string): string {
  const pieces = file.columns.map((_, index) => {
    const of = (digest: string) => `substr(${digest}, ${index * pieceLength + 1}, ${pieceLength})`;
    return `case when ${of(told)} = '${untold.repeat(pieceLength)}' then ${of(stored)} else ${of(told)} end`;
  });
  const isWhole = `strpos(${told}, '${untold}') = 0`;
  const isOlder = `length(${stored}) is distinct from ${file.columns.length * pieceLength}`;
  return `(case when ${isWhole} or ${isOlder} then ${told} else ${pieces.join(' || ')} end)`;
}

/** SQL: whether a row tells something else than its record's last imported row, or has no record; see {@link mergedDigestSql}. */
export const isChangedSql = (file: ImportFile, told: string, stored: string) =>
  `(${stored} is distinct from ${told} and ${saidSql(stored)} is distinct from ${saidSql(mergedDigestSql(file, told, stored))})`;

/** SQL: a digest in which a column that was never told says the same as an empty cell. */
const saidSql = (digest: string) => `translate(${digest}, '${untold}', '${empty}')`;

/** SQL: whether the row tells a column of the file, named by its header, and tells something else than before. */
export function isCellChangedSql(file: ImportFile, header: string, told: string, stored: string): string {
  const at = pieceLength * file.columns.findIndex((column) => column.header === header) + 1;
  const of = (digest: string) => `substr(${digest}, ${at}, ${pieceLength})`;
  return `(${of(told)} <> '${untold.repeat(pieceLength)}' and ${of(told)} is distinct from ${saidSql(of(stored))})`;
}

/**
 * SQL: the value that an update writes to a column: `told` by the row, or `kept` from the record if the file lacks the staged column or
 * the row's cell could not be read. An empty cell is told, and may clear.
 */
export function cellSql({ header }: StagedFile, column: string, { told, kept }: { told: string; kept: string }): string {
  if (!header!.staged.has(column)) return kept;
  return `case when '${column}' = any (staged.unread) then ${kept} else ${told} end`;
}

/** SQL: the outcome of a row `staged`; `has` tells whether its record exists, and `digest` is that record's last imported digest. */
export const outcomeSql = ({
  file,
  codes,
  isSkipped,
  has,
  digest,
}: Record<'codes' | 'isSkipped' | 'has' | 'digest', string> & { file: ImportFile }) => `case
    when cardinality(${codes}) > 0 or exists (
      select from import_fault fault where fault.file = '${file.name}' and fault.line = staged.line) then 'REFUSED'
    when staged.digest is null then 'SKIPPED' -- the same row stands above
    when ${isSkipped} then 'SKIPPED'
    when not (${has}) then 'CREATED'
    when ${isChangedSql(file, 'staged.digest', digest)} then 'UPDATED'
    else 'UNCHANGED' end`;

/** SQL: an array of the codes whose condition is true. */
export const codesSql = (conditions: Readonly<Record<string, string>>) =>
  `array_remove(array[${Object.entries(conditions)
    .map(([code, condition]) => `case when ${condition} then '${code}' end`)
    .join(', ')}], null)`;

export type RowCounts = Pick<FileReport, 'rows' | 'created' | 'updated' | 'unchanged' | 'skipped' | 'refused'>;

export async function countRows(tx: PartnerTransaction, file: ImportFile): Promise<RowCounts> {
  const { rows } = await tx.query<RowCounts>(
    `/* countRows */ select count(*)::int as rows,
       ${['created', 'updated', 'unchanged', 'skipped', 'refused'].map((outcome) => `(count(*) filter (where outcome = '${outcome.toUpperCase()}'))::int as ${outcome}`).join(', ')}
     from ${rowTable(file)}`,
  );
  return rows[0]!;
}

/** Customers whose dashboard rows may have changed: one table collects them, the other holds each once. */
export async function createTouchedTable(tx: PartnerTransaction): Promise<void> {
  await tx.query('/* createTouchedTable */ create temporary table import_touched (customer_id uuid not null) on commit drop');
  await tx.query('/* createTouchedTable */ create temporary table import_touched_once (customer_id uuid primary key) on commit drop');
}

export async function touchCustomers(tx: PartnerTransaction, file: ImportFile, column = 'customer_id'): Promise<void> {
  await tx.query(
    `/* touchCustomers */ insert into import_touched
     select distinct judged.${column} from ${rowTable(file)} judged
     where judged.outcome in ('CREATED', 'UPDATED') and judged.${column} is not null`,
  );
}

/** SQL: the accepted rows of a file, as `judged` and `staged`, and what is joined to them; optionally only those with one outcome. */
export const goodRowsSql = (file: ImportFile, outcome?: 'CREATED' | 'UPDATED', joined = '') =>
  `${rowTable(file)} judged join ${stagingTable(file)} staged using (line) ${joined}
   where judged.outcome ${outcome === undefined ? `in ('CREATED', 'UPDATED')` : `= '${outcome}'`}`;

/** SQL: the columns that all imported decisions share. */
export const importedDecision = (source: 'AUTO_RENEW' | 'END_DATE' | 'IMPORT') =>
  `'import' as recorded_by, false as on_behalf_of_customer, '${source}' as source, now() as recorded_at`;

export async function touchCustomersById(tx: PartnerTransaction, customerIds: readonly string[]): Promise<void> {
  await tx.query('/* touchCustomers */ insert into import_touched select unnest($1::uuid[])', [customerIds]);
}

export const touchedCustomersSql = 'select customer_id from import_touched_once';

/** Counts the customers, and updates the planner's statistics. */
export async function gatherTouchedCustomers(tx: PartnerTransaction): Promise<number> {
  const { rowCount } = await tx.query(
    '/* gatherTouchedCustomers */ insert into import_touched_once select distinct customer_id from import_touched',
  );
  await tx.query('/* gatherTouchedCustomers */ analyze import_touched_once');
  return rowCount ?? 0;
}
