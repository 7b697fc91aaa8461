// Counts violations of the structural rules, and reports the size of the code: `node .ci/house.mjs [root]`. Exits with 1 on a violation.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floors } from './floors.mjs';

const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..');
const longestFile = 250;

const files = execFileSync('git', ['ls-files', 'packages'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => /\.(ts|tsx|mts|mjs)$/.test(path) && !/\/(generated|fixtures)\//.test(path) && existsSync(join(root, path)))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const source = 'packages/server/src/';
const isProduct = ({ path }) => path.startsWith(source) && !path.endsWith('.test.ts') && !path.startsWith(`${source}testing/`);
const product = files.filter(isProduct);

/** Every import of the product, values and types alike, with paths below packages/server/src. */
const imports = product.flatMap(({ path, text }) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)]
    .map(([, name]) => normalize(join(dirname(path), name)))
    .filter((to) => to.startsWith(source))
    .map((to) => ({ from: path.slice(source.length), to: to.slice(source.length) })),
);

const folderOf = (path) => path.split('/')[0];
const linesOf = (text) => text.split('\n').length - 1;

/** Groups of nodes that reach each other. */
function circles(edges) {
  const targets = new Map();
  for (const [from, to] of edges) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const reached = (start) => {
    const seen = new Set();
    const walk = (node) => {
      for (const next of targets.get(node) ?? []) if (!seen.has(next)) walk((seen.add(next), next));
    };
    walk(start);
    return seen;
  };
  const reach = new Map([...targets.keys()].map((node) => [node, reached(node)]));
  const inCircle = [...reach].filter(([node, seen]) => seen.has(node)).map(([node]) => node);
  const groups = new Map(
    inCircle.map((node) => [
      [...reach.get(node)]
        .filter((other) => reach.get(other)?.has(node))
        .sort((one, other) => one.localeCompare(other))
        .join(' '),
      true,
    ]),
  );
  return [...groups.keys()];
}

const fileCircles = circles(imports.map(({ from, to }) => [from, to]));
const folderCircles = circles(
  imports
    .map(({ from, to }) => [folderOf(from), folderOf(to)])
    .filter(([from, to]) => from !== to && !from.endsWith('.ts') && !to.endsWith('.ts')),
);
const against = imports.filter(({ from, to }) => floors.indexOf(folderOf(to)) > floors.indexOf(folderOf(from)));
const long = files.filter(({ text }) => linesOf(text) > longestFile && !/^(\/\/|\/\*)/.test(text));

/** What only the API needs. Loading it takes most of a second, so a command loads it with `import()`, if it needs it at all. */
const ofTheApi = /^(?:graphql|type-graphql|graphql-[\w-]+|class-validator|@apollo\/|@graphql-tools\/)/;

/** The chain of files by which a command loads the API when its module is loaded; undefined if it does not. */
function wayToTheApi(path, seen = new Set()) {
  seen.add(path);
  const text = product.find((each) => each.path === path)?.text ?? '';
  for (const [, from, alone] of text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm)) {
    const name = from ?? alone;
    if (ofTheApi.test(name)) return [path.slice(source.length), name];
    const to = normalize(join(dirname(path), name));
    const way = name.startsWith('.') && !seen.has(to) ? wayToTheApi(to, seen) : undefined;
    if (way) return [path.slice(source.length), ...way];
  }
  return undefined;
}

const isCommand = ({ path }) => path === `${source}main.ts` || path.endsWith('.command.ts');
const heavyCommands = product.filter(isCommand).flatMap(({ path }) => [wayToTheApi(path)].filter(Boolean));

const report = (name, found, text = (each) => each) => {
  console.log(`${name}: ${found.length}`);
  for (const each of found) console.log(`  ${text(each)}`);
};
report('circles of files', fileCircles);
report('circles of folders', folderCircles);
report('imports against the ladder', against, ({ from, to }) => `${from} imports ${to}`);
report('commands that load the API with their module', heavyCommands, (way) => way.join(' > '));
report(`files over ${longestFile} lines without a reason on line 1`, long, ({ path, text }) => `${path} (${linesOf(text)})`);

const lengths = product.map(({ text }) => linesOf(text)).sort((a, b) => a - b);
const perFolder = Map.groupBy ? Map.groupBy(product, groupOf) : new Map();
if (perFolder.size === 0) for (const each of product) perFolder.set(groupOf(each), [...(perFolder.get(groupOf(each)) ?? []), each]);
function groupOf({ path }) {
  return folderOf(path.slice(source.length));
}
const [longestFolder, itsFiles] = [...perFolder].sort(([, a], [, b]) => b.length - a.length)[0];
console.log(
  `product code: ${product.length} files, ${lengths.reduce((sum, lines) => sum + lines, 0)} lines, median ${lengths[Math.floor(lengths.length / 2)]} lines a file; ` +
    `the longest folder is ${longestFolder} with ${itsFiles.length} files`,
);
process.exitCode = fileCircles.length + folderCircles.length + against.length + heavyCommands.length + long.length === 0 ? 0 : 1;
