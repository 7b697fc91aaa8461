// Fastify asks each plugin for its name twice. For one without, it looks through require.cache, which jest makes anew for each look:
// about a tenth of the start of a test server. So here each function has a name.
const displayName = Symbol.for('fastify.display-name');

// oxlint-disable-next-line no-extend-native -- only a symbol of Fastify's own, and only in tests
Object.defineProperty(Function.prototype, displayName, {
  configurable: true,
  get(this: () => unknown) {
    return this.name || 'plugin';
  },
  // Packages give their plugins names of their own.
  set(this: () => unknown, value: string) {
    Object.defineProperty(this, displayName, { value, configurable: true, writable: true });
  },
});
