import { join } from 'node:path';

/** The tests are ES modules: Node runs them with --experimental-vm-modules, as `npm test` does. */
export default {
  roots: ['<rootDir>/src', '<rootDir>/testing'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          // As tsconfig.base.json has it: no metadata, assigned fields.
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // Absolute, since the SDK's project has them too.
  testEnvironment: join(import.meta.dirname, 'testing/jest/same-realm.environment.cjs'),
  runtime: join(import.meta.dirname, 'testing/jest/shared-packages.runtime.cjs'),
  // Node's fetch needs it.
  fakeTimers: { doNotFake: ['queueMicrotask'] },
  // The first as in main.ts.
  setupFiles: ['reflect-metadata', '<rootDir>/testing/plugin-names.ts', '<rootDir>/testing/graphql-as-served.mjs'],
  globalSetup: '<rootDir>/testing/global-setup.ts',
  globalTeardown: '<rootDir>/testing/global-teardown.ts',
};
