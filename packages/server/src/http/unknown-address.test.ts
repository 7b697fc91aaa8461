import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: '2026-11-22', config: { explorers: true } })));
afterAll(() => server.close());

/** What a browser sends that opens an address. */
const people = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8' };

test('an address that nothing has is, in a browser, a page in their language with a way home; programs get GraphQL’s shape', async () => {
  for (const [path, language, title, home] of [
    ['/nothing', 'en-GB,en;q=0.9', 'There is nothing at this address', 'Go to the upcoming renewals'],
    ['/customers/a/b?<script>', 'de-AT,de;q=0.9,en;q=0.8', 'Unter dieser Adresse gibt es nichts', 'Zu den bevorstehenden Verlängerungen'],
    ['/%ff', 'fr', 'There is nothing at this address', 'Go to the upcoming renewals'],
  ] as const) {
    const page = await fetch(`${server.url}${path}`, { headers: { ...people, 'accept-language': language } });
    expect([page.status, page.headers.get('content-type')]).toEqual([path === '/%ff' ? 400 : 404, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const html = await page.text();
    expect(html).toContain(`<h1>${title}</h1>`);
    expect(html).toContain(`<a href="/">${home}</a>`);
    expect(html).not.toContain('<script>');
  }
  for (const accept of ['application/json', '*/*', 'text/plain', 'application/json, text/html;q=0.5']) {
    const answer = await fetch(`${server.url}/nothing`, { headers: { accept } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
  }
});

test('a header of preferences that is longer than any browser’s counts as missing: to read it would take milliseconds', async () => {
  const long = `de,${'a,'.repeat(600)}b`;
  const page = await fetch(`${server.url}/nothing`, { headers: { ...people, 'accept-language': long } });
  expect(await page.text()).toContain('<h1>There is nothing at this address</h1>');
  const answer = await fetch(`${server.url}/nothing`, { headers: { accept: `text/html,${'a/b,'.repeat(300)}` } });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test('the address of the API says so in a browser, without an API key', async () => {
  const page = await fetch(`${server.url}/graphql`, { headers: people });
  expect([page.status, page.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  const html = await page.text();
  expect(html).toContain('<h1>The API is at this address</h1>');
  expect(html.match(/href="[^"]*"/g)).toEqual(['href="/"', 'href="/explore"']);
  const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
  const keyed = await fetch(`${server.url}/graphql?query={viewer{role}}`, {
    headers: { ...people, authorization: `Bearer ${token}`, 'apollo-require-preflight': '1' },
  });
  expect(await keyed.json()).toMatchObject({ data: { viewer: { role: 'VIEWER' } } });
  const posted = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { ...people, 'content-type': 'application/json' } });
  expect([posted.status, posted.headers.get('content-type')]).toEqual([401, 'application/json; charset=utf-8']);
});
