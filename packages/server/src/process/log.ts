import { isatty } from 'node:tty';
import { types } from 'node:util';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config.ts';
import { databaseFault, faultSentences } from '../database/unavailable.ts';

export type { Logger };

const maxUnwrittenBytes = 1_000_000;
const maxBytesAtOnce = 16_000;

/** Writes lines to standard error, as JSON or for people; standard output is for the output of commands. */
export async function createLog({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>): Promise<Logger> {
  const isForPeople = (logFormat ?? (isatty(2) ? 'pretty' : 'json')) === 'pretty';
  const minLength = isForPeople ? 0 : maxBytesAtOnce;
  const destination = pino.destination({ fd: 2, sync: true, minLength, maxLength: maxUnwrittenBytes });
  // A full disk or a closed terminal must not end the server. Lines that cannot be written are dropped.
  destination.on('error', () => {});
  const options = {
    level: logLevel,
    base: null,
    serializers: { err: serializeError },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  return pino(options, isForPeople ? await prettyLines(destination) : togetherOf(destination));
}

/**
 * Writes the lines of one turn of the event loop together: a write for each took 8 % of a short request. Whoever writes to standard error
 * without the log flushes it first.
 */
function togetherOf(destination: ReturnType<typeof pino.destination>): DestinationStream & { flush(): void } {
  let isDue = false;
  const write = () => {
    isDue = false;
    destination.flush();
  };
  process.once('exit', write);
  return {
    flush: () => destination.flush(),
    write(line) {
      destination.write(line);
      if (isDue) return;
      isDue = true;
      setImmediate(write);
    },
  };
}

/** Loaded only when it is needed. */
async function prettyLines(destination: DestinationStream): Promise<DestinationStream> {
  const { build } = await import('pino-pretty');
  const colorize = process.stderr.isTTY && process.stderr.hasColors();
  // Times of this machine, as a person on its terminal reads them.
  return build({ destination, colorize, translateTime: 'SYS:HH:MM:ss.l', singleLine: true });
}

/**
 * The parts of an error that are safe to log: PostgreSQL puts row values into its message, detail and context, and JSON.parse the text that it
 * cannot read.
 */
export function serializeError(error: unknown): object {
  if (!types.isNativeError(error)) return { type: typeof error };
  const { code, table, constraint, routine, cause } = error as Error & Partial<Record<'code' | 'table' | 'constraint' | 'routine', string>>;
  const isFromDatabase = 'severity' in error;
  const hasSafeMessage = !isFromDatabase && !(error instanceof SyntaxError) && error.name !== 'SyntaxError';
  const fault = databaseFault(error);
  return {
    type: error.name,
    code,
    // A code alone says little to the person who reads the log at night.
    ...(fault && { fault, explanation: faultSentences[fault] }),
    ...(isFromDatabase && { table, constraint, routine }),
    ...(hasSafeMessage && { message: error.message }),
    stack: framesOf(error),
    ...(cause !== undefined && { cause: serializeError(cause) }),
  };
}

/** The stack begins with the message, which may have any lines. */
function framesOf({ stack = '', message }: Error): string {
  const frames = stack.slice(stack.indexOf(message) + message.length);
  return frames.slice(frames.indexOf('\n    at ') + 1);
}
