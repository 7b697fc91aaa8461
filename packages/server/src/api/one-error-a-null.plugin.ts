import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../graphql/context.ts';
import { nullableAlong } from './nullable-path.ts';

type Data = Record<string, unknown> | null | undefined;
type Path = readonly (string | number)[];

/**
 * Keeps one error of each null in the data: the first that caused it. An error in a row removes the whole list, and then each further row
 * may have the same error or not: graphql-js stops at the first, a compiled query executes them all. A page of 100 rows would repeat it 100
 * times. Errors of fields that could be null themselves, below the one that was removed, caused nothing.
 */
export const oneErrorPerNullPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body }, schema, document, operation }) {
        if (body.kind !== 'single' || !body.singleResult.errors) return;
        const { errors, data } = body.singleResult;
        if (errors.length > 1 && document && operation)
          body.singleResult.errors = oneOfEachNull(errors, data, { schema, document, operation });
      },
    };
  },
};

export type Executed = { schema: GraphQLSchema; document: DocumentNode; operation: OperationDefinitionNode };

/** Of errors of one kind: those of the executor, or formatted ones. */
export function oneOfEachNull<E extends { readonly path?: Path | undefined }>(errors: readonly E[], data: Data, executed: Executed): E[] {
  const nullables = new Map<string, boolean[]>();
  const nullableOf = (path: Path) => {
    // All rows of a list are alike.
    const name = JSON.stringify(path.map((key) => (typeof key === 'number' ? 0 : key)));
    if (!nullables.has(name)) nullables.set(name, nullableAlong(executed, path));
    return nullables.get(name)!;
  };
  const kept = new Map<string, { error: E; isCause: boolean }>();
  for (const [index, error] of errors.entries()) {
    if (!error.path) {
      kept.set(`error ${index}`, { error, isCause: true });
      continue;
    }
    const { length } = pathOfNull(error.path, data);
    const key = JSON.stringify(error.path.slice(0, length));
    const known = kept.get(key);
    if (known?.isCause) continue;
    const isCause = length === error.path.length || !nullableOf(error.path).slice(length).includes(true);
    if (!known || isCause) kept.set(key, { error, isCause });
  }
  return [...kept.values()].map(({ error }) => error);
}

/** The part of an error's path that leads to the null in its place. */
function pathOfNull(path: Path, data: Data): Path {
  let value: unknown = data;
  for (const [index, key] of path.entries()) {
    value = (value as Record<string | number, unknown> | null | undefined)?.[key];
    if (value === null || value === undefined) return path.slice(0, index + 1);
  }
  return path;
}
