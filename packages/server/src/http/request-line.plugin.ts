import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../graphql/context.ts';
import { operationLabel } from './operation-label.ts';
import { noteErrors, type RequestLine } from './request-line.ts';

// Apollo passes a copy of the context to its plugins, so the line is a property of the context.
const requestLine = Symbol('requestLine');
type WithLine = RequestContext & { [requestLine]?: RequestLine };

/** Attaches the line of the log to the context of an operation. */
export function attachLine(context: RequestContext, line: RequestLine): RequestContext {
  return Object.assign(context, { [requestLine]: line });
}

const lineOf = (context: RequestContext) => (context as WithLine)[requestLine];

/** Tells the line of the log what GraphQL knows about the request. It comes after the plugin that reports the cost. */
export const requestLinePlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ contextValue, operationName, operation, document }) {
        const line = lineOf(contextValue);
        // Despite its type, the operation is undefined if the document lacks the requested one.
        if (!line) return;
        Object.assign(line, { operationName, operationType: operation?.operation });
        if (operation) line.operationLabel = operationLabel(operation, document);
      },
      async willSendResponse({ contextValue, response: { body } }) {
        const line = lineOf(contextValue);
        if (!line || body.kind !== 'single') return;
        const { errors, extensions } = body.singleResult;
        noteErrors(line, errors);
        line.cost = (extensions?.['cost'] as { requested: number } | undefined)?.requested;
      },
    };
  },
};
