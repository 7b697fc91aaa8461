import type { PartnerTransaction } from '../database/transaction.ts';
import { companiesFile } from './companies.columns.ts';
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
  /** Where the record would come from. If its row there was refused, that is told instead of the reason. */
  origin?: { file: ImportFile; record: string; key: string; reference: string };
};

/** The row's Hub ID belongs neither to a customer of the partner nor to a company of this import. */
export const unknownCustomer = (header: string): Record<'UNKNOWN_CUSTOMER', ReferenceFault> => ({
  UNKNOWN_CUSTOMER: {
    header,
    value: 'staged.hub_id::text',
    reason: `'No customer has this Hub ID.'`,
    origin: { file: companiesFile, record: 'company', key: 'hub_id', reference: 'hub_id' },
  },
});

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
      [file.name, position, header!.places[position]!.header, code],
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
