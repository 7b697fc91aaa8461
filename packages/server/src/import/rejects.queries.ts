import type { PartnerTransaction } from '../database/transaction.ts';
import { companiesFile } from './companies.columns.ts';
import { stagingTable, type ImportFile } from './import-file.ts';
import type { FileReport } from './import-report.ts';

/** A row of a file that was refused or skipped, and why. */
export type Reject = { line: number; outcome: 'REFUSED' | 'SKIPPED'; reason: string };

/** SQL: why the row `staged` was skipped. Reasons are counted, so none names the row's own line or account. */
const skipReasonSql = (file: ImportFile) => `coalesce(
  (select note.reason from json_to_recordset(staged.notes) as note(reason text, skips boolean) where note.skips limit 1),
  case when staged.digest is null then 'The same row stands above.' end,
  ${file.name === companiesFile.name ? `case when judged.is_merged then 'The account was merged into another one.' end,` : ''}
  'The customer''s association has ended; --reassociate resumes it.')`;

/** How many rows of a file were skipped, by reason. */
export async function countSkips(tx: PartnerTransaction, file: ImportFile): Promise<FileReport['skips']> {
  const { rows } = await tx.query<FileReport['skips'][number]>(
    `/* countSkips */ select ${skipReasonSql(file)} as reason, count(*)::int as rows
     from ${stagingTable(file)}_row judged join ${stagingTable(file)} staged using (line)
     where judged.outcome = 'SKIPPED' group by 1 order by 2 desc, 1`,
  );
  return rows;
}

const batchSize = 1000;

/** The rows of a file that were refused or skipped, by line. A row with several faults is told with all of them. */
export async function* readRejects(tx: PartnerTransaction, file: ImportFile): AsyncGenerator<Reject> {
  await tx.query('/* readRejects */ analyze import_fault');
  await tx.query(
    `/* readRejects */ declare import_rejects no scroll cursor for
     select judged.line, judged.outcome, case judged.outcome when 'SKIPPED' then ${skipReasonSql(file)} else fault.reasons end as reason
     from ${stagingTable(file)}_row judged join ${stagingTable(file)} staged using (line)
     left join (
       select line, string_agg(coalesce("column" || ': ', '') || reason, ' ' order by position) as reasons
       from import_fault where file = '${file.name}' group by line
     ) fault using (line)
     where judged.outcome in ('REFUSED', 'SKIPPED')
     order by judged.line`,
  );
  for (;;) {
    const { rows } = await tx.query<Reject>(`/* readRejects */ fetch ${batchSize} from import_rejects`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await tx.query('/* readRejects */ close import_rejects');
}
