import { Field, ObjectType } from 'type-graphql';
import { UserError } from './user-error.type.ts';

type FieldType = object | typeof String;

/** The payload of a mutation: what it changed, each field null when nothing was done, and errors for the user. */
export function payloadOf(
  name: string,
  { description, userErrors }: { description: string; userErrors: string },
  fields: Readonly<Record<string, readonly [type: FieldType, description: string]>>,
) {
  @ObjectType(name, { description, simpleResolvers: true })
  class Payload {
    @Field(() => [UserError], { description: userErrors })
    userErrors!: UserError[];
  }
  for (const [field, [type, text]] of Object.entries(fields)) {
    Field(() => type, { nullable: true, description: text })(Payload.prototype, field);
  }
  return Payload;
}
