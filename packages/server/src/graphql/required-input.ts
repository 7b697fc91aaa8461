import { DirectiveLocation, getNamedType, GraphQLDirective, isInputObjectType, type GraphQLResolveInfo } from 'graphql';
import { Extensions, Field } from 'type-graphql';
import { applied, isApplied } from './applied-directives.ts';
import { badInput } from './errors.ts';

export const RequiredDirective = new GraphQLDirective({
  // Relay has a directive @required of its own, and its compiler refuses a schema with another one.
  name: 'mustBePresent',
  description: 'The field must be present, because null changes something.',
  locations: [DirectiveLocation.INPUT_FIELD_DEFINITION],
});

/** A field of an input whose null erases something. Leaving it out is an error, as for a field that cannot be null. */
export const RequiredField =
  (type: () => object, description: string): PropertyDecorator =>
  (prototype, name) => {
    Field(type, { nullable: true, description })(prototype, name);
    Extensions(applied(RequiredDirective))(prototype, name);
  };

/** Checks the input of a mutation for missing fields. */
export function checkRequiredFields({ parentType, fieldName }: GraphQLResolveInfo, input: object): void {
  const type = getNamedType(parentType.getFields()[fieldName]?.args[0]?.type);
  if (!isInputObjectType(type)) return;
  for (const field of Object.values(type.getFields())) {
    if (!isApplied(RequiredDirective, field) || (input as Record<string, unknown>)[field.name] !== undefined) continue;
    throw badInput(`Field "${field.name}" of ${type.name} was not provided. Give it a value, or null.`);
  }
}
