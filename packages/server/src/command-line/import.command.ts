import { InvalidArgumentError, Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { businessDate } from '../calendar-date.ts';
import { readConfig, userFolder } from '../config.ts';
import { TooManyDays } from '../contract-change/passing-days.queries.ts';
import { BusinessDateRefused, mostDaysUntold, passDaysAdvice, refuseWrongClock } from '../process/business-date.check.ts';
import { textFault } from '../graphql/text-faults.ts';
import { escaped } from '../import/escaped-text.ts';
import { FaultSpool } from '../import/fault-spool.ts';
import { ImportRefused } from '../import/header.rules.ts';
import { importFolder } from '../import/import-folder.ts';
import { exitCode, type ImportFault, type ImportReport } from '../import/import-report.ts';
import { CommandError, Stopped } from './command-error.ts';
import type { DateOrder, Decimal } from '../import/parsed.ts';
import { profiles } from '../import/profiles.ts';
import { faultSentence } from './fault-sentence.ts';
import { findPartner, mayBeNewName } from './find-partner.ts';
import { note, print, printTable } from './output.ts';
import { showProgress } from './progress.ts';
import { useDatabase } from './use-database.ts';

type Options = {
  partner: string;
  createPartner?: true;
  dryRun?: true;
  json?: true;
  reassociate?: true;
  map?: string[];
  profile?: string;
  decimal?: Decimal;
  dates?: DateOrder;
  rejects?: string;
  passDays?: true;
};

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .argument('<folder>', 'a folder with at least one of companies.csv, contacts.csv, contracts.csv, changes.csv, usage.csv')
    .description('import a CRM export; exit code 0: all rows accepted, 2: some rows refused, 1: error, nothing imported')
    .requiredOption('--partner <name>', 'the partner of the customers, by name or id')
    .option('--create-partner', 'create the partner if it does not exist')
    .option('--dry-run', 'run the whole import, then roll it back')
    .option('--reassociate', 'resume the associations of ended customers in the files, instead of skipping their rows')
    .option('--pass-days', 'import although more than 35 days pass before it, or the database has another date')
    .option('--json', 'print the report as JSON')
    .option('--map <mapping>', 'where a column stands, as "Hub ID=account_id"; repeatable', oneMore)
    .option('--profile <name>', 'the kind of export, one of the list below', profileName)
    .addOption(new Option('--decimal <sign>', 'decimal sign of numbers').choices(['comma', 'point']))
    .addOption(new Option('--dates <order>', 'order of 31/03/2026').choices(['D/M/Y', 'M/D/Y']))
    .option('--rejects <dir>', 'copy refused and skipped rows here, also of a dry run')
    .addHelpText('after', `\nKinds of export, recognised by their headers:\n${profileList()}`)
    .action(runImport);
}

const oneMore = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value];

function profileName(name: string): string {
  if (profiles.some((profile) => profile.name === name)) return name;
  throw new InvalidArgumentError(`Allowed choices are ${profiles.map((profile) => profile.name).join(', ')}.`);
}

const profileList = () => profiles.map(({ name, title, files }) => `  ${name.padEnd(16)}${title}${listed(Object.keys(files))}`).join('\n');

const listed = (files: readonly string[]) => (files.length > 0 ? `: ${files.join(', ')}` : ' with the columns of the README');

async function runImport(folder: string, options: Options): Promise<void> {
  const spools = openSpools();
  try {
    // Statements of an import can take long, so they have no timeout.
    const report = await useDatabase(
      async ({ pool }, config) => {
        if (!options.passDays) await refuseWrongClock(pool, config, Date.now);
        const isNew = options.createPartner === true && (await mayBeNewName(pool, options.partner));
        const nameFault = isNew ? textFault(options.partner, { min: 1, max: 200 }) : null;
        if (nameFault !== null) throw new CommandError(`The partner's name "${escaped(options.partner)}" is invalid. ${nameFault}`);
        const partnerId = isNew ? randomUUID() : (await findPartner(pool, options.partner)).id;
        const progress = showProgress();
        return await importFolder({
          pool,
          partnerId,
          ...(isNew && { newPartnerName: options.partner.trim() }),
          folder: resolve(userFolder(), folder),
          businessDate: config.businessDate ?? businessDate(Date.now(), config.businessTimeZone),
          ...(!options.passDays && { mostDays: mostDaysUntold }),
          isDryRun: options.dryRun === true,
          isReassociating: options.reassociate === true,
          mappings: options.map ?? [],
          profile: options.profile,
          decimal: options.decimal,
          dates: options.dates,
          rejects: options.rejects === undefined ? undefined : resolve(userFolder(), options.rejects),
          onProgress: ({ bytesRead, bytesTotal, step }) => progress.update(bytesRead, bytesTotal, step),
          onFaults: spools.faults.take,
          onNotes: spools.notes.take,
        }).finally(progress.stop);
      },
      { ...readConfig(), statementTimeoutMs: 0 },
    );
    await (options.json ? printJson(report, spools) : printReport(report, spools));
    process.exitCode = exitCode(report);
  } catch (error) {
    if (error instanceof ImportRefused || error instanceof BusinessDateRefused) throw new CommandError(error.message);
    if (error instanceof TooManyDays) throw new CommandError(`${error.message} ${passDaysAdvice}`);
    if (error instanceof Stopped) note(`The import was stopped. ${nothingImported}`);
    const sentence = faultSentence(error);
    throw sentence === undefined ? error : new CommandError(`${sentence} ${nothingImported}`, { cause: error });
  } finally {
    spools.faults.remove();
    spools.notes.remove();
  }
}

