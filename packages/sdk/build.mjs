// Builds into dist/, or into the folder given as argument: modules for `import`, the same for `require` in cjs/, and one set of
// declarations for both.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, transformSync } from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.argv[2] ?? join(folder, 'dist'));
const entries = ['index', 'testing', 'documents'];

rmSync(dist, { recursive: true, force: true });

// Names that no user sees.
const mangleProps = /^(mayRepeat|declared)$/;
const options = { absWorkingDir: folder, bundle: true, format: 'esm', platform: 'neutral', target: 'es2022', minify: true, mangleProps };
// Each further file takes a millisecond to import. So all code is one file, and each entry exports its part of that file.
const contents = entries.map((entry) => `export * from './${entry}.ts';`).join('\n');
buildSync({ ...options, stdin: { contents, resolveDir: join(folder, 'src') }, outfile: join(dist, 'all.js') });
for (const entry of entries) {
  const { metafile } = buildSync({ ...options, entryPoints: [`src/${entry}.ts`], outfile: 'entry.js', write: false, metafile: true });
  const { exports } = Object.values(metafile.outputs)[0];
  writeFileSync(join(dist, `${entry}.js`), `export{${exports.join()}}from'./all.js';\n`);
}
const declarations = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--stripInternal', '--outDir', join(dist, 'cjs')];
const compiler = join(folder, '../../node_modules/typescript/bin/tsc');
const compiled = spawnSync(process.execPath, [compiler, '-p', folder, '--incremental', 'false', ...declarations], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(1);

for (const file of readdirSync(join(dist, 'cjs'), { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue;
  const path = join(dist, 'cjs', file);
  const text = readFileSync(path, 'utf8')
    // The compiler does not rewrite the file endings of imports in declarations.
    .replaceAll(/(from '|import\(")(\.[^'"]+)\.ts(?=['"])/g, '$1$2.js')
    .replaceAll(/ {4}(?=( {4})*\S)/gm, '\t');
  writeFileSync(path, text);
}
for (const file of readdirSync(dist).filter((name) => name.endsWith('.js'))) {
  const { code } = transformSync(readFileSync(join(dist, file), 'utf8'), {
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    minify: true,
  });
  writeFileSync(join(dist, 'cjs', file), code);
}
for (const entry of entries) writeFileSync(join(dist, `${entry}.d.ts`), `export * from './cjs/${entry}.js';\n`);
writeFileSync(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');
copyFileSync(join(folder, '../../LICENSE'), join(folder, 'LICENSE'));
