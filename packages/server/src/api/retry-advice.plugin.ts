import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { Kind, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../graphql/context.ts';
import { retrySeconds, type ErrorCode } from '../graphql/errors.ts';

/**
 * Tells clients what they can send again: a request that failed as a whole gets 503 with Retry-After, which every client understands.
 * In a partial result, the failed fields carry the same seconds in `extensions.retryAfter`.
 */
export const retryAdvicePlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http }, operation }: GraphQLRequestContextWillSendResponse<RequestContext>) {
        if (body.kind !== 'single' || !body.singleResult.errors) return;
        const { data, errors } = body.singleResult;
        const waits = errors.map(secondsOf);
        if (waits.every((each) => each === undefined)) return;
        if (isWholeRequest(operation, data) && waits.every((each) => each !== undefined)) {
          if (http.status !== undefined) return;
          http.status = 503;
          http.headers.set('retry-after', String(Math.max(...waits)));
        } else {
          body.singleResult.errors = errors.map((error, index) => withSeconds(error, waits[index]));
        }
      },
    };
  },
};

const secondsOf = ({ extensions }: GraphQLFormattedError) => retrySeconds[extensions?.['code'] as ErrorCode];

function withSeconds(error: GraphQLFormattedError, retryAfter: number | undefined): GraphQLFormattedError {
  return retryAfter === undefined ? error : { ...error, extensions: { ...error.extensions, retryAfter } };
}

/** Whether nothing of the request succeeded. Of several mutations, some may have, also when the result has no data. */
function isWholeRequest(operation: OperationDefinitionNode | undefined, data: Record<string, unknown> | null | undefined): boolean {
  if (Object.values(data ?? {}).some((value) => value !== null)) return false;
  const selections = operation?.selectionSet.selections ?? [];
  return operation?.operation !== 'mutation' || (selections.length === 1 && selections[0]!.kind === Kind.FIELD);
}
