import Sequencer from '@jest/test-sequencer';

// A fresh clone has no jest cache with earlier times. Without this order, the longest file could start last and run alone.
const longest = [
  ...['wrong-tenant', 'stop', 'command-line', 'import-model', 'import-process', 'import-locks', 'serve.command', 'business-day', 'model'],
  ...['every-cursor', 'revival', 'import-faults', 'embedded-postgres', 'told-late', 'database-faults', 'many-selections', 'authenticate'],
  ...['passing-in-pieces', 'dashboard-row', 'sign-on', 'slow-requests', 'types', 'available-actions', 'database-reasons', 'passing-days'],
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
