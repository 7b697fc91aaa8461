import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { compactDeclaration, implicitExports, shortenTypes } from './compact-declaration.mjs';

// The entry exports everything of the first two. The third is a part of an entry alone.
const apart = ['generated/graph.types', 'errors', 'generated/caches'];
const inner = 'client';

/**
 * Makes the declarations in the folder small, and removes those that no entry reaches. The inner ones become one file: most of their
 * imports are of each other.
 */
export function joinDeclarations(folder, entries) {
  const pathOf = (name) => join(folder, `${name}.d.ts`);
  const nameOf = (from, module) => relative(folder, join(folder, dirname(from), module)).replace(/\.js$/, '');
  const texts = new Map();
  const reach = (name) => {
    if (texts.has(name)) return;
    const declared = readFileSync(pathOf(name), 'utf8');
    const text = compactDeclaration(name === apart[0] ? shortenTypes(declared) : declared);
    texts.set(name, text);
    for (const [, module] of text.matchAll(/from ?'(\.[^']+)'/g)) reach(nameOf(name, module));
  };
  entries.forEach(reach);

  const names = [...texts.keys()];
  const isApart = (name) => entries.includes(name) || apart.includes(name);
  const files = new Map([[inner, names.filter((name) => !isApart(name))], ...names.filter(isApart).map((name) => [name, [name]])]);
  for (const name of readdirSync(folder, { recursive: true }).filter((each) => each.endsWith('.d.ts'))) rmSync(join(folder, name));
  for (const [file, parts] of files) {
    const moduleOf = (part) => (module) => {
      const name = nameOf(part, module);
      const to = relative(dirname(file), isApart(name) ? name : inner);
      return to === file ? null : `${to.startsWith('.') ? '' : './'}${to}.js`;
    };
    const joined = joinTexts(parts.map((part) => ({ text: texts.get(part), moduleOf: moduleOf(part) })));
    writeFileSync(pathOf(file), entries.includes(file) ? joined : implicitExports(joined));
  }
}

const reference = /^(import|export)( type)? ?\{([^}]*)\}from ?'([^']+)';?\n?/gm;
const star = /^(export (?:type ?)?\* ?from ?')([^']+)/gm;
const declaration = /^(?:\/\*\*[^\n]*\*\/)?(?:export )?(?:declare )?(?:type|interface|class|const) (\w+)/gm;

/** Many declarations as one, with one line for all that it imports or exports from one module. `moduleOf` is null for this one. */
function joinTexts(parts) {
  const lines = new Map();
  const add = (word, name, module) => {
    const line = `${word}{|}from'${module}'\n`;
    lines.set(line, (lines.get(line) ?? new Set()).add(name));
  };
  const texts = parts.map(({ text, moduleOf }) =>
    text
      .replaceAll(reference, (_, word, isType, list, module) => {
        // Values and types apart need no word for each type.
        for (const each of list.split(',').filter((name) => name !== '' && moduleOf(module) !== null))
          add(isType || each.startsWith('type ') ? `${word} type` : word, each.replace('type ', ''), moduleOf(module));
        return '';
      })
      .replaceAll(star, (_, words, module) => words + moduleOf(module))
      .replace(/\n?export ?\{\}\s*$/, '\n')
      .trim(),
  );
  const declared = texts.flatMap((text) => [...new Set([...text.matchAll(declaration)].map(([, name]) => name))]);
  const imported = new Set([...lines].flatMap(([line, names]) => (line.startsWith('import') ? [...names] : [])));
  const twice = [...declared, ...imported].filter((name, index, all) => all.indexOf(name) < index);
  if (parts.length > 1 && twice.length > 0) throw new Error(`Several inner files declare ${twice.join(', ')}. Give one another name.`);
  return [...lines].map(([line, names]) => line.replace('|', [...names].join())).join('') + texts.join('\n') + '\n';
}
