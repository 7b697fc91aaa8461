import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { refreshDashboardRows } from '../contract-change/dashboard-row.queries.ts';
import { passDays, passDaysWithin, settleDueChanges } from '../contract-change/passing-days.queries.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { createPartner } from '../partner/partner-record.queries.ts';
import { waitForImportTurn } from '../writing/import-turns.queries.ts';
import { changesFile } from './changes.columns.ts';
import { createChangeRows, writeChanges } from './changes.queries.ts';
import { companiesFile } from './companies.columns.ts';
import { createCompanyRows, writeCompanies } from './companies.queries.ts';
import { contactsFile } from './contacts.columns.ts';
import { createContactRows, writeContacts } from './contacts.queries.ts';
import { auditEnds } from './contract-ends.queries.ts';
import { contractsFile } from './contracts.columns.ts';
import { createContractRows, writeContracts } from './contracts.queries.ts';
import { escaped } from './escaped-text.ts';
import { createFaultTable, readFaults, recordCellFaults, recordRepeatedKeys } from './faults.queries.ts';
import { prepareFile, type ReadingChoices } from './file-reading.ts';
import { columnMap, ImportRefused, requireMappedHeaders, type ColumnMap } from './header.rules.ts';
import type { ImportFile } from './import-file.ts';
import { isNothingTaken, mostKeptFaults, type FileReport, type ImportFault, type ImportReport } from './import-report.ts';
import { auditImport, lockTouchedCustomers, prepareConnection } from './import.queries.ts';
import { requireReadableFile } from './readable-file.ts';
import { readNotes } from './notes.queries.ts';
import { countSkips } from './rejects.queries.ts';
import { RejectsFolder, type SourceFile } from './rejects-folder.ts';
import { reassociateCustomers } from './reassociation.queries.ts';
import { countRows, createTouchedTable, gatherTouchedCustomers, touchedCustomersSql } from './rows.queries.ts';
import { createStagingTable, stageFile, type StagedFile } from './staging.queries.ts';
import { usageFile } from './usage.columns.ts';
import { createUsageRows, writeUsage } from './usage.queries.ts';

export type ImportProgress = { bytesRead: number; bytesTotal: number; step: string };

export type ImportOptions = ReadingChoices & {
  pool: Pool;
  partnerId: string;
  /** Name of a new partner, which the import's transaction creates. */
  newPartnerName?: string | undefined;
  folder: string;
  businessDate: CalendarDate;
  mostDays?: number;
  isDryRun?: boolean;
  isReassociating?: boolean;
  /** `Hub ID=account_id`: our column, and the file's header for it */
  mappings?: readonly string[];
  /** A folder that takes copies of the refused and skipped rows, to be mended; also those of a dry run. */
  rejects?: string | undefined;
  onProgress?: (progress: ImportProgress) => void;
  /** Gets all faults in batches before the commit; the report holds only the first ones of each file. */
  onFaults?: (batch: readonly ImportFault[]) => Promise<void> | void;
  /** Gets all notes about rows, in the same way. */
  onNotes?: (batch: readonly ImportFault[]) => Promise<void> | void;
};

type Write = (tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate) => Promise<void>;

/** The files of an export in the order of writing: referenced rows come first. */
const steps: readonly { file: ImportFile; createRows(tx: PartnerTransaction): Promise<void>; write: Write }[] = [
  { file: companiesFile, createRows: createCompanyRows, write: writeCompanies },
  { file: contactsFile, createRows: createContactRows, write: writeContacts },
  { file: contractsFile, createRows: createContractRows, write: writeContracts },
  { file: changesFile, createRows: createChangeRows, write: writeChanges },
  { file: usageFile, createRows: createUsageRows, write: writeUsage },
];
const files = steps.map(({ file }) => file);

/** Imports a folder in one transaction. Throws {@link ImportRefused} when nothing can be read. */
export async function importFolder(options: ImportOptions): Promise<ImportReport> {
  const mappings = columnMap(options.mappings ?? [], files);
  const prepared: SourceFile[] = [];
  for (const each of await findFiles(options.folder))
    prepared.push({ ...each, file: await prepareFile(each.file, each.path, mappings, options) });
  if (options.rejects === undefined) return await importFiles(prepared, mappings, options);
  const rejects = await RejectsFolder.open(options.rejects, options.folder, prepared);
  try {
    const report = await importFiles(prepared, mappings, options, rejects);
    await rejects.removeEmpty();
    return report;
  } catch (error) {
    await rejects.discard();
    throw error;
  }
}

async function importFiles(
  prepared: SourceFile[],
  mappings: ColumnMap,
  options: ImportOptions,
  rejects?: RejectsFolder,
): Promise<ImportReport> {
  const { pool, partnerId, newPartnerName, businessDate, mostDays, isDryRun = false } = options;
  // Days pass before the import, in a transaction of their own: a long one would hold their locks. A dry run leaves nothing.
  if (newPartnerName === undefined && !isDryRun) await passDays(pool, partnerId, businessDate, mostDays);

  let report: ImportReport | undefined;
  const rolledBack = new Error('The import leaves nothing.');
  const work = async (tx: PartnerTransaction) => {
    await prepareConnection(tx);
    if (newPartnerName !== undefined) await createPartner(tx, newPartnerName, businessDate);
    const staged = await stage(tx, prepared, mappings, options);
    await write(tx, staged, options);
    report = { businessDate, isDryRun, files: await reportFiles(tx, staged, options) };
    if (rejects) {
      for (const told of report.files) {
        options.onProgress?.({ bytesRead: 1, bytesTotal: 1, step: `copying rejected rows of ${told.file}` });
        await rejects.take(
          tx,
          prepared.find(({ file }) => file.name === told.file)!,
          told,
          mappings,
          options,
        );
      }
    }
    await auditImport(tx, report);
    // A partner that was to be created for nothing is not.
    if (isDryRun || (newPartnerName !== undefined && isNothingTaken(report))) throw rolledBack;
  };
  // No retry after a deadlock: an import can take half an hour.
  await inPartnerTransaction(pool, partnerId, work, { attempts: 1 }).catch((error: unknown) => {
    if (error !== rolledBack) throw error;
  });
  return report!;
}

