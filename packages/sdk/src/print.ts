/** A node of a parsed document, as graphql, graphql-tag and gql.tada produce it. */
export interface DocumentNode {
  readonly kind: string;
}

type Node = DocumentNode & { readonly [member: string]: unknown };

/** The members of nodes in the order that all kinds share, each with the texts before and after it. */
const members =
  'operation,, |alias,,:|variable,,:|name|typeCondition, on |variableDefinitions,(,)|arguments,(,)|type|defaultValue,=|value,:|values|fields|directives, |selectionSet|selections,{,}|definitions';

const beginnings: { readonly [kind: string]: string } = {
  NullValue: 'null',
  Variable: '$',
  Directive: '@',
  FragmentSpread: '...',
  InlineFragment: '...',
  FragmentDefinition: 'fragment ',
};

/** The text of a parsed document. */
export function print(node: Node): string {
  const { kind } = node;
  if (kind === 'StringValue') return JSON.stringify(node['value']);
  const text = members.split('|').reduce((printed, entry) => {
    const [key = '', before = '', after = ''] = entry.split(',');
    const member = node[key] as Node | readonly Node[] | string | boolean | undefined;
    // The value of an argument is a node, that of a leaf is not.
    const isNode = member && typeof member === 'object';
    const inner = Array.isArray(member) ? member.map(print).join(' ') : isNode ? print(member as Node) : String(member ?? '');
    return inner ? printed + (isNode ? before : '') + inner + after : printed;
  }, beginnings[kind] ?? '');
  if (kind === 'ObjectValue') return `{${text}}`;
  if (kind === 'NonNullType') return `${text}!`;
  return kind.startsWith('List') ? `[${text}]` : text;
}
