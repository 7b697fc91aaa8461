import type { PartnerTransaction } from '../database/transaction.ts';
import { contractsFile } from './contracts.columns.ts';
import { stagingTable, type ImportFile } from './import-file.ts';
import type { ImportFault } from './import-report.ts';
import type { StagedFile } from './staging.queries.ts';

/** Faults are stored in the database until they are reported: every row may have one. */
export async function createFaultTable(tx: PartnerTransaction): Promise<void> {
  await tx.query(`/* createFaultTable */ create temporary table import_fault (
    file text not null, line integer not null, position integer not null, "column" text, value text not null, reason text not null,
    is_repetition boolean not null default false
  ) on commit drop`);
}

/** Faults in the rows' own cells. */
export async function recordCellFaults(tx: PartnerTransaction, file: ImportFile): Promise<void> {
  await tx.query(
    `/* recordCellFaults */ insert into import_fault
     select $1, staged.line, fault.position, fault."column", fault.value, fault.reason
     from ${stagingTable(file)} staged
     cross join lateral json_to_recordset(staged.faults) as fault(position integer, "column" text, value text, reason text)
     where staged.faults is not null`,
    [file.name],
  );
}

/**
 * The first row with a key claims it, even if it is faulty. A later row that says the same is skipped with a note, and keeps no digest;
 * one that says something else is refused.
 */
export async function recordRepeatedKeys(tx: PartnerTransaction, { file, header }: StagedFile): Promise<void> {
  for (const key of [file.key, file.otherKey]) {
    if (!key?.every((name) => header!.staged.has(name))) continue;
    const columns = [...file.columns.entries()].filter(([, column]) => key.some((name) => name in column.into));
    const position = columns[0]![0];
    const headers = columns.map(([index]) => header!.places[index]!.header).join(', ');
    const value = `concat_ws(', ', ${key.map((name) => `staged.${name}`).join(', ')})`;
    await tx.query(
      `/* recordRepeatedKeys */ insert into import_fault
       select $1, staged.line, $2, $3, ${value}, ${repeatedSql(file)}, true
       from ${repetitionsSql(file, key)}
       where staged.digest <> first.digest and not exists (
         select from import_fault fault where fault.file = $1 and fault.line = staged.line and fault.is_repetition)`,
      [file.name, position, headers],
    );
    await tx.query(
      `/* recordRepeatedKeys */ update ${stagingTable(file)} same
       set digest = null, notes = json_build_array(json_build_object('position', $1::int, 'column', $2::text, 'value', repeated.value,
         'reason', 'The same row stands on line ' || repeated.first_line || '.'))
       from (select staged.line, first.line as first_line, ${value} as value from ${repetitionsSql(file, key)}
         where staged.digest = first.digest) repeated
       where same.line = repeated.line`,
      [position, headers],
    );
  }
}

/** SQL: rows `staged` that repeat the key of an earlier row, `first`. */
const repetitionsSql = (file: ImportFile, key: readonly string[]) => `${stagingTable(file)} staged
  join (select ${key.join(', ')}, min(line) as first_line from ${stagingTable(file)} group by ${key.join(', ')} having count(*) > 1) repeated
    using (${key.join(', ')})
  join ${stagingTable(file)} first on first.line = repeated.first_line and staged.line > first.line`;

function repeatedSql(file: ImportFile): string {
  const repeated = `'repeated: stands already on line ' || first.line || '.'`;
  if (!file.columns.some(({ into }) => 'product' in into)) return repeated;
  return `case when first.product <> staged.product then 'repeated: line ' || first.line || ' has the same contract with the product "'
    || first.product || '". One contract cannot have two products.' else ${repeated} end`;
}

/** Faults of a row against the database, by the code from its resolution. Repeated rows are not looked up. */
export type ReferenceFault = {
  /** a column of the file's table */
  header: string;
  /** SQL over the staged and judged row */
  value: string;
  reason: string;
  /** Where the record would come from. If its row there was refused, that is told instead of the reason. */
  origin?: { file: ImportFile; record: string; key: string; reference: string };
};

/** The row's contract is neither one of the partner nor one of this import. */
export const unknownContract: Record<'UNKNOWN_CONTRACT', ReferenceFault> = {
  UNKNOWN_CONTRACT: {
    header: 'Contract ID',
    value: 'staged.contract_external_id',
    reason: `'There is no contract with this ID.'`,
    origin: { file: contractsFile, record: 'contract', key: 'external_id', reference: 'contract_external_id' },
  },
};

export async function recordReferenceFaults(
  tx: PartnerTransaction,
  { file, header }: StagedFile,
  faults: Readonly<Record<string, ReferenceFault>>,
): Promise<void> {
  for (const [code, fault] of Object.entries(faults)) {
    const position = file.columns.findIndex((column) => column.header === fault.header);
    const { reason, join } = withOrigin(fault);
    await tx.query(
      `/* recordReferenceFaults */ insert into import_fault
       select $1, staged.line, $2, $3, ${fault.value}, ${reason}
       from ${stagingTable(file)}_row judged join ${stagingTable(file)} staged using (line) ${join}
       where $4 = any(judged.codes) and not exists (
         select from import_fault fault where fault.file = $1 and fault.line = staged.line and fault.is_repetition)`,
      [file.name, position, header!.places[position]?.header ?? fault.header, code],
    );
  }
}

/** The join finds the first refused row with the key, and the reason names its line. */
function withOrigin({ reason, origin }: ReferenceFault): { reason: string; join: string } {
  if (!origin) return { reason, join: '' };
  const { file, record, key, reference } = origin;
  return {
    reason: `coalesce('The ${record} was refused on line ' || origin.line || ' of ${file.name}.', ${reason})`,
    join: `left join (
      select refused.${key} as key, min(line) as line from ${stagingTable(file)} refused join ${stagingTable(file)}_row outcome using (line)
      where outcome.outcome = 'REFUSED' group by refused.${key}) origin on origin.key = staged.${reference}`,
  };
}

const batchSize = 1000;

/** Passes on all faults in batches, ordered by file (in the given order), line and column. */
export async function readFaults(
  tx: PartnerTransaction,
  files: readonly string[],
  onFaults: (batch: ImportFault[]) => Promise<void> | void,
): Promise<void> {
  await tx.query(
    `/* readFaults */ declare import_faults no scroll cursor for
     select file, line, "column", value, reason from import_fault
     order by array_position(array[${files.map((file) => `'${file}'`).join(', ')}], file), line, position`,
  );
  for (;;) {
    const { rows } = await tx.query<ImportFault>(`/* readFaults */ fetch ${batchSize} from import_faults`);
    if (rows.length === 0) break;
    await onFaults(rows);
  }
  await tx.query('/* readFaults */ close import_faults');
}
