import { expect, test } from '@jest/globals';
import { execute, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString, parse, type GraphQLError } from 'graphql';
import { badInput } from './errors.ts';
import { locateRefusals } from './located-refusals.ts';

const Leaf = new GraphQLObjectType({ name: 'Leaf', fields: { text: { type: GraphQLString } } });

/** Executes a query whose rows each have a field that ends in the error. */
async function errorsOf(thrown: Error): Promise<readonly GraphQLError[]> {
  const leaf = { type: Leaf, resolve: async () => await Promise.reject(thrown) };
  const Row = new GraphQLObjectType({ name: 'Row', fields: { leaf } });
  const rows = { type: new GraphQLList(new GraphQLNonNull(Row)), resolve: () => [{}, {}] };
  const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { rows } }) });
  locateRefusals(schema);
  return (await execute({ schema, document: parse('{ rows { leaf { text } } }') })).errors!;
}

test('a refusal notes no calls, and has its paths without further errors', async () => {
  const refusal = badInput('No.');
  expect(refusal.stack).toBe('GraphQLError: No.');
  const errors = await errorsOf(refusal);
  expect(errors.map((error) => Object.getPrototypeOf(error) as unknown)).toEqual([refusal, refusal]);
  expect(errors.map((error) => error.toJSON())).toEqual(
    [0, 1].map((row) => ({
      ...{ message: 'No.', locations: [{ line: 1, column: 10 }], path: ['rows', row, 'leaf'] },
      extensions: { code: 'BAD_USER_INPUT' },
    })),
  );
});

test('a fault keeps its calls, and is told from a refusal', async () => {
  const fault = new Error('Broken.');
  const errors = await errorsOf(fault);
  expect(errors.map(({ originalError, path }) => [originalError, path])).toEqual([0, 1].map((row) => [fault, ['rows', row, 'leaf']]));
  expect(errors[0]!.stack).toContain('located-refusals.test');
});
