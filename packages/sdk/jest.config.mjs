import server from '../server/jest.config.mjs';

/** Extends the server's configuration: the tests use its database. Run `npm test`, or jest in packages/server with `--projects ../sdk`. */
export default {
  ...server,
  moduleNameMapper: { '^@partner-renewals/sdk$': '<rootDir>/src/index.ts', '^@partner-renewals/sdk/(.*)$': '<rootDir>/src/$1.ts' },
  roots: ['<rootDir>/test'],
  setupFiles: ['<rootDir>/../server/node_modules/reflect-metadata'],
  globalSetup: '<rootDir>/../server/testing/global-setup.ts',
  globalTeardown: '<rootDir>/../server/testing/global-teardown.ts',
  testSequencer: '<rootDir>/../server/testing/longest-first.mjs',
};
