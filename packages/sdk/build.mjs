// Builds into dist/, or into the folder given as argument: modules for `import`, the same for `require` in cjs/, one set of declarations
// for both, and the schema. Decision 034 of the server says what the bytes are spent on.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildSync } from 'esbuild';
import { buildSchema, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { joinDeclarations } from './join-declarations.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.argv[2] ?? join(folder, 'dist'));
const cjs = join(dist, 'cjs');
const entries = ['index', 'documents'];

rmSync(dist, { recursive: true, force: true });

// Names that no user sees.
const mangleProps = /^declared$/;
const output = { format: 'esm', platform: 'neutral', target: 'es2022', charset: 'utf8', minify: true, mangleProps, write: false };
const options = { absWorkingDir: folder, bundle: true, ...output };

// Each further file takes a millisecond to import. So all code is one file, and each entry exports its part of that file.
const forTesting = "export { columnNames, rowMembers } from './columns.ts';";
const contents = entries.map((entry) => `export * from './${entry}.ts';`).join('\n') + forTesting;
const [bundle] = buildSync({ ...options, stdin: { contents, resolveDir: join(folder, 'src') }, outfile: 'all.js' }).outputFiles;
// esbuild drops this comment, without which every bundle would have the texts of the columns.
const all = bundle.text.replace(/=(?=\w+\(\{customerName:)/, '=/* @__PURE__ */');
if (all === bundle.text) throw new Error('The texts of the columns are no longer a call with an object that begins with customerName.');
mkdirSync(cjs, { recursive: true });
writeFileSync(join(dist, 'all.js'), all);
for (const entry of entries) {
  const { metafile } = buildSync({ ...options, entryPoints: [`src/${entry}.ts`], outfile: 'entry.js', metafile: true });
  const { exports } = Object.values(metafile.outputs)[0];
  writeFileSync(join(dist, `${entry}.js`), `export{${exports.join()}}from'./all.js';\n`);
  writeFileSync(join(dist, `${entry}.d.ts`), `export * from './cjs/${entry}.js';\n`);
}
const declarations = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--stripInternal', '--outDir', cjs];
const compiler = join(folder, '../../node_modules/typescript/bin/tsc');
const compiled = spawnSync(process.execPath, [compiler, '-p', folder, '--incremental', 'false', ...declarations], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(1);
joinDeclarations(cjs, [...entries, 'testing', 'caches']);

writeFileSync(join(cjs, 'all.js'), asCommonJs(all));
// Tests import the fake server, and set-ups of caches their policies; their tools load modules of both kinds. So these are there once.
const isInAll = { filter: /\/(columns|column-texts)\.ts$/ };
const plugins = [{ name: 'all', setup: (it) => it.onResolve(isInAll, () => ({ path: './all.js', external: true })) }];
for (const entry of ['testing', 'caches']) {
  const { outputFiles } = await build({ ...options, entryPoints: [`src/${entry}.ts`], outfile: `${entry}.js`, plugins });
  writeFileSync(join(cjs, `${entry}.js`), asCommonJs(outputFiles[0].text));
}
writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(join(dist, 'schema.graphql'), compactSchema());
copyFileSync(join(folder, '../../LICENSE'), join(folder, 'LICENSE'));

/** The same module for `require`. Node finds the names of the exports in the object. */
function asCommonJs(module) {
  const [, exported] = /export\s*\{([^}]*)\};?\s*$/.exec(module);
  const members = exported.split(',').map((each) => each.trim().split(' as ').toReversed().join(':'));
  const imported = (_, names, path) => `let{${names.replaceAll(' as ', ':')}}=require(${path});`;
  const body = module.slice(0, module.lastIndexOf('export')).replaceAll(/import\s*\{([^}]*)\}\s*from\s*("[^"]+");/g, imported);
  // One statement for what comes from one module.
  const joined = body.replaceAll(/\}=require\(([^)]*)\);let\{([^}]*)\}=require\(\1\);/g, ',$2}=require($1);');
  return `"use strict";${joined}module.exports={${members.join()},__esModule:!0};\n`;
}

/** The schema without descriptions and links to specifications of scalars, a type a line. */
function compactSchema() {
  const schema = parse(readFileSync(join(folder, '../../schema/schema.graphql'), 'utf8'));
  const bare = visit(schema, {
    enter: (node) => (node.description ? { ...node, description: undefined } : undefined),
    Directive: (node) => (node.name.value === 'specifiedBy' ? null : undefined),
  });
  const text = bare.definitions.map((definition) => `${stripIgnoredCharacters(print(definition))}\n`).join('');
  buildSchema(text);
  return text;
}
