// Comments that say no more than the name they stand at.
const empty =
  /\/\*\* (?:Input of \w+|Result of \w+|Entry of \w+|The column "[^"]+"|(?:A field|Fields) that several types have|Arguments that several fields share)\. \*\/\n[\t ]*/g;
const fillers = new Set(
  'a address all an and are at be been by can day did do done for full how id ids if in is it its kind name number object of or that the this to wa was what when whether which who whose with'.split(
    ' ',
  ),
);

const wordsOf = (text) =>
  text
    .replaceAll('e-mail', 'email')
    .split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/)
    .map((word) => word.toLowerCase().replace(/s$/, ''));

/** Whether the comment of a member has a word that the names of the member and of its type have not. */
function saysMore(comment, name, owner) {
  // Every column and every method has a description.
  if (['RenewalRow', 'Mutations'].includes(owner)) return true;
  // So well known that they need no words.
  if (/^(eq|[gl]te?)$/.test(name)) return false;
  const known = new Set(wordsOf(name + owner));
  return wordsOf(comment).some((word) => word !== '' && !fillers.has(word) && !known.has(word));
}

// What a user must know in order not to lose data, not to send what was not meant, or not to give conflicting input.
const essential = [
  'only once',
  'Null on error and',
  'If it is lost',
  'ends the contract',
  'Nothing is sent',
  'do so only',
  'other IDs',
  'Give either',
  'stop at once',
  'never added',
  'Default: none',
  'Default: never',
];

/**
 * The types of the API with comments of the first sentence and those that are essential: the server's schema and `npm run docs` have the
 * whole text. What only names another type is a name of it, and methods have one type in common.
 */
export function shortenTypes(text) {
  const gone = essential.filter((words) => !text.includes(words));
  if (gone.length > 0) throw new Error(`No description has these words, for which a sentence is kept: ${gone.join(', ')}`);
  return text
    .replaceAll(/\/\*\* (.*) \*\//g, (_, comment) => {
      const [first, ...more] = comment.replace(/^Input of \w+\. (?=\w)/, '').split(/(?<=\.) (?=[A-Z])/);
      // Outcome says when the fields of a payload are null.
      return `/** ${[first.replace('; null on error.', '.'), ...more.filter((sentence) => essential.some((words) => sentence.includes(words)))].join(' ')} */`;
    })
    .replaceAll(/(?:\/\*\* [^\n]* \*\/\n)?export interface (\w+) extends ([^{,]+|\w+<[^{<>]+>) \{\s*\}/g, 'export type $1 = $2;')
    .replaceAll(/(?<=^ +\w+)\(input: (\w+), options\?: MutationOptions\): Answer<(.*)>;/gm, ': Method<$1, $2>;')
    .replace('import type { Answer, MutationOptions,', 'import type { Method,');
}

/** A declaration with fewer bytes: no comment that says only the name, and no ends of lines that are not needed. */
export function compactDeclaration(text) {
  return (
    text
      // The compiler does not rewrite the file endings of imports in declarations.
      .replaceAll(/(from '|import\(")(\.[^'"]+)\.ts(?=['"])/g, '$1$2.js')
      .replaceAll(/^import \{ (?:type \w+(?:, )?)+ \}/gm, (names) => `import type {${names.slice(8).replaceAll(' type ', ' ')}`)
      .replaceAll(empty, '')
      // Nobody names a type that is not exported.
      .replaceAll(/^\/\*\* .* \*\/\n(?=(?:declare )?(?:type|interface) )/gm, '')
      // Editors show no comment of a value in a union, and nobody names the type of an object that was answered.
      .replaceAll(/\/\*\* .* \*\/\n *(?=(\| )?')/g, '')
      .replaceAll(
        /\/\*\* .* \*\/\n(?=export interface \w+ (extends [\w, ]+ )?(\{\n +__typename|extends (Connection|Edge|Payload|\w+<)))/g,
        '',
      )
      .replaceAll(/\/\*\* (.*) \*\/\n(?=export (?:type|interface) (\w+))/g, (whole, comment, name) =>
        saysMore(comment, name, '') ? whole : '',
      )
      .replaceAll(/^(?:export )?(?:declare )?(?:interface|class) (\w+)[^]*?^\}$/gm, (declared, owner) =>
        declared.replaceAll(/\/\*\* (.*) \*\/\n *(?=(?:readonly )?(\w+)\??: )/g, (whole, comment, name) =>
          saysMore(comment, name, owner) ? whole : '',
        ),
      )
      // A property without this word can be given and read like one with it. Rows and pages keep it, since programs keep them.
      .replaceAll(/^export interface (?!RenewalRow|Page\b)\w+\b[^]*?^\}$/gm, (declared) => declared.replaceAll(/^( +)readonly /gm, '$1'))
      .replaceAll(/^ +readonly name = ("\w+");/gm, 'name: $1;')
      .replaceAll(/\/\*\* (.*) \*\/\n\s*/g, '/**$1*/')
      .replaceAll(/^ *\/\*\*\n[^]*?\*\//gm, (comment) => comment.replaceAll(/\n *\* (?=\S)|(?:\n *\*)+$/gm, '\n'))
      // A comment on the line of a brace would not be that of the member.
      .replaceAll(/\{\n\s+(?!\/\*)(\S.*);\n\s*\}/g, '{ $1 }')
      .replaceAll(/^ +(?!\*)/gm, '')
      .replaceAll(/;$/gm, '')
      .split(/(\/\*\*[^]*?\*\/)/)
      .map((part) => (part.startsWith('/**') ? part : compactCode(part)))
      .join('')
  );
}

/**
 * The same declarations, of which only the first says `export`: it makes the file a module, and in declarations of a module all others then
 * are exported, too. A class that an interface extends must say so. Not for the files that users import: these export only what they say.
 */
export function implicitExports(text) {
  let isFirst = true;
  const merged = [...text.matchAll(/declare class (\w+)/g)].map(([, name]) => name).filter((name) => text.includes(`interface ${name} `));
  return text
    .replace(/\nexport\{\}\s*$/, '\n')
    .replaceAll(/(?<=^|\*\/)export (?=(?:declare |type|interface) ?(?:class |function |const )?(\w+))/gm, (word, name) => {
      if (!isFirst && !merged.includes(name)) return '';
      isFirst = false;
      return word;
    });
}

const compactCode = (code) =>
  code
    .replaceAll(/ *([{}:;,|&=<>()?]) */g, '$1')
    .replaceAll(/\n(?=[|}])/g, '')
    // A comment after a brace would not be that of the member.
    .replaceAll(/(?<=[{=|])\n(?=[^])/g, '');
