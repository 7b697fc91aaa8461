import Sequencer from '@jest/test-sequencer';

// A fresh clone has no jest cache with earlier times. Without this order, the longest file could start last and run alone.
const longest = [
  ...['wrong-tenant', 'stop', 'import-model', 'command-line', 'every-cursor', 'embedded-postgres', 'model', 'revival', 'import-process'],
  ...['import-locks', 'business-day', 'serve.command', 'database-faults', 'types', 'told-late', 'embedded-user', 'available-actions'],
  ...['import-faults', 'passing-in-pieces', 'other-days', 'many-selections', 'dashboard-row', 'rejects', 'authenticate', 'hostile-clients'],
  ...['slow-requests', 'database-reasons', 'sign-on', 'passing-days'],
];

const rank = ({ path }) => {
  const found = longest.findIndex((name) => path.endsWith(`/${name}.test.ts`));
  return found === -1 ? longest.length : found;
};

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
