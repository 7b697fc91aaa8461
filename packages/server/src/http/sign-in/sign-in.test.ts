import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';

let server: TestServer;
let partnerId: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22' });
  partnerId = await server.createPartner('Acme');
});
afterAll(() => server.close());

const page = { 'x-renewals-page': '1' };

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
  await fetch(`${server.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...page, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

test('an API key signs a browser in', async () => {
  const token = await server.createToken(partnerId, 'VIEWER');
  const answer = await post('/sign-in/key', { apiKey: token });
  expect(await answer.text()).toBe('');
  expect(answer.status).toBe(204);
  const cookie = answer.headers.get('set-cookie')!;
  expect(cookie).toMatch(/^renewals_session=rns_[^;]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  const value = cookie.split(';')[0]!;
  const asked = await server.query('{ viewer { role permissions partner { name } } }', {}, { headers: { ...page, cookie: value } });
  expect(asked.body.data.viewer).toMatchObject({ role: 'VIEWER', permissions: ['CHOOSE_COLUMNS', 'SAVE_VIEWS', 'MUTE_REMINDERS'] });
});
