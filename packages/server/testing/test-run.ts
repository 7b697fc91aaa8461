/** What the processes of a test run share beside its PostgreSQL (`test-cluster.ts`): a folder that is removed with the run, and whether `dist` is what the sources say. */
export type TestRun = { folder: string; isBuilt: boolean };

export const currentTestRun = () => sharedByRun('TEST_RUN') as TestRun;

/** Reads what the global setup left for the processes of the run. */
export function sharedByRun(variable: string): unknown {
  const text = process.env[variable];
  if (!text) throw new Error('There is no test run. Run tests with `npm test`: its global setup starts one.');
  return JSON.parse(text);
}
