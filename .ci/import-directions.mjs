// A rule for oxlint: which file may import which. Imports go one way, so each file can be understood, tested and changed with
// only the files below it.
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floors } from './floors.mjs';

const packages = join(dirname(fileURLToPath(import.meta.url)), '../packages');
const server = join(packages, 'server');
const page = join(packages, 'dashboard/src');

/** `from` and `to` are tested on paths below packages/server/src, or on the name of a package. */
const directions = [
  {
    from: /^[\w-]+\/[\w.-]+\.rules\.ts$/,
    except: /^import\//,
    to: /^(?!calendar-date\.ts$)/,
    message: 'Rules import only calendar-date.ts, so that each one is a pure function: pass other values as arguments.',
  },
  {
    from: /\.(resolver|fields)\.ts$/,
    to: /^(typeorm|pg)(\/|$)/,
    message: 'Resolvers do not import the database: put the SQL into a function of the noun’s .queries.ts and call that.',
  },
  {
    from: /\.queries\.ts$/,
    to: /\.resolver\.ts$/,
    message: 'Queries do not import resolvers: pass values as arguments.',
  },
];

const floorOf = (path) => floors.indexOf(path.split('/')[0]);

/** The fault of an import, in a sentence; null if there is none. */
function fault(from, to, { isOurs, isTest }) {
  if (to === 'main.ts') return 'Nothing imports main.ts, the entry point: move the shared code into its own file.';
  // A test may import everything that it sets up.
  if (isTest) return null;
  if (to.startsWith('../')) return to.startsWith('../testing/') ? 'Code for tests is not part of the server: only tests import it.' : null;
  const [floor, below] = [floorOf(from), floorOf(to)];
  if (floor === -1) return `${from.split('/')[0]} is missing in .ci/floors.mjs: add it to the ladder.`;
  if (isOurs && below > floor)
    return `${from.split('/')[0]} lies below ${to.split('/')[0]} (.ci/floors.mjs): move the shared code down, or pass it in.`;
  return directions.find((each) => each.from.test(from) && !each.except?.test(from) && each.to.test(to))?.message ?? null;
}

/** The page knows the API through the SDK alone. */
const ofPage = /^(@partner-renewals\/sdk|@tanstack\/react-table|react(-dom\/client)?)$/;
const isOfPage = (file, name) =>
  name.startsWith('.') ? !relative(page, resolve(dirname(file), name)).startsWith('..') : ofPage.test(name);

const rule = {
  create(context) {
    const isPage = !relative(page, context.filename).startsWith('..');
    const from = relative(join(server, 'src'), context.filename).replaceAll('\\', '/');
    const isTesting = from.startsWith('../testing/');
    if (from.startsWith('..') && !isTesting && !isPage) return {};

    function check(node) {
      const source = node.source ?? node.argument?.literal ?? node.argument;
      if (!source) return;
      const name = source.value;
      // The runtime of the tests loads what they name.
      if (isTesting && typeof name !== 'string') return;
      if (isPage) {
        if (!isOfPage(context.filename, name))
          context.report({
            node: source,
            message: 'The page imports the SDK, React and its table alone: what it needs of the API belongs to the SDK.',
          });
        return;
      }
      const to = name.startsWith('.')
        ? relative(join(server, 'src'), resolve(dirname(context.filename), name)).replaceAll('\\', '/')
        : name;
      const message = fault(from, to, { isOurs: name.startsWith('.'), isTest: isTesting || from.endsWith('.test.ts') });
      if (message !== null) context.report({ node: source, message });
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: 'house' }, rules: { 'import-directions': rule } };
