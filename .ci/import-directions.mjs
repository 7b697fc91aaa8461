// A rule for oxlint: which file may import which. Data walks one way through the house, so each file can be understood,
// tested and changed with nothing but what lies beneath it.
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../packages/server/src');
const nouns = ['access', 'contract', 'contract-change', 'customer', 'partner'];
const inNouns = new RegExp(`^(${nouns.join('|')})/`);

/** `from` and `to` are tried on paths below packages/server/src, or on the name of a package. */
const directions = [
  {
    from: /./,
    to: /^main\.ts$/,
    message: 'Nothing imports main.ts: it is where the process begins. Move what you need into a file of its own.',
  },
  {
    from: /^[\w-]+\/[\w.-]+\.rules\.ts$/,
    except: /^import\//,
    to: /^(?!calendar-date\.ts$)/,
    message: 'Rules import only calendar-date.ts, so that each one is a pure function of its arguments: hand it what it needs.',
  },
  {
    from: /\.(resolver|fields)\.ts$/,
    to: /^(typeorm|pg)(\/|$)/,
    message: 'Resolvers know no database: put the SQL into a function of the noun’s .queries.ts and call that.',
  },
  {
    from: /\.queries\.ts$/,
    to: /\.resolver\.ts$/,
    message: 'Queries know no resolver: hand them what they need as arguments.',
  },
  {
    from: /^partner\//,
    to: /^(customer|contract|contract-change|import)\//,
    message: 'A partner knows nothing of its customers: the field belongs into a resolver of the dependent noun.',
  },
  {
    from: /^customer\//,
    to: /^(contract|contract-change|import)\//,
    message: 'A customer knows nothing of its contracts and their changes: the field belongs into a resolver of the dependent noun.',
  },
  {
    from: /^contract\//,
    to: /^(contract-change|import)\//,
    message: 'A contract knows nothing of its changes: the field belongs into a resolver of contract-change/.',
  },
  {
    from: new RegExp(`${inNouns.source}|^(graphql|database|import)/`),
    to: /^(http|command-line)\//,
    message: 'What a request or a command asks for does not know who asks: http/ and command-line/ call inwards, never the other way.',
  },
  {
    from: /^(?!testing\/)/,
    to: /^testing\//,
    message: 'What tests need is not part of the server: only tests and testing/ itself import it.',
  },
];

const rule = {
  create(context) {
    const from = relative(source, context.filename).replaceAll('\\', '/');
    if (from.startsWith('..')) return {};
    const isTest = from.endsWith('.test.ts') || from.startsWith('testing/');

    function check(node) {
      if (!node.source) return;
      const name = node.source.value;
      const to = name.startsWith('.') ? relative(source, resolve(dirname(context.filename), name)).replaceAll('\\', '/') : name;
      const broken = directions.find((each) => each.from.test(from) && !each.except?.test(from) && each.to.test(to));
      // A test may reach for whatever it has to lay out; main.ts it runs as a process.
      if (broken && (!isTest || broken.to.test('main.ts'))) context.report({ node: node.source, message: broken.message });
    }
    return { ImportDeclaration: check, ImportExpression: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

export default { meta: { name: 'house' }, rules: { 'import-directions': rule } };
