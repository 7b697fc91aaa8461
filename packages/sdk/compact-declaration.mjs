// Comments that say no more than the name they stand at.
const empty = /\/\*\* (?:Input of \w+|Result of \w+|Entry of \w+|The column "[^"]+"|\w+, as methods fetch it)\. \*\/\n[\t ]*/g;
const fillers = new Set('a an and by for id ids if in is it its number of or that the this to wa when with'.split(' '));

const wordsOf = (text) => text.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase().replace(/s$/, ''));

/** Whether the comment of a member has a word that the names of the member and of its type have not. */
function saysMore(comment, name, owner) {
  // A column's label, and its description.
  if (comment.includes(': ')) return true;
  const known = new Set(wordsOf(name + owner));
  return wordsOf(comment).some((word) => word !== '' && !fillers.has(word) && !known.has(word));
}

/** A declaration with fewer bytes: no comment that says only the name, and no ends of lines that are not needed. */
export function compactDeclaration(text) {
  return (
    text
      // The compiler does not rewrite the file endings of imports in declarations.
      .replaceAll(/(from '|import\(")(\.[^'"]+)\.ts(?=['"])/g, '$1$2.js')
      .replaceAll(empty, '')
      // Editors show no comment of a value in a union, and nobody names the type of an object that was answered.
      .replaceAll(/\/\*\* .* \*\/\n *(?=(\| )?')/g, '')
      .replaceAll(/\/\*\* .* \*\/\n(?=export interface \w+ (\{\n +__typename|extends (Connection|Edge|Payload|\w+<)))/g, '')
      .replaceAll(/^(?:export )?(?:declare )?(?:interface|class) (\w+)[^]*?^\}/gm, (declared, owner) =>
        declared.replaceAll(/\/\*\* (.*) \*\/\n *(?=(?:readonly )?(\w+)\??: )/g, (whole, comment, name) =>
          saysMore(comment, name, owner) ? whole : '',
        ),
      )
      .replaceAll(/\/\*\* (.*) \*\/\n\s*/g, '/**$1*/')
      // A comment on the line of a brace would not be that of the member.
      .replaceAll(/\{\n\s+(?!\/\*)(\S.*);\n\s*\}/g, '{ $1 }')
      .replaceAll(/^ +(?!\*)/gm, '')
      .replaceAll(/;$/gm, '')
      .split(/(\/\*\*[^]*?\*\/)/)
      .map((part) => (part.startsWith('/**') ? part : compactCode(part)))
      .join('')
  );
}

const compactCode = (code) =>
  code
    .replaceAll(/ *([{}:;,|&=<>()?]) */g, '$1')
    .replaceAll(/\n(?=[|}])/g, '')
    // A comment after a brace would not be that of the member.
    .replaceAll(/(?<=[{=|])\n(?=[^])/g, '');
