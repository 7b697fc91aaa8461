/** The server can't use this database; the message says why and what to do. */
export class DatabaseSetupError extends Error {
  override name = 'DatabaseSetupError';
}
