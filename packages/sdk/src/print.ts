/** A node of a parsed document, as graphql, graphql-tag and gql.tada produce it. */
export interface DocumentNode {
  readonly kind: string;
}

const begins: { readonly [kind: string]: string } = {
  Variable: '$',
  Directive: '@',
  FragmentSpread: '...',
  InlineFragment: '...',
  FragmentDefinition: 'fragment ',
};

/** The text of a parsed document. In text, the members of most kinds of nodes have the same order. */
export function print(node: DocumentNode & { readonly [name: string]: unknown }): string {
  const { kind, name, value, variable } = node;
  const member = (key: string, before = '', after = '') => {
    const given = node[key] as undefined | { kind?: string };
    const text = Array.isArray(given) ? given.map(print).join(' ') : given?.kind ? print(given as typeof node) : (given ?? '');
    return text === '' ? '' : before + String(text) + after;
  };
  if (kind === 'StringValue') return JSON.stringify(value);
  if (kind === 'NullValue') return 'null';
  if (kind === 'ObjectValue') return `{${member('fields')}}`;
  if (/^List/.test(kind)) return `[${member('values')}${member('type')}]`;
  return [
    begins[kind],
    member('operation', '', ' '),
    member('alias', '', ':'),
    member('variable'),
    member('name'),
    member('typeCondition', ' on '),
    member('variableDefinitions', '(', ')'),
    member('arguments', '(', ')'),
    member('type', variable ? ':' : '', variable ? '' : '!'),
    member('defaultValue', '='),
    member('value', name ? ':' : ''),
    member('directives', ' '),
    member('selectionSet'),
    member('selections', '{', '}'),
    member('definitions'),
  ].join('');
}
