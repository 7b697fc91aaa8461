import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { Kind, type GraphQLError, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../graphql/context.ts';
import { globalId } from '../graphql/global-id.ts';

/** Finds a failed operation in the log. The root field has its name in the schema: an alias is the client's text. */
export type FailedRequest = { requestId: string; partnerId: string; field: string | undefined };

// Apollo formats errors without their request.
const requests = new WeakMap<object, FailedRequest>();

export function noteRequest(
  { requestId, reader }: RequestContext,
  operation: OperationDefinitionNode | undefined,
  errors: readonly GraphQLError[],
): void {
  for (const error of errors) {
    const cause = unwrapResolverError(error);
    if (typeof cause !== 'object' || cause === null) continue;
    const field = operation && rootFieldOf(operation, error.path?.[0]);
    requests.set(cause, { requestId, partnerId: globalId('Partner', reader.partnerId), field });
  }
}

function rootFieldOf({ selectionSet }: OperationDefinitionNode, key: string | number | undefined): string | undefined {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key) return selection.name.value;
  }
  return undefined;
}

export const failedRequestOf = (cause: unknown): FailedRequest | undefined =>
  typeof cause === 'object' && cause !== null ? requests.get(cause) : undefined;

export const failedRequestPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ contextValue, operation, errors }) {
        noteRequest(contextValue, operation, errors);
      },
    };
  },
  async unexpectedErrorProcessingRequest({ requestContext: { contextValue, operation }, error }) {
    noteRequest(contextValue, operation, [error as GraphQLError]);
  },
};
