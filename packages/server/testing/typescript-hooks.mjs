// `node --import <this file>`: lets a child process of a test run our TypeScript sources directly, as jest does. What it makes of a file
// is kept until the file changes: tests start more than a hundred processes, and each would make all of it again.
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

const folder = join(import.meta.dirname, '../node_modules/.cache/typescript-hooks');
const own = readFileSync(fileURLToPath(import.meta.url));

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const text = readFileSync(fileURLToPath(url));
  const kept = join(folder, `${createHash('sha1').update(own).update(url).update(text).digest('hex')}.js`);
  return { format: 'module', source: read(kept) ?? keep(kept, await transform(text.toString(), url)), shortCircuit: true };
}

async function transform(text, url) {
  const { transform: swc } = await import('@swc/core');
  const { code } = await swc(text, {
    filename: fileURLToPath(url),
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
    },
    module: { type: 'es6' },
  });
  return code;
}

function read(kept) {
  try {
    return readFileSync(kept);
  } catch {
    return undefined;
  }
}

/** Another process may read or keep the same file now, or may not write here: then nothing is kept. */
function keep(kept, code) {
  try {
    mkdirSync(folder, { recursive: true });
    const draft = `${kept}.${randomUUID()}`;
    writeFileSync(draft, code);
    renameSync(draft, kept);
  } catch {}
  return code;
}
