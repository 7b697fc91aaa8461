import { getNamedType } from 'graphql';
import { capitalized, tsdoc, union } from './text.mjs';
import { directiveOf } from './values.printer.mjs';

/** The types of the methods. What they return follows from the types of payloads: see src/whole.types.ts. */
export function printMethods(schema, { nullOnSuccess, changedFields }) {
  const mutations = Object.values(schema.getMutationType().getFields());
  const methods = mutations.map(({ name, type, description, astNode }) => {
    // The type of selections has no null either: see Payloads.
    if (!directiveOf(astNode, 'semanticNonNull')) throw new Error(`Mutation.${name} must have @semanticNonNull.`);
    const payload = getNamedType(type);
    const nullable = Object.keys(payload.getFields()).filter((field) => nullOnSuccess.includes(`${name}.${field}`));
    const answer = `Answer<${payload.name}${nullable.length > 0 ? `, ${union(nullable)}` : ''}>`;
    return `${tsdoc(description, '  ')}  ${name}(input: ${capitalized(name)}Input, options?: MutationOptions): ${answer};\n`;
  });
  return `/** Fields that a mutation may change in the objects of a list, and the id of these. */
export type ChangedField = ${union(changedFields)};

/** A method for each mutation. Errors the user can fix come as \`userErrors\`; all other errors are thrown. */
export interface Mutations {
${methods.join('')}}

/** The mutations, for selections. */
export type Mutation = { readonly __typename: 'Mutation' } & Payloads<Mutations>;
`;
}
