import { Field, Int } from 'type-graphql';

/** The field of an input by which an edit finds that somebody else was faster. */
export const ExpectedVersion = (): PropertyDecorator =>
  Field(() => Int, {
    nullable: true,
    description: 'The version this mutation is based on; any other version causes a ConflictError. Not checked by default.',
  });
