import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config.ts';
import { DatabaseSetupError } from '../database/database-setup-error.ts';
import { EmbeddedPostgresError } from '../embedded-postgres/embedded-binaries.ts';
import { CommandError } from './command-error.ts';
import { addImportCommand } from './import.command.ts';
import { addMigrateCommand } from './migrate.command.ts';
import { note } from './output.ts';
import { addPartnerCommand } from './partner.command.ts';
import { addSampleCommand } from './sample.command.ts';
import { addSchemaCommand } from './schema.command.ts';
import { addServeCommand } from './serve.command.ts';
import { addTokenCommand } from './token.command.ts';
import { addUserCommand } from './user.command.ts';

const commands = [
  addServeCommand,
  addMigrateCommand,
  addSampleCommand,
  addImportCommand,
  addPartnerCommand,
  addUserCommand,
  addTokenCommand,
  addSchemaCommand,
];

/** Runs one command and sets the exit code of the process: 0, 1, or what the command has set itself. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  const program = new Command('renewals').description('Upcoming renewals of partners: the server and its tools');
  program.configureHelp({ showGlobalOptions: true }).showSuggestionAfterError().exitOverride();
  for (const add of commands) add(program);
  // Who reads may have read enough (… | head): what is left to say is then said to nobody, and what is left to do is done.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      note(sentenceOf(error));
      process.exitCode = 1;
    }
  }
}

function sentenceOf(error: unknown): string {
  const isMeantForPeople = [CommandError, ConfigError, DatabaseSetupError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  if (isMeantForPeople) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