async function findFiles(folder: string): Promise<SourceFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new ImportRefused(`The folder ${folder} cannot be read (${error.code}).`);
  });
  const found: SourceFile[] = [];
  for (const file of files) {
    const name = names.includes(file.name) ? file.name : names.find((each) => each.toLowerCase() === file.name);
    if (name === undefined) continue;
    const path = join(folder, name);
    found.push({ file, path, ...(await requireReadableFile(name, path)) });
  }
  if (found.length > 0) return found;
  throw new ImportRefused(`The folder ${folder} has none of the files ${files.map((file) => file.name).join(', ')}.`);
}

async function stage(
  tx: PartnerTransaction,
  found: SourceFile[],
  mappings: ColumnMap,
  { onProgress }: ImportOptions,
): Promise<StagedFile[]> {
  await createFaultTable(tx);
  await createTouchedTable(tx);
  for (const { file, createRows } of steps) {
    await createStagingTable(tx, file);
    await createRows(tx);
  }
  const bytesTotal = found.reduce((total, { bytes }) => total + bytes, 0);
  let bytesRead = 0;
  const staged: StagedFile[] = [];
  for (const { file, path } of found) {
    staged.push(
      await stageFile(tx, file, path, mappings, (bytes) => {
        bytesRead += bytes;
        onProgress?.({ bytesRead, bytesTotal, step: file.name });
      }),
    );
  }
  requireMappedHeaders(mappings, staged);
  return staged;
}

async function write(
  tx: PartnerTransaction,
  staged: StagedFile[],
  { businessDate, isDryRun, isReassociating, onProgress }: ImportOptions,
): Promise<void> {
  await waitForImportTurn(tx);
  if (isDryRun) await passDaysWithin(tx, businessDate);
  await lockTouchedCustomers(tx);
  for (const step of steps) {
    const found = staged.find(({ file, faults }) => file.name === step.file.name && faults.length === 0);
    if (!found) continue;
    // How this file is read is nothing that its rows are written by.
    const stagedFile = { ...found, file: step.file };
    onProgress?.({ bytesRead: 1, bytesTotal: 1, step: `writing ${step.file.name}` });
    await recordCellFaults(tx, step.file);
    await recordRepeatedKeys(tx, stagedFile);
    if (isReassociating) await reassociateCustomers(tx, stagedFile);
    await step.write(tx, stagedFile, businessDate);
  }
  if ((await gatherTouchedCustomers(tx)) === 0) return;
  onProgress?.({ bytesRead: 1, bytesTotal: 1, step: 'writing the dashboard' });
  await settleDueChanges(tx, businessDate);
  await auditEnds(tx);
  await refreshDashboardRows(tx, { customersFrom: touchedCustomersSql });
}

async function reportFiles(tx: PartnerTransaction, staged: StagedFile[], { onFaults, onNotes }: ImportOptions): Promise<FileReport[]> {
  const reports = new Map<string, FileReport>();
  for (const { file, header } of staged) {
    const notes = [...(file.reading?.notes ?? []), ...(header?.notes ?? [])];
    const counts = await countRows(tx, file);
    const profile = file.reading?.profile ?? null;
    const skips = counts.skipped > 0 ? await countSkips(tx, file) : [];
    reports.set(file.name, {
      file: file.name,
      profile,
      ...counts,
      skips,
      rejects: null,
      notes,
      rowNoteCount: 0,
      rowNotes: [],
      faultCount: 0,
      faults: [],
    });
  }
  const takeFaults = async (batch: readonly ImportFault[]) => {
    const shown = batch.map(asShown);
    for (const fault of shown) {
      const report = reports.get(fault.file)!;
      if (report.faultCount++ < mostKeptFaults) report.faults.push(fault);
    }
    await onFaults?.(shown);
  };
  const takeNotes = async (batch: readonly ImportFault[]) => {
    const shown = batch.map(asShown);
    for (const note of shown) {
      const report = reports.get(note.file)!;
      if (report.rowNoteCount++ < mostKeptFaults) report.rowNotes.push(note);
    }
    await onNotes?.(shown);
  };
  for (const { faults } of staged) if (faults.length > 0) await takeFaults(faults);
  await readFaults(
    tx,
    files.map((file) => file.name),
    takeFaults,
  );
  for (const { file } of staged) await readNotes(tx, file, takeNotes);
  return [...reports.values()];
}

/** What a file says is escaped, so that it cannot steer the terminal that shows it. */
const asShown = (fault: ImportFault): ImportFault => ({
  ...fault,
  column: fault.column === null ? null : escaped(fault.column),
  value: escaped(fault.value),
  reason: escaped(fault.reason),
});