// A connection can be lost while the database commits. A second import then changes nothing.
const nothingImported = 'Nothing was imported, unless the import had just ended; import again to be sure.';

function openSpools(): Spools {
  try {
    return { faults: new FaultSpool(), notes: new FaultSpool() };
  } catch (error) {
    throw new CommandError(`${faultSentence(error) ?? (error as Error).message} Nothing was imported; set TMPDIR to another folder.`);
  }
}

type Spools = { faults: FaultSpool; notes: FaultSpool };

async function printReport({ files, isDryRun }: ImportReport, spools: Spools): Promise<void> {
  for (const { file, profile } of files) if (profile !== null) note(`${file} looks like a ${profile}.`);
  const heads = ['FILE', 'ROWS', 'CREATED', 'UPDATED', 'UNCHANGED', 'SKIPPED', 'REFUSED'];
  printTable(
    heads,
    files.map((file) => [file.file, ...[file.rows, file.created, file.updated, file.unchanged, file.skipped, file.refused].map(String)]),
  );
  for (const { file, notes } of files) for (const text of notes) note(`${file}: ${text}`);
  for (const { file, rejects } of files)
    if (rejects) note(`${file}: ${counted(rejects.rows)} to correct in ${rejects.path}, with the reason in the last column.`);
  if (files.some(({ rejects }) => rejects)) note('Correct the copied rows, and import their folder with the same options.');
  for (const { file, skips } of files) {
    if (skips.length > 0) print(`\nSkipped in ${file}:`);
    for (const { reason, rows } of skips) print(`  ${counted(rows)}: ${reason}`);
  }
  for (const { file, rowNoteCount } of files) {
    if (rowNoteCount > 0) print(`\nTaken with a note in ${file}:`);
    for await (const line of spools.notes.lines(file)) print(lineOf(JSON.parse(line) as ImportFault));
  }
  for (const { file, faultCount } of files) {
    if (faultCount > 0) print(`\nRefused in ${file}:`);
    for await (const line of spools.faults.lines(file)) print(lineOf(JSON.parse(line) as ImportFault));
  }
  if (isDryRun) note('\nDry run: nothing was written.');
}

const counted = (rows: number) => `${rows} ${rows === 1 ? 'row' : 'rows'}`;

const lineOf = ({ line, column, value, reason }: ImportFault) =>
  `  line ${line}${column === null ? '' : `, ${column}`}${value === '' ? '' : ` "${value}"`}: ${reason}`;

/** Prints the report with all faults and notes. It streams them from disk, since there may be very many. */
async function printJson({ files, ...report }: ImportReport, spools: Spools): Promise<void> {
  const write = async (text: string) => {
    // If the reader has closed standard output, `drain` never comes; the error does.
    if (!process.stdout.write(text)) await once(process.stdout, 'drain').catch(ignoreClosedOutput);
  };
  const writeAll = async (name: string, lines: AsyncIterable<string>) => {
    await write(`,"${name}":[`);
    let separator = '';
    for await (const line of lines) {
      await write(`${separator}\n${line}`);
      separator = ',';
    }
    await write(']');
  };
  await write(`${JSON.stringify(report).slice(0, -1)},"files":[`);
  for (const [index, { faults: _, rowNotes: __, ...file }] of files.entries()) {
    await write(`${index > 0 ? ',' : ''}\n${JSON.stringify(file).slice(0, -1)}`);
    await writeAll('rowNotes', spools.notes.lines(file.file));
    await writeAll('faults', spools.faults.lines(file.file));
    await write('}');
  }
  await write(']}\n');
}

function ignoreClosedOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
