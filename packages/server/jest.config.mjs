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
  testEnvironment: 'node',
  // The first as in main.ts.
  setupFiles: ['reflect-metadata', '<rootDir>/testing/plugin-names.ts', '<rootDir>/testing/graphql-as-served.mjs'],
  globalSetup: '<rootDir>/testing/global-setup.ts',
  globalTeardown: '<rootDir>/testing/global-teardown.ts',
};
