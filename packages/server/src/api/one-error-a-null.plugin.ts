import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../graphql/context.ts';

type Data = Record<string, unknown> | null | undefined;

/**
 * Keeps the first error of each null in the data. An error in a row removes the whole list, and then each further row may have the same
 * error or not: graphql-js stops at the first, a compiled query executes them all. A page of 100 rows would repeat it 100 times.
 */
export const oneErrorPerNullPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body } }) {
        if (body.kind !== 'single' || !body.singleResult.errors) return;
        const { errors, data } = body.singleResult;
        if (errors.length > 1) body.singleResult.errors = firstOfEachNull(errors, data);
      },
    };
  },
};

function firstOfEachNull(errors: readonly GraphQLFormattedError[], data: Data): GraphQLFormattedError[] {
  const seen = new Set<string>();
  return errors.filter(({ path }) => {
    if (!path) return true;
    const key = JSON.stringify(pathOfNull(path, data));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The part of an error's path that leads to the null in its place. */
function pathOfNull(path: readonly (string | number)[], data: Data): readonly (string | number)[] {
  let value: unknown = data;
  for (const [index, key] of path.entries()) {
    value = (value as Record<string | number, unknown> | null | undefined)?.[key];
    if (value === null || value === undefined) return path.slice(0, index + 1);
  }
  return path;
}
