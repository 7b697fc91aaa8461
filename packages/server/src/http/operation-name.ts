import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../graphql/context.ts';

// Apollo hands its plugins a copy of the context, so the request travels as a property of it.
const httpRequest = Symbol('httpRequest');
type WithRequest = RequestContext & { [httpRequest]?: FastifyRequest };

/** Ties the context of an operation to its HTTP request, whose line in the log names the operation. */
export function rememberRequest(context: RequestContext, request: FastifyRequest): RequestContext {
  return Object.assign(context, { [httpRequest]: request });
}

// What the caller sends as operationName may be anything; what GraphQL found by it is a name.
export const operationNamePlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ contextValue, operationName }) {
        const request = (contextValue as WithRequest)[httpRequest];
        if (request) request.operationName = operationName;
      },
    };
  },
};
