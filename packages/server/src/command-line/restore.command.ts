import type { Command } from 'commander';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { BackupRefused, type Manifest, type TableSum } from '../backup/backup.format.ts';
import { checkBackup, restoreBackup, type RestoreStage } from '../backup/restore.ts';
import { userFolder } from '../config.ts';
import { isLockTimeout } from '../database/unavailable.ts';
import { CommandError, Stopped } from './command-error.ts';
import { faultSentence } from './fault-sentence.ts';
import { note } from './output.ts';
import { showProgress } from './progress.ts';
import { useOwner } from './use-owner.ts';

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .argument('<file>', 'a file that backup wrote; - is standard input')
    .description('restore a backup into an empty database, of this or a later version of PostgreSQL; its outbox is then held')
    .option('--dry-run', 'only check that the file is whole and unaltered')
    .action(runRestore);
}

async function runRestore(file: string, { dryRun }: { dryRun?: true }): Promise<void> {
  let stage: RestoreStage = 'empty';
  try {
    await (dryRun ? check(file) : restore(file, (next) => (stage = next)));
  } catch (error) {
    const left = dryRun ? '' : ` ${whatIsLeft[stage]}`;
    if (error instanceof BackupRefused) throw new CommandError(`${error.message}${left}`);
    if (error instanceof Stopped) note(`The restore was stopped.${left}`);
    if (isLockTimeout(error)) throw new CommandError(`Another program is using the tables of this database.${left}`, { cause: error });
    const sentence = faultSentence(error);
    throw sentence === undefined ? error : new CommandError(`${sentence}${left}`, { cause: error });
  }
}

const whatIsLeft: Readonly<Record<RestoreStage, string>> = {
  empty: 'Nothing was restored.',
  closed: 'Nothing was restored. Servers answer 503 until a restore succeeds, or `migrate` runs.',
  committing: 'Whether the rows are there is not known. Restore again: if the database is not empty, all are, and `migrate` serves them.',
  loaded: 'All rows are restored. Servers answer 503 until `migrate` has run.',
  open: 'All rows are restored.',
};

async function check(file: string): Promise<void> {
  const { source, progress } = await openSource(file);
  const { manifest, tables } = await checkBackup(source, progress.step).finally(progress.stop);
  note(`The backup is whole: ${contentsOf(manifest, tables)}.`);
}

async function restore(file: string, onStage: (stage: RestoreStage) => void): Promise<void> {
  const { source, progress } = await openSource(file);
  const { manifest, tables, wrong, seconds } = await useOwner(
    async (access) => await restoreBackup(source, access, { onStep: progress.step, onStage, warn: note }),
  ).finally(() => {
    progress.stop();
    source.destroy();
  });
  note(
    `Restored ${contentsOf(manifest, tables)}, in ${seconds.load.toFixed(1)} s. Row counts, checksums, references and row-level security are checked; ` +
      `dashboard rows too, in ${seconds.check.toFixed(1)} s.`,
  );
  note(
    'The outbox is held, so that this copy sends no mail on its own. To let it send: npm run renewals -- outbox release --help\n' +
      'What was revoked, removed or signed out after the backup is back, except sessions: everybody signs in again.',
  );
  if (wrong.length === 0) return;
  const listed = wrong.slice(0, 5).map(({ partner, rows }) => `"${partner}" (${rows} rows)`);
  throw new CommandError(
    `All rows are restored, but dashboard rows differ from their definition, as they did in the backup: ${listed.join(', ')}.`,
  );
}

const contentsOf = ({ takenAt, program, postgres }: Manifest, tables: readonly TableSum[]) =>
  `${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables, as of ${takenAt}, written by version ${program} on PostgreSQL ${postgres}`;

type Source = { source: Readable; progress: { step(step: string): void; stop(): void } };

async function openSource(file: string): Promise<Source> {
  if (file === '-') return { source: process.stdin, progress: { step: () => {}, stop: () => {} } };
  const handle = await open(resolve(userFolder(), file), 'r');
  const { size } = await handle.stat();
  const source = handle.createReadStream({ highWaterMark: 256 * 1024 });
  const bar = showProgress();
  let step = '';
  const timer = setInterval(() => bar.update(source.bytesRead, size, step), 200);
  return {
    source,
    progress: {
      step: (next) => void (step = next),
      stop() {
        clearInterval(timer);
        bar.stop();
      },
    },
  };
}
