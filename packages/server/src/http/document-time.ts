import type { ApolloServerPlugin } from '@apollo/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { payerOf } from '../access/viewer.ts';
import type { RequestContext } from '../graphql/context.ts';
import type { Admission } from './admission.ts';

const maxWaitMs = 5_000;
const intervalMs = 20;

/**
 * Charges owners for the time in which their new documents block the event loop: parsing and validation. Apollo remembers valid documents.
 * An owner whose documents block it for long has its next ones wait, in places of its own share.
 */
export const documentTimePlugin = (admission: Admission): ApolloServerPlugin<RequestContext> => ({
  async requestDidStart({ contextValue }) {
    const owner = payerOf(contextValue.reader.viewer);
    const measure = () => {
      const begun = performance.now();
      return async () => admission.charge(owner, performance.now() - begun);
    };
    return {
      async parsingDidStart() {
        const deadline = performance.now() + maxWaitMs;
        while (admission.isPaused(owner) && performance.now() < deadline) await sleep(intervalMs);
        return measure();
      },
      async validationDidStart() {
        return measure();
      },
    };
  },
});
