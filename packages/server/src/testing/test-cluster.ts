import { mkdtempSync } from 'node:fs';
import { startThrowawayCluster } from '../database/embedded-postgres.ts';

/** A PostgreSQL of the run's own, which writes every statement into its log. */
export async function startCluster(): Promise<{ superuserUrl: string; log: string; stop(): Promise<void> }> {
  const { socketFolder, log, stop } = await startThrowawayCluster(mkdtempSync('/tmp/renewals-test-'), { logStatements: true });
  return { superuserUrl: `postgres://postgres@/postgres?host=${encodeURIComponent(socketFolder)}`, log, stop };
}
