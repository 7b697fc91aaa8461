import { failOnWarnings } from '../console-warnings.ts';
import { renewals, testWrites } from '../written-rows.ts';
import { mutate, show, urqlClient } from './urql-client.ts';

failOnWarnings();

testWrites('graphcache', async () => {
  const { client, sent } = urqlClient();
  const shown = await show(client, renewals, {});
  return { shown, sent, write: (mutation, input) => mutate(client, mutation, input) };
});
