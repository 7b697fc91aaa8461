import { Field, ObjectType } from 'type-graphql';
import { UserError } from './user-error.type.ts';

type FieldType = object | typeof String | readonly [object];

/** The payload of a mutation: the objects it changed, and errors for the user. A field needs a description only if it breaks the rule. */
export function payloadOf(name: string, fields: Readonly<Record<string, FieldType | readonly [type: FieldType, description: string]>>) {
  const mutation = name.charAt(0).toLowerCase() + name.slice(1);

  @ObjectType(`${name}Payload`, { description: `Result of ${mutation}.`, simpleResolvers: true })
  class Payload {
    @Field(() => [UserError], { description: userErrorsDescription })
    userErrors!: UserError[];
  }
  for (const [field, given] of Object.entries(fields)) {
    const [type, description] = (Array.isArray(given) ? given : [given, stateDescription]) as [FieldType, string];
    Field(() => type, { nullable: true, description })(Payload.prototype, field);
  }
  return Payload;
}

/** The edge of a created object, for caches that append it to the list. */
export const edgeDescription = 'The entry in its list; null on error.';

export const userErrorsDescription = 'Errors the user can fix; empty on success.';
export const stateDescription = 'The new state; null on error.';
