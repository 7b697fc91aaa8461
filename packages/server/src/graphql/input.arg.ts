import { Arg, type ClassType } from 'type-graphql';

/** The one argument of every mutation. */
export const Input = (type: () => ClassType): ParameterDecorator =>
  Arg('input', type, { description: 'Input of the mutation.' }) as ParameterDecorator;
