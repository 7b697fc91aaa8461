import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { businessDate } from '../calendar-date.ts';
import { readConfig } from '../config.ts';
import { FaultSpool } from '../import/fault-spool.ts';
import { ImportRefused } from '../import/header.rules.ts';
import { importFolder, type ImportProgress } from '../import/import-folder.ts';
import { exitCode, type ImportFault, type ImportReport } from '../import/import-report.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import { CommandError } from './command-error.ts';
import { findPartnerByName } from './find-partner.ts';
import { note, print, printTable } from './output.ts';
import { useDatabase } from './use-database.ts';

type Options = { partner: string; createPartner?: true; dryRun?: true; json?: true; reassociate?: true; map: string[] };

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .argument('<folder>', 'a folder with at least one of companies.csv, contacts.csv, contracts.csv, changes.csv, usage.csv')
    .description('import a CRM export; exit code 0: all rows accepted, 2: some rows refused, 1: error, nothing imported')
    .requiredOption('--partner <name>', 'the partner of the customers')
    .option('--create-partner', 'create the partner if it does not exist')
    .option('--dry-run', 'run the whole import, then roll it back')
    .option('--reassociate', 'resume the associations of ended customers in the files, instead of skipping their rows')
    .option('--json', 'print the report as JSON')
    .option(
      '--map <mapping>',
      'a column and its header in your files, such as "Hub ID=account_id" (repeatable)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .action(runImport);
}

async function runImport(folder: string, options: Options): Promise<void> {
  const spool = new FaultSpool();
  try {
    // Statements of an import can take long, so they have no timeout.
    const report = await useDatabase(
      async ({ pool }, config) => {
        const isKnown = (await listPartnersUnscoped(pool)).some(({ name }) => name === options.partner);
        const isNew = !isKnown && options.createPartner === true;
        const partnerId = isNew ? randomUUID() : (await findPartnerByName(pool, options.partner)).id;
        const progress = showProgress();
        return await importFolder({
          pool,
          partnerId,
          ...(isNew && { newPartnerName: options.partner }),
          folder,
          businessDate: config.businessDate ?? businessDate(Date.now(), config.businessTimeZone),
          isDryRun: options.dryRun === true,
          isReassociating: options.reassociate === true,
          mappings: options.map,
          onProgress: progress.update,
          onFaults: spool.take,
        }).finally(progress.stop);
      },
      { ...readConfig(), statementTimeoutMs: 0 },
    );
    await (options.json ? printJson(report, spool) : printReport(report, spool));
    process.exitCode = exitCode(report);
  } catch (error) {
    if (error instanceof ImportRefused) throw new CommandError(error.message);
    throw error;
  } finally {
    spool.remove();
  }
}

/** Shows a progress bar on standard error if it is a terminal. */
function showProgress(): { update(progress: ImportProgress): void; stop(): void } {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({ format: '{bar} {percentage} %  {step}', stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(1, 0, { step: '' });
  return {
    update: ({ bytesRead, bytesTotal, step }) => {
      bar.setTotal(bytesTotal);
      bar.update(bytesRead, { step });
    },
    stop: () => bar.stop(),
  };
}

async function printReport({ files, isDryRun }: ImportReport, spool: FaultSpool): Promise<void> {
  const heads = ['FILE', 'ROWS', 'CREATED', 'UPDATED', 'UNCHANGED', 'SKIPPED', 'REFUSED'];
  printTable(
    heads,
    files.map((file) => [file.file, ...[file.rows, file.created, file.updated, file.unchanged, file.skipped, file.refused].map(String)]),
  );
  for (const { file, notes } of files) for (const text of notes) note(`${file}: ${text}`);
  for (const { file, faultCount } of files) {
    if (faultCount > 0) print(`\nRefused in ${file}:`);
    for await (const line of spool.lines(file)) {
      const fault = JSON.parse(line) as ImportFault;
      print(
        `  line ${fault.line}${fault.column === null ? '' : `, ${fault.column}`}${fault.value === '' ? '' : ` "${fault.value}"`}: ${fault.reason}`,
      );
    }
  }
  if (isDryRun) note('\nDry run: nothing was written.');
}

/** Prints the report with all faults. It streams them from disk, since there may be very many. */
async function printJson({ files, ...report }: ImportReport, spool: FaultSpool): Promise<void> {
  const write = async (text: string) => {
    // If the reader has closed standard output, `drain` never comes; the error does.
    if (!process.stdout.write(text)) await once(process.stdout, 'drain').catch(ignoreClosedOutput);
  };
  await write(`${JSON.stringify(report).slice(0, -1)},"files":[`);
  for (const [index, { faults: _, ...file }] of files.entries()) {
    await write(`${index > 0 ? ',' : ''}\n${JSON.stringify(file).slice(0, -1)},"faults":[`);
    let separator = '';
    for await (const line of spool.lines(file.file)) {
      await write(`${separator}\n${line}`);
      separator = ',';
    }
    await write(']}');
  }
  await write(']}\n');
}

function ignoreClosedOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
