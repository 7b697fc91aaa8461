// Writes the API documentation into docs/, from the comments in the source. A public name without a comment is an error.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installTools, modules, node } from './tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));

await installTools();
try {
  await node([join(modules, 'typedoc/bin/typedoc'), '--options', join(here, 'typedoc.json')], { cwd: join(here, '..') });
  console.log('Wrote docs/. Every public name is documented.');
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
}
