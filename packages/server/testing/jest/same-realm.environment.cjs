// Decision 058: tests have the globals of Node. What a test file leaves on them is taken away after it.
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { installCommonGlobals } = require('jest-util');

/** As in jest's own environment: a copy, with variables and listeners of its own. */
function copyOfProcess() {
  const globals = { Date, Promise, Symbol };
  installCommonGlobals(globals, {}, 'off');
  // Jest tells through it how far the tests are.
  return Object.assign(globals.process, { send: process.send });
}

module.exports = class SameRealmEnvironment {
  global = globalThis;
  #before = Object.getOwnPropertyDescriptors(globalThis);
  #exit = process.exit;

  constructor({ projectConfig }) {
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async handleTestEvent({ name }) {
    // Not before: jest takes errors that nobody handles from the process itself. An assignment would call a setter of Node, and leave no trace.
    if (name === 'setup') Object.defineProperty(globalThis, 'process', { value: copyOfProcess(), configurable: true, writable: true });
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    // Among the globals are jest's own, and what type-graphql, TypeORM and class-validator know of our classes.
    for (const key of Reflect.ownKeys(globalThis)) {
      const [now, before] = [Object.getOwnPropertyDescriptor(globalThis, key), this.#before[key]];
      if (before === undefined) Reflect.deleteProperty(globalThis, key);
      else if (now.value !== before.value || now.get !== before.get) Reflect.defineProperty(globalThis, key, before);
    }
    process.exit = this.#exit;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return undefined;
  }
};
