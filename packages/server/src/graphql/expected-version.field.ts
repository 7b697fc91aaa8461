import { Field, Int } from 'type-graphql';

/** The field of an input by which an edit finds that somebody else was faster. */
export const ExpectedVersion = (): PropertyDecorator =>
  Field(() => Int, {
    nullable: true,
    description: 'The version that this edit is based on; another one is a ConflictError.',
  });
