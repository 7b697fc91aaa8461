import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../graphql/context.ts';
import { requestOf } from './operation-name.ts';

/** Measures how long a new document is parsed and validated. Both block the event loop; Apollo remembers valid documents. */
export const documentTimePlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart({ contextValue }) {
    const measure = async () => {
      const begun = performance.now();
      return async () => {
        const request = requestOf(contextValue);
        if (request) request.documentMs += performance.now() - begun;
      };
    };
    return { parsingDidStart: measure, validationDidStart: measure };
  },
};
