import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../graphql/context.ts';

// Apollo passes a copy of the context to its plugins, so the request is a property of the context.
const httpRequest = Symbol('httpRequest');
type WithRequest = RequestContext & { [httpRequest]?: FastifyRequest };

/** Attaches the HTTP request to the context of an operation, so that its log line has the operation name. */
export function attachRequest(context: RequestContext, request: FastifyRequest): RequestContext {
  return Object.assign(context, { [httpRequest]: request });
}

// The operationName in a request may be any text; GraphQL has resolved this one to an operation.
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
