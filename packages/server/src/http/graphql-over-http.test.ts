import { expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { startTestServer } from '../../testing/test-server.ts';

// For callers that ask for application/json the specification recommends 200 even where nothing was carried out, for the sake of old clients.
// We answer 400, as for application/graphql-response+json: proxies, logs and retries then see a failure as one.
const knownWarnings = [
  '572B SHOULD use 200 status code on document parsing failure when accepting application/json',
  'FDE2 SHOULD use 200 status code on document validation failure when accepting application/json',
  '7B9B SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
];

test('the audits of GraphQL over HTTP find no error, and no warning that is not known', async () => {
  const server = await startTestServer({ businessDate: '2026-11-22' });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const results = await auditServer({
    url: `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${token}`);
      // A GET has to tell that no form of another site sent it.
      headers.set('apollo-require-preflight', 'yes');
      return fetch(url, { ...init, headers });
    },
  });
  const told = (status: string) => results.filter((result) => result.status === status).map(({ id, name }) => `${id} ${name}`);
  expect(results.length).toBeGreaterThan(50);
  expect(told('error')).toEqual([]);
  expect([...told('warn'), ...told('notice')]).toEqual(knownWarnings);
  for (const result of results) if ('response' in result) await result.response.body?.cancel();
  await server.close();
});
