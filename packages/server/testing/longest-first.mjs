import Sequencer from '@jest/test-sequencer';

// Jest knows what took long from its cache, which a fresh clone has not: the longest at the end would run beside nothing.
const longest = ['wrong-tenant', 'model', 'command-line', 'serve.command', 'embedded-postgres', 'import-process', 'available-actions'];

const rank = ({ path }) => {
  const found = longest.findIndex((name) => path.endsWith(`/${name}.test.ts`));
  return found === -1 ? longest.length : found;
};

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
