import type { PartnerTransaction } from '../database/transaction.ts';
import { stagingTable, type ImportFile } from './import-file.ts';
import type { ImportFault } from './import-report.ts';

/** How many notes are handed on at once. */
const batchSize = 1000;

/** Hands on what must be said about the rows of a file that were not refused, a batch at a time, by line and column. */
export async function readNotes(
  tx: PartnerTransaction,
  file: ImportFile,
  onNotes: (batch: ImportFault[]) => Promise<void> | void,
): Promise<void> {
  await tx.query(
    `/* readNotes */ declare import_notes no scroll cursor for
     select '${file.name}' as file, staged.line, note."column", note.value, note.reason
     from ${stagingTable(file)} staged join ${stagingTable(file)}_row outcome using (line)
     cross join lateral json_to_recordset(staged.notes) as note(position integer, "column" text, value text, reason text)
     where staged.notes is not null and outcome.outcome <> 'REFUSED'
     order by staged.line, note.position`,
  );
  for (;;) {
    const { rows } = await tx.query<ImportFault>(`/* readNotes */ fetch ${batchSize} from import_notes`);
    if (rows.length === 0) break;
    await onNotes(rows);
  }
  await tx.query('/* readNotes */ close import_notes');
}
