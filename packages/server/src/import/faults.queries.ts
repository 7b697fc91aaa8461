import type { PartnerTransaction } from '../database/transaction.ts';
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

/** The first row with a key claims it, even if it is faulty; later rows with that key are refused. */
export async function recordRepeatedKeys(tx: PartnerTransaction, { file, header }: StagedFile): Promise<void> {
  const key = file.key.join(', ');
  const columns = [...file.columns.entries()].filter(([, column]) => file.key.some((name) => name in column.into));
  const headers = columns.map(([index]) => header!.places[index]!.header);
  await tx.query(
    `/* recordRepeatedKeys */ insert into import_fault
     select $1, staged.line, $2, $3, concat_ws(', ', ${file.key.map((name) => `staged.${name}`).join(', ')}),
       'repeated: stands already on line ' || first.line || '.', true
     from ${stagingTable(file)} staged
     join (select ${key}, min(line) as line from ${stagingTable(file)} group by ${key} having count(*) > 1) first using (${key})
     where staged.line > first.line`,
    [file.name, columns[0]![0], headers.join(', ')],
  );
}

/** Faults of a row against the database, by the code from its resolution. Repeated rows are not looked up. */
export type ReferenceFault = {
  /** a column of the file's table */
  header: string;
  /** SQL over the staged and judged row */
  value: string;
  reason: string;
};

/** The row's Hub ID belongs neither to a customer of the partner nor to a company of this import. */
export const unknownCustomer = (header: string): Record<'UNKNOWN_CUSTOMER', ReferenceFault> => ({
  UNKNOWN_CUSTOMER: { header, value: 'staged.hub_id::text', reason: `'No customer has this Hub ID.'` },
});

export async function recordReferenceFaults(
  tx: PartnerTransaction,
  { file, header }: StagedFile,
  faults: Readonly<Record<string, ReferenceFault>>,
): Promise<void> {
  for (const [code, fault] of Object.entries(faults)) {
    const position = file.columns.findIndex((column) => column.header === fault.header);
    await tx.query(
      `/* recordReferenceFaults */ insert into import_fault
       select $1, staged.line, $2, $3, ${fault.value}, ${fault.reason}
       from ${stagingTable(file)}_row judged join ${stagingTable(file)} staged using (line)
       where $4 = any(judged.codes) and not exists (
         select from import_fault fault where fault.file = $1 and fault.line = staged.line and fault.is_repetition)`,
      [file.name, position, header!.places[position]!.header, code],
    );
  }
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
