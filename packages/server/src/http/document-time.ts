import type { ApolloServerPlugin } from '@apollo/server';
import { payerOf } from '../access/viewer.ts';
import type { RequestContext } from '../graphql/context.ts';
import type { Admission } from './admission.ts';
import type { Turns } from './owner.turns.ts';

// Measured for filters of 4,750 IDs: 8 ms from the text of the body to the statement. PostgreSQL then takes 12 ms, so half as much again counts.
const msPerValue = 0.0025;
// Measured for 40 lists below each of 100 customers: 95 ms, 130 ms when graphql-js executes.
const msPerCall = 0.03;

/**
 * Charges owners for the time in which their requests block the event loop: parsing and validation of new documents, many values, and lists
 * below many rows.
 * Apollo remembers valid documents. An owner whose requests block it for long has its next ones wait, in places of its own share. So does
 * one that spends its points too fast: admission learns here what each operation costs.
 */
export const documentTimePlugin = (admission: Admission, turns: Turns, restoredPerSecond: number): ApolloServerPlugin<RequestContext> => ({
  async requestDidStart({ contextValue }) {
    const owner = payerOf(contextValue.reader.viewer);
    const measure = () => {
      const begun = performance.now();
      return async () => admission.charge(owner, performance.now() - begun);
    };
    return {
      async parsingDidStart() {
        if (admission.isPaused(owner)) await turns.wait(owner);
        return measure();
      },
      async validationDidStart() {
        return measure();
      },
      // The plugin that counts the values comes before this one, and does so without waiting.
      async didResolveOperation() {
        const { points, values, calls, introspectionMs } = contextValue.payment;
        admission.spend(owner, (points / restoredPerSecond) * 1_000);
        const blockingMs = values * msPerValue + calls * msPerCall + introspectionMs;
        if (blockingMs < 1) return;
        // One after another: requests that were admitted together would block the event loop together.
        await turns.wait(owner);
        admission.charge(owner, blockingMs);
      },
    };
  },
});
