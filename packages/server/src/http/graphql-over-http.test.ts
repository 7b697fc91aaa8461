import { expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { startTestServer } from '../../testing/test-server.ts';

// For clients that accept application/json, the specification recommends 200 even if nothing was executed, for old clients. This server
// responds with 400, as for application/graphql-response+json: proxies, logs and retries then recognize the failure.
const knownWarnings = [
  '572B SHOULD use 200 status code on document parsing failure when accepting application/json',
  'FDE2 SHOULD use 200 status code on document validation failure when accepting application/json',
  '7B9B SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
];

test('the audits of GraphQL over HTTP find no error, and only known warnings', async () => {
  const server = await startTestServer({ businessDate: '2026-11-22' });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const results = await auditServer({
    url: `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${token}`);
      return fetch(url, { ...init, headers });
    },
  });
  const findings = (status: string) => results.filter((result) => result.status === status).map(({ id, name }) => `${id} ${name}`);
  expect(results.length).toBeGreaterThan(50);
  expect(findings('error')).toEqual([]);
  expect([...findings('warn'), ...findings('notice')]).toEqual(knownWarnings);
  for (const result of results) if ('response' in result) await result.response.body?.cancel();
  await server.close();
});

test('a request may be a GET with the key alone, since no form or link of another site can send the key', async () => {
  const server = await startTestServer({ businessDate: '2026-11-22' });
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const get = async (document: string, headers: Record<string, string>) =>
    await fetch(`${server.url}/graphql?query=${encodeURIComponent(document)}`, { headers });
  const headers = { authorization: `Bearer ${token}` };
  const response = await get('query Q { viewer { role } }', headers);
  expect([response.status, await response.json()]).toMatchObject([200, { data: { viewer: { role: 'VIEWER' } } }]);
  const mutation = await get('mutation { deleteSavedView(input: { id: "x" }) { userErrors { code } } }', headers);
  expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
  for (const basic of [{}, { authorization: 'Basic dXNlcjpwYXNz' }, { cookie: `authorization=Bearer ${token}` }]) {
    expect((await get('query Q { viewer { role } }', basic as Record<string, string>)).status).toBe(401);
  }
  expect((await fetch(response.url, { headers, method: 'DELETE' })).status).toBe(405);
  await server.close();
});
