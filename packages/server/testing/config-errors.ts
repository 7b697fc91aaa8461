import { ConfigError, readConfig } from '../src/config.ts';

/** What `readConfig` finds wrong with these variables. */
export function configErrorsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.errors;
    throw error;
  }
  return [];
}
