/** Why this database can't be served, in sentences that say what to do. */
export class DatabaseSetupError extends Error {
  override name = 'DatabaseSetupError';
}
