import {
  DirectiveLocation,
  getNullableType,
  GraphQLDirective,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  isNonNullType,
  type GraphQLSchema,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { applied } from './applied-directives.ts';

/** As in version 0.4 of https://specs.apollo.dev/nullability, which Relay, Apollo and graphql-codegen read. */
export const SemanticNonNullDirective = new GraphQLDirective({
  name: 'semanticNonNull',
  description: 'The field is null only if `errors` has an error for it.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    levels: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLInt))),
      defaultValue: [0],
      description: 'Depths of lists; 0 is the field itself.',
    },
  },
});

/** Marks a nullable field that is null only on error. */
export const NullOnlyOnError = (): MethodDecorator => Extensions(applied(SemanticNonNullDirective));

/**
 * Makes every root field nullable, so that its error leaves the data of the others. A resolver declares it nullable only if it is null
 * without an error, too.
 */
export function makeRootsNullable(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (!isNonNullType(field.type)) continue;
      field.type = getNullableType(field.type);
      field.extensions = { ...field.extensions, ...applied(SemanticNonNullDirective) };
    }
  }
}
