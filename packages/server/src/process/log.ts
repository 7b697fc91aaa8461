import { types } from 'node:util';
import { pino, type Logger } from 'pino';
import type { Config } from '../config.ts';

export type { Logger };

/** JSON lines on standard error; standard output belongs to what a command is asked for. */
export function createLog({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  return pino({ level: logLevel, base: null, serializers: { err: describeFault } }, pino.destination({ fd: 2, sync: true }));
}

/** What the log may hold of an error: PostgreSQL puts the values of rows into its message, detail and context. */
export function describeFault(error: unknown): object {
  if (!types.isNativeError(error)) return { type: typeof error };
  const { code, table, constraint, routine, cause } = error as Error & Partial<Record<'code' | 'table' | 'constraint' | 'routine', string>>;
  const isFromDatabase = 'severity' in error;
  return {
    type: error.name,
    code,
    ...(isFromDatabase ? { table, constraint, routine } : { message: error.message }),
    stack: error.stack?.slice(error.stack.indexOf('\n    at ') + 1),
    ...(cause !== undefined && { cause: describeFault(cause) }),
  };
}
