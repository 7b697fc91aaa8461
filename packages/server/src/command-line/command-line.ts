import { Command, CommanderError } from 'commander';
import { ConfigError, version } from '../config.ts';
import { DatabaseSetupError } from '../database/database-setup-error.ts';
import { EmbeddedPostgresError } from '../embedded-postgres/embedded-binaries.ts';
import { CommandError, Stopped } from './command-error.ts';
import { faultSentence } from './fault-sentence.ts';
import { note } from './output.ts';

/** The module of each command. It is loaded when its command is called: each needs others, and much memory in all. */
const commands = new Map<string, () => Promise<(program: Command) => void>>(
  Object.entries({
    serve: async () => (await import('./serve.command.ts')).addServeCommand,
    work: async () => (await import('./work.command.ts')).addWorkCommand,
    migrate: async () => (await import('./migrate.command.ts')).addMigrateCommand,
    roles: async () => (await import('./roles.command.ts')).addRolesCommand,
    sample: async () => (await import('./sample.command.ts')).addSampleCommand,
    import: async () => (await import('./import.command.ts')).addImportCommand,
    backup: async () => (await import('./backup.command.ts')).addBackupCommand,
    restore: async () => (await import('./restore.command.ts')).addRestoreCommand,
    partner: async () => (await import('./partner.command.ts')).addPartnerCommand,
    user: async () => (await import('./user.command.ts')).addUserCommand,
    key: async () => (await import('./key.command.ts')).addKeyCommand,
    outbox: async () => (await import('./outbox.command.ts')).addOutboxCommand,
    status: async () => (await import('./status.command.ts')).addStatusCommand,
    // An alias of key.
    token: async () => (await import('./key.command.ts')).addKeyCommand,
    schema: async () => (await import('./schema.command.ts')).addSchemaCommand,
  }),
);

/** Runs one command and sets the exit code of the process: 0, 1, or the code that the command sets itself. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  const program = new Command('renewals').description('Partner Renewals: the server and its tools').version(version);
  program.configureHelp({ showGlobalOptions: true }).showSuggestionAfterError().exitOverride();
  const loaded = await Promise.all(commandsFor(words[0] ?? '').map(async (load) => await load()));
  for (const add of new Set(loaded)) add(program);
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

/** Help and suggestions need all commands, and the version needs none. */
function commandsFor(word: string) {
  if (word === '--version' || word === '-V') return [];
  const load = commands.get(word);
  return load === undefined ? [...commands.values()] : [load];
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
