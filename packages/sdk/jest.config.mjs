import server from '../server/jest.config.mjs';

/** The SDK's tests use the server's database and clock, so the server's configuration holds for them. */
export default {
  ...server,
  moduleNameMapper: { '^@partner-renewals/sdk$': '<rootDir>/src/index.ts', '^@partner-renewals/sdk/(.*)$': '<rootDir>/src/$1.ts' },
  roots: ['<rootDir>/test'],
  setupFiles: ['<rootDir>/../server/node_modules/reflect-metadata', '<rootDir>/../server/testing/plugin-names.ts'],
  globalSetup: '<rootDir>/../server/testing/global-setup.ts',
  globalTeardown: '<rootDir>/../server/testing/global-teardown.ts',
};
