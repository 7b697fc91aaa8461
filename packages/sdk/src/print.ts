/** A node of a parsed document, as graphql, graphql-tag and gql.tada produce it. */
type Node = { readonly [Key in Member]?: Node } & { readonly [Key in List]?: readonly Node[] } & {
  readonly kind: string;
  readonly operation?: string;
};

type Member = 'alias' | 'variable' | 'name' | 'typeCondition' | 'type' | 'defaultValue' | 'value' | 'selectionSet';
type List = 'definitions' | 'variableDefinitions' | 'arguments' | 'directives' | 'selections' | 'values' | 'fields';

const before: { readonly [kind: string]: string } = {
  Variable: '$',
  Directive: '@',
  FragmentSpread: '...',
  InlineFragment: '...',
  FragmentDefinition: 'fragment ',
};

/** The text of a parsed document. The members of all kinds of nodes have the same order in text. */
export function print(node: Node): string {
  const { kind, operation = '', value } = node;
  const member = (name: Member, prefix = '', suffix = '') => (node[name] ? prefix + print(node[name]) + suffix : '');
  const list = (name: List, open = ' ', close = '') => (node[name]?.[0] ? open + node[name].map(print).join(' ') + close : '');
  if (kind === 'NullValue') return 'null';
  if (kind === 'ListValue') return `[${list('values')}]`;
  if (kind === 'ObjectValue') return `{${list('fields')}}`;
  if (kind === 'ListType') return `[${member('type')}]`;
  if (kind === 'NonNullType') return `${member('type')}!`;
  if (kind === 'StringValue') return JSON.stringify(value);
  if (value !== undefined && typeof value !== 'object') return String(value);
  return [
    (before[kind] ?? operation) + (operation && ' ') + member('alias', '', ':') + member('variable') + member('name'),
    member('typeCondition', ' on ') + list('variableDefinitions', '(', ')') + list('arguments', '(', ')'),
    member('type', ':') + member('defaultValue', '=') + member('value', ':') + list('directives'),
    member('selectionSet') + list('selections', '{', '}') + list('definitions'),
  ].join('');
}
