import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { BackupRefused } from '../backup/backup.format.ts';
import { writeBackup, type BackupProgress, type BackupReport } from '../backup/backup.ts';
import { FileExists, writeWholeFile } from '../backup/whole-file.ts';
import { userFolder, version } from '../config.ts';
import { CommandError, Stopped } from './command-error.ts';
import { faultSentence } from './fault-sentence.ts';
import { note } from './output.ts';
import { showProgress } from './progress.ts';
import { useOwner } from './use-owner.ts';

export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .argument('<file>', 'the file to write; - is standard output')
    .description('write all data of all partners, as of one moment, to a compressed file that only you can read')
    .option('--replace', 'replace a file of that name, once the new one is whole')
    .action(runBackup);
}

async function runBackup(file: string, { replace }: { replace?: true }): Promise<void> {
  if (file === '-' && process.stdout.isTTY) throw new CommandError('A backup is not for a terminal: give it a file, or a pipe.');
  const begun = performance.now();
  try {
    const path = resolve(userFolder(), file);
    const report = await (file === '-' ? backUp(process.stdout) : writeWholeFile(path, { mayReplace: replace === true }, backUp));
    const rows = report.tables.reduce((sum, table) => sum + table.rows, 0);
    note(
      `Backed up ${rows} rows of ${report.tables.length} tables, as of ${report.takenAt}, in ${seconds(begun)} s. ` +
        'The file holds data of customers and hashes of keys: keep it as safe as the database.',
    );
  } catch (error) {
    if (error instanceof FileExists) throw new CommandError(`${error.message} Choose another name, or add --replace.`);
    if (error instanceof BackupRefused) throw new CommandError(error.message);
    if (error instanceof Stopped) note(`The backup was stopped. ${nothingWritten}`);
    const sentence = faultSentence(error);
    throw sentence === undefined ? error : new CommandError(`${sentence} ${nothingWritten}`, { cause: error });
  }
}

const nothingWritten = 'No backup was written.';
const seconds = (begun: number) => ((performance.now() - begun) / 1000).toFixed(1);

async function backUp(file: Writable): Promise<BackupReport> {
  const progress = showProgress();
  return await useOwner(async (access) => {
    const onProgress = ({ table, bytes, bytesTotal }: BackupProgress) => progress.update(bytes, bytesTotal, table);
    return await writeBackup(file, { owner: await access.connect(), program: version, onProgress });
  }).finally(progress.stop);
}
