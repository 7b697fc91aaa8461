import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { modules } from './tools.mjs';

/** A program as browsers load it: bundled with all its imports, and minified. */
export function bundle(program, folder, options = {}) {
  const { buildSync } = createRequire(join(modules, '.'))('esbuild');
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir: folder, loader: 'ts' },
    ...{ bundle: true, minify: true, write: false, format: 'esm', platform: 'neutral', target: 'es2022', logLevel: 'warning' },
    mainFields: ['module', 'main'],
    ...options,
  });
  return outputFiles[0].text;
}

export const gzipBytes = (text) => gzipSync(text, { level: 9 }).length;
