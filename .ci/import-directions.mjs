// A rule for oxlint: which file may import which. Data walks one way through the server, so each file can be understood, tested
// and changed with nothing but what lies below it.
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floors } from './floors.mjs';

const server = join(dirname(fileURLToPath(import.meta.url)), '../packages/server');

/** `from` and `to` are tested on paths below packages/server/src, or on the name of a package. */
const directions = [
  {
    from: /^[\w-]+\/[\w.-]+\.rules\.ts$/,
    except: /^import\//,
    to: /^(?!calendar-date\.ts$)/,
    message: 'Rules import only calendar-date.ts, so that each one is a pure function of its arguments: pass it what it needs.',
  },
  {
    from: /\.(resolver|fields)\.ts$/,
    to: /^(typeorm|pg)(\/|$)/,
    message: 'Resolvers know no database: put the SQL into a function of the noun’s .queries.ts and call that.',
  },
  {
    from: /\.queries\.ts$/,
    to: /\.resolver\.ts$/,
    message: 'Queries know no resolver: pass them what they need as arguments.',
  },
];

const floorOf = (path) => floors.indexOf(path.split('/')[0]);

/** What is wrong with an import, in a sentence; null if nothing is. */
function fault(from, to, { isOurs, isTest }) {
  if (to === 'main.ts') return 'Nothing imports main.ts, where the process begins: move what you need into a file of its own.';
  // A test may import all that it prepares.
  if (isTest) return null;
  if (to.startsWith('../')) return to.startsWith('../testing/') ? 'Code for tests is not part of the server: only tests import it.' : null;
  const [floor, below] = [floorOf(from), floorOf(to)];
  if (floor === -1) return `${from.split('/')[0]} stands nowhere in .ci/floors.mjs: give it its place on the ladder.`;
  if (isOurs && below > floor)
    return `${from.split('/')[0]} lies below ${to.split('/')[0]} (.ci/floors.mjs): move what both need down, or pass it in.`;
  return directions.find((each) => each.from.test(from) && !each.except?.test(from) && each.to.test(to))?.message ?? null;
}

const rule = {
  create(context) {
    const from = relative(join(server, 'src'), context.filename).replaceAll('\\', '/');
    const isTesting = from.startsWith('../testing/');
    if (from.startsWith('..') && !isTesting) return {};

    function check(node) {
      const source = node.source ?? node.argument?.literal ?? node.argument;
      if (!source) return;
      const name = source.value;
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
