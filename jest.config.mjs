/**
 * `npm test` runs the tests of the server and of the SDK; `npm test -- PATTERN` and `npm test -- -t "name"` choose among them.
 * The projects stand here: after `--projects` on the command line, jest takes a pattern for one more project. Jest ignores these options
 * in the configuration of a project.
 */
export default {
  projects: ['<rootDir>/packages/server', '<rootDir>/packages/sdk'],
  testSequencer: '<rootDir>/packages/server/testing/longest-first.mjs',
  // Every machine has two cores. Tests wait for half of their time (for the database, other processes, limits of time), so a third one fits.
  maxWorkers: 3,
  testTimeout: 60_000,
};
