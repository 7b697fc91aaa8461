import { failOnWarnings } from '../console-warnings.ts';
import { renewals, testWrites } from '../written-rows.ts';
import { apolloClient, caches, show } from './apollo-client.ts';

failOnWarnings();

for (const [name, cache] of caches) {
  testWrites(name, async () => {
    const { client, sent } = apolloClient({ cache });
    const shown = await show(client.watchQuery({ query: renewals }));
    return { shown, sent, write: (mutation, input) => client.mutate({ mutation, variables: { input } }) };
  });
}
