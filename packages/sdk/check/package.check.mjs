// Checks the SDK as users install it: packs it and tests only the tarball. Prints each figure beside its bar. Run `npm run check`.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createContext, Script } from 'node:vm';
import { bundle, gzipBytes } from './bundle.mjs';
import { installTools, modules, node, run } from './tools.mjs';

const bars = { leanBytes: 3500, wholeBytes: 6000, unpackedBytes: 153_600, importMs: 12 };

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'renewals-sdk-'));
const consumer = join(folder, 'consumer');
let failures = 0;

try {
  await installTools();
  const tarball = await pack();
  await step('dependencies', hasNoDependencies);
  await step('unpacked size', () => atMost(unpackedBytes(), bars.unpackedBytes, 'bytes'));
  await step('links of the README', linksLeadSomewhere);
  await step('the schema', hasTheSchema);
  await step('install from the folder', installsFromFolder);
  await step('publint', () => publint(tarball));
  await step('attw (are the types wrong)', () => attw(tarball));
  await step('one list, bundled, gzip -9', () =>
    atMost(gzipBytes(bundle(oneList('createRenewalsClient'), consumer)), bars.leanBytes, 'bytes'),
  );
  await step('the same list with the whole client', () =>
    atMost(gzipBytes(bundle(oneList('createClient'), consumer)), bars.wholeBytes, 'bytes'),
  );
  for (const [name, executable] of nodes()) {
    await step(`import and require on ${name}`, () => runs(executable));
    await step(`import time on ${name}`, () => importsQuickly(executable));
  }
  await step('a bundle for browsers', () => runsBundled({ platform: 'browser', format: 'iife' }));
  await step('a bundle for workers', () => runsBundled({ platform: 'neutral', format: 'iife', conditions: ['worker'] }));
  for (const compiler of ['typescript-5.4', 'typescript-5.9', 'typescript', 'typescript-7']) {
    await step(`types by ${versionOf(compiler)}`, () => compiles(compiler));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

async function step(name, check) {
  try {
    console.log(`ok      ${name}: ${await check()}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${name}: ${error.message}`);
  }
}

function atMost(figure, bar, unit) {
  const text = `${Number(figure.toFixed(1))} of ${Number(bar.toFixed(1))} ${unit}`;
  assert.ok(figure <= bar, text);
  return text;
}

/** Packs the SDK, and installs the tarball into an empty folder. */
async function pack() {
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }');
  cpSync(join(here, 'fixtures'), consumer, { recursive: true });
  const npm = (...args) => run('npm', args, { cwd: consumer });
  await npm('pack', join(here, '..'), '--pack-destination', folder);
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
  await npm('install', tarball, '--offline', '--no-audit', '--no-fund');
  return tarball;
}

function installed() {
  const root = join(consumer, 'node_modules/@partner-renewals/sdk');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return { root, files: files.map((file) => join(file.parentPath, file.name)) };
}

function hasNoDependencies() {
  const { root, files } = installed();
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies']) assert.equal(manifest[kind], undefined, kind);
  const programs = files.filter((file) => file.endsWith('.js'));
  const imported = programs.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import|require)\s*\(?\s*(["'])([^"'\s]+)\1/g)].map(([, , name]) => name),
  );
  assert.ok(imported.length > 0, 'the modules import nothing: the pattern for imports no longer matches');
  assert.deepEqual(
    imported.filter((name) => isBuiltin(name) || !name.startsWith('./')),
    [],
  );
  return `none, and no peers; ${programs.length} modules import only each other`;
}

function unpackedBytes() {
  return installed().files.reduce((bytes, file) => bytes + readFileSync(file).length, 0);
}

function linksLeadSomewhere() {
  const { root } = installed();
  const links = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
  const dead = links.filter((link) => !/^(https?:|#)/.test(link) && !existsSync(join(root, link)));
  assert.deepEqual(dead, []);
  return `${links.length}, none dead`;
}

/** The schema of the API, without descriptions and links to specifications of scalars. */
async function hasTheSchema() {
  const { buildSchema, parse, print, visit } = createRequire(join(modules, '.'))('graphql');
  const path = createRequire(join(consumer, 'run.mjs')).resolve('@partner-renewals/sdk/schema.graphql');
  const shipped = readFileSync(path, 'utf8');
  const withDescriptions = parse(readFileSync(join(here, '../../../schema/schema.graphql'), 'utf8'));
  const bare = visit(withDescriptions, {
    enter: (each) => (each.description ? { ...each, description: undefined } : undefined),
    Directive: (each) => (each.name.value === 'specifiedBy' ? null : undefined),
  });
  assert.equal(print(parse(shipped)), print(bare));
  const schema = buildSchema(shipped);
  const fields = Object.keys(schema.getQueryType().getFields()).length;
  const tada = join(folder, 'tada');
  mkdirSync(tada);
  cpSync(path, join(tada, 'schema.graphql'));
  const plugins = [{ name: 'gql.tada/ts-plugin', schema: './schema.graphql', tadaOutputLocation: './graphql-env.d.ts' }];
  writeFileSync(join(tada, 'tsconfig.json'), JSON.stringify({ compilerOptions: { plugins } }));
  await node([join(modules, 'gql.tada/bin/cli.js'), 'generate-output'], { cwd: tada });
  assert.match(readFileSync(join(tada, 'graphql-env.d.ts'), 'utf8'), /upcomingContractChanges/);
  return `${shipped.length} bytes, ${fields} queries; gql.tada reads it`;
}

async function installsFromFolder() {
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'package.json'), '{ "private": true }');
  cpSync(join(here, 'fixtures/run.mjs'), join(other, 'run.mjs'));
  await run('npm', ['install', join(here, '..'), '--offline', '--no-audit', '--no-fund'], { cwd: other });
  const { stdout } = await node(['run.mjs'], { cwd: other });
  assert.equal(stdout, 'Acme https://acme.example\n');
  return 'lists a row';
}

async function publint(tarball) {
  const tool = await import(pathToFileURL(join(modules, 'publint/src/index-node.js')).href);
  const contents = readFileSync(tarball);
  const { messages } = await tool.publint({
    pack: { tarball: contents.buffer.slice(contents.byteOffset, contents.byteOffset + contents.length) },
    strict: true,
  });
  assert.deepEqual(messages, []);
  return 'clean';
}

async function attw(tarball) {
  const { stdout, code } = await node(
    [
      join(modules, '@arethetypeswrong/cli/dist/index.js'),
      tarball,
      '--no-emoji',
      '--format',
      'ascii',
      '--exclude-entrypoints',
      'schema.graphql',
    ],
    {
      mayFail: true,
    },
  );
  assert.equal(code, 0, stdout);
  return 'clean';
}

/** The smallest useful program: one list. */
function oneList(create) {
  return `import { ${create} } from '@partner-renewals/sdk';
    const { renewals } = ${create}({ url: 'https://renewals.example.com/graphql', token: 'any' });
    const page = await renewals.list({ columns: ['website', 'currentMrr'] });
    for (const row of page.rows) console.log(row.customerName, row.website);`;
}

function nodes() {
  const others = [22, 24].map((major) => join(modules, `node-${major}-${process.platform}-${process.arch}/bin/node`));
  return [process.execPath, ...others].map((executable) => [versionOf(executable), executable]);
}

function versionOf(tool) {
  if (tool === process.execPath) return `Node ${process.versions.node}`;
  const root = tool.endsWith('/bin/node') ? join(tool, '../..') : join(modules, tool);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `${name.startsWith('node') ? 'Node' : 'TypeScript'} ${version.replace('v', '')}`;
}

async function runs(executable) {
  for (const file of ['run.mjs', 'run.cjs']) {
    const { stdout } = await node([file], { cwd: consumer, executable });
    assert.equal(stdout, 'Acme https://acme.example\n', file);
  }
  return 'lists a row';
}

/**
 * A busy machine distorts the times, so the lowest of at most five medians counts. An empty package may take more than half of the bar;
 * then the SDK may take half of the bar on top of it.
 */
async function importsQuickly(executable) {
  const emptyPackage = join(consumer, 'node_modules/empty');
  mkdirSync(emptyPackage, { recursive: true });
  writeFileSync(join(emptyPackage, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
  writeFileSync(join(emptyPackage, 'index.js'), '');
  let [sdk, empty] = [Infinity, Infinity];
  const bar = () => Math.max(bars.importMs, empty + bars.importMs / 2);
  for (let round = 0; round < 5 && (sdk > bar() || round === 0); round += 1) {
    sdk = Math.min(sdk, await importMs(executable, '@partner-renewals/sdk'));
    empty = Math.min(empty, await importMs(executable, 'empty'));
  }
  return `${atMost(sdk, bar(), 'ms')}, median of 11 fresh processes (an empty package: ${empty.toFixed(1)})`;
}

async function importMs(executable, name) {
  const program = `const begun = performance.now(); await import('${name}'); console.log(performance.now() - begun);`;
  const times = [];
  for (let round = 0; round < 11; round += 1) {
    const { stdout } = await node(['--input-type=module', '--eval', program], { cwd: consumer, executable });
    times.push(Number(stdout));
  }
  return times.sort((one, other) => one - other)[5];
}

/** Runs a bundle in a context with the globals that browsers and workers share, and none of Node's. */
async function runsBundled(options) {
  const program = bundle(readFileSync(join(consumer, 'run.mjs'), 'utf8'), consumer, options);
  const printed = [];
  const web = { fetch, Response, Headers, Request, URL, AbortController, AbortSignal, crypto, setTimeout, clearTimeout, TextEncoder };
  const done = new Promise((resolve) => {
    const context = createContext({ ...web, console: { log: (...words) => resolve(printed.push(words.join(' '))) } });
    new Script(program).runInContext(context);
  });
  await Promise.race([done, new Promise((_, reject) => setTimeout(reject, 5000, new Error('no row within 5 s')).unref())]);
  assert.deepEqual(printed, ['Acme https://acme.example']);
  return `lists a row; ${gzipBytes(program)} bytes gzip with the fake server`;
}

async function compiles(compiler) {
  const strict = { strict: true, noUncheckedIndexedAccess: true, skipLibCheck: false };
  const programs = [
    ['nodenext', 'nodenext', true, ['consumer.mts', 'consumer.cts', 'soundness.mts']],
    ['esnext', 'bundler', true, ['consumer.mts']],
    ['esnext', 'bundler', false, ['soundness.mts']],
  ];
  for (const [module, moduleResolution, exactOptionalPropertyTypes, files] of programs) {
    const resolved = { module, moduleResolution, target: 'es2022', lib: ['es2022', 'dom'], types: [], noEmit: true };
    const compilerOptions = { ...strict, exactOptionalPropertyTypes, ...resolved };
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    await node([join(modules, compiler, 'bin/tsc'), '--pretty', 'false'], { cwd: consumer });
  }
  return 'no errors: nodenext by import and by require, bundler; the probes of soundness with and without exactOptionalPropertyTypes';
}
