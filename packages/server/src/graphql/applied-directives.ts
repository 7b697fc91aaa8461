import { isInputObjectType, isObjectType, parse, visit, type GraphQLDirective, type GraphQLSchema } from 'graphql';

type Extended = { extensions: object };

/** The extensions of a field to which a directive without arguments is applied. */
export const applied = ({ name }: GraphQLDirective) => ({ directives: { [name]: {} } });

const directivesOf = ({ extensions }: Extended): string[] =>
  Object.keys((extensions as Partial<ReturnType<typeof applied>>).directives ?? {});

export const isApplied = ({ name }: GraphQLDirective, field: Extended): boolean => directivesOf(field).includes(name);

/** The text of a schema with the directives of its fields, which printSchema of graphql-js leaves out. */
export function printApplied(text: string, schema: GraphQLSchema): string {
  const ends: { end: number; directives: string }[] = [];
  const collect = ({
    name,
    fields = [],
  }: {
    name: { value: string };
    fields?: readonly { name: { value: string }; loc?: { end: number } }[];
  }) => {
    const type = schema.getType(name.value);
    if (!isObjectType(type) && !isInputObjectType(type)) return;
    for (const field of fields) {
      const directives = directivesOf(type.getFields()[field.name.value]!).map((directive) => ` @${directive}`);
      if (directives.length > 0) ends.push({ end: field.loc!.end, directives: directives.join('') });
    }
  };
  visit(parse(text), { ObjectTypeDefinition: collect, InputObjectTypeDefinition: collect });
  const parts = ends.map(({ end, directives }, index) => text.slice(ends[index - 1]?.end ?? 0, end) + directives);
  return parts.join('') + text.slice(ends.at(-1)?.end ?? 0);
}
