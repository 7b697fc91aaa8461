import { Command, CommanderError } from 'commander';
import { ConfigError, version } from '../config.ts';
import { DatabaseSetupError } from '../database/database-setup-error.ts';
import { EmbeddedPostgresError } from '../embedded-postgres/embedded-binaries.ts';
import { addBackupCommand } from './backup.command.ts';
import { CommandError, Stopped } from './command-error.ts';
import { addImportCommand } from './import.command.ts';
import { addMigrateCommand } from './migrate.command.ts';
import { faultSentence } from './fault-sentence.ts';
import { note } from './output.ts';
import { addRestoreCommand } from './restore.command.ts';
import { addRolesCommand } from './roles.command.ts';
import { addOutboxCommand } from './outbox.command.ts';
import { addStatusCommand } from './status.command.ts';
import { addPartnerCommand } from './partner.command.ts';
import { addSampleCommand } from './sample.command.ts';
import { addSchemaCommand } from './schema.command.ts';
import { addServeCommand } from './serve.command.ts';
import { addKeyCommand } from './key.command.ts';
import { addUserCommand } from './user.command.ts';
import { addWorkCommand } from './work.command.ts';

const commands = [
  addServeCommand,
  addWorkCommand,
  addMigrateCommand,
  addRolesCommand,
  addSampleCommand,
  addImportCommand,
  addBackupCommand,
  addRestoreCommand,
  addPartnerCommand,
  addUserCommand,
  addKeyCommand,
  addOutboxCommand,
  addStatusCommand,
  addSchemaCommand,
];

/** Runs one command and sets the exit code of the process: 0, 1, or the code that the command sets itself. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  const program = new Command('renewals').description('Partner Renewals: the server and its tools').version(version);
  program.configureHelp({ showGlobalOptions: true }).showSuggestionAfterError().exitOverride();
  for (const add of commands) add(program);
  // The reader of the output may close it (… | head). The rest of the output is then dropped, but the command still completes.
  process.stdout.on('error', throwUnlessClosed);
  process.stderr.on('error', throwUnlessClosed);
  try {
    await program.parseAsync(helpOf(words), { from: 'user' });
  } catch (error) {
    // Commander has already printed the error.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else if (error instanceof Stopped) process.kill(process.pid, error.signal);
    else {
      note(messageOf(error));
      process.exitCode = 1;
    }
  }
}

/** `help key create` is the help of that command; Commander would print the help of `key`. */
const helpOf = (words: readonly string[]) => (words[0] === 'help' && words.length > 2 ? [...words.slice(1), '--help'] : words);

/** EIO: the terminal was closed. */
function throwUnlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

function messageOf(error: unknown): string {
  const isUserError = [CommandError, ConfigError, DatabaseSetupError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  if (isUserError) return (error as Error).message;
  return faultSentence(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}
