import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../graphql/context.ts';

// What the caller sends as operationName may be anything; what GraphQL found by it is a name.
const requests = new WeakMap<RequestContext, FastifyRequest>();

/** Ties the context of an operation to its HTTP request, whose line in the log names the operation. */
export function rememberRequest(context: RequestContext, request: FastifyRequest): RequestContext {
  requests.set(context, request);
  return context;
}

export const operationNamePlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ contextValue, operationName }) {
        const request = requests.get(contextValue);
        if (request) request.operationName = operationName;
      },
    };
  },
};
