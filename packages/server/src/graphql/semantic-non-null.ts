import {
  DirectiveLocation,
  getNullableType,
  GraphQLDirective,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  isNonNullType,
  isObjectType,
  parse,
  visit,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { Extensions } from 'type-graphql';

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

const mark = { directives: { [SemanticNonNullDirective.name]: {} } };

/** Marks a nullable field that is null only on error. */
export const NullOnlyOnError = (): MethodDecorator => Extensions(mark);

/**
 * Makes every root field nullable, so that its error leaves the data of the others. A resolver declares it nullable only if it is null
 * without an error, too.
 */
export function makeRootsNullable(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (!isNonNullType(field.type)) continue;
      field.type = getNullableType(field.type);
      field.extensions = { ...field.extensions, ...mark };
    }
  }
}

const isMarked = ({ extensions }: GraphQLField<unknown, unknown>) =>
  (extensions['directives'] as Record<string, unknown> | undefined)?.[SemanticNonNullDirective.name] !== undefined;

/** The text of a schema with its marks, which printSchema of graphql-js leaves out. */
export function printMarks(text: string, schema: GraphQLSchema): string {
  const ends: number[] = [];
  visit(parse(text), {
    ObjectTypeDefinition({ name, fields = [] }) {
      const type = schema.getType(name.value);
      if (!isObjectType(type)) return false;
      const marked = fields.filter((field) => isMarked(type.getFields()[field.name.value]!));
      ends.push(...marked.map(({ loc }) => loc!.end));
      return false;
    },
  });
  const starts = [0, ...ends];
  return starts.map((start, index) => text.slice(start, ends[index])).join(` @${SemanticNonNullDirective.name}`);
}
