/**
 * `npm test` runs the tests of the server and of the SDK; `npm test -- PATTERN` and `npm test -- -t "name"` choose among them.
 * The projects stand here: after `--projects` on the command line, jest takes a pattern for one more project. Jest ignores these options
 * in the configuration of a project.
 */
export default {
  projects: ['<rootDir>/packages/server', '<rootDir>/packages/sdk'],
  testSequencer: '<rootDir>/packages/server/testing/longest-first.mjs',
  // A third process and the database work while two wait for a lock, a time limit or a process; every machine has two cores.
  maxWorkers: 3,
  // A process keeps the modules of all its test files: 2 GB at the end, and a fifth of its time to collect garbage.
  workerIdleMemoryLimit: '800MB',
  testTimeout: 60_000,
};
