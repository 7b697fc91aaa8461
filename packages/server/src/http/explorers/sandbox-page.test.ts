import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import fastify from 'fastify';
import { registerSandbox } from './sandbox-page.ts';
import { sampleQuery, type Prefill } from './prefill.ts';

async function sandboxPage(prefill: Prefill, host = '127.0.0.1:4000', headers: Record<string, string> = {}) {
  const app = fastify();
  await app.register(registerSandbox, { endpoint: '/graphql', explorerPath: '/explore', prefill });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  // Not `fetch`, which sets its own Host header.
  const [response] = (await once(request(`${url}/sandbox`, { headers: { host, ...headers } }).end(), 'response')) as [IncomingMessage];
  const page = { headers: response.headers, body: await text(response) };
  await app.close();
  return page;
}

/** The options that the page passes to Apollo's script, parsed as the browser does. */
function sandboxOptions(html: string) {
  return JSON.parse(/const sandbox = (.*);\n/.exec(html)![1]!);
}

test('the sandbox page opens Apollo Sandbox on this server, prefilled with the query, its variables and the sample key', async () => {
  const { body, headers } = await sandboxPage({ ...sampleQuery, apiKey: 'prk_sample' });
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toContain('src="https://embeddable-sandbox.cdn.apollographql.com/v2/embeddable-sandbox.umd.production.min.js"');
  expect(body).toContain('new URL("/graphql", location.origin)');
  expect(sandboxOptions(body)).toMatchObject({
    endpointIsEditable: false,
    runTelemetry: false,
    initialState: {
      document: sampleQuery.document,
      variables: sampleQuery.variables,
      headers: { Authorization: 'Bearer prk_sample' },
      includeCookies: false,
    },
  });
});

test('the sandbox page links to the explorer that needs no network', async () => {
  const { body } = await sandboxPage(sampleQuery);
  expect(body).toContain('<a href="/explore">GraphiQL at /explore</a> is served by this server and needs no network.');
});

test('the sandbox page has no key if none is given', async () => {
  const { body } = await sandboxPage(sampleQuery);
  expect(sandboxOptions(body).initialState.headers).toEqual({ Authorization: 'Bearer ' });
});

test.each([
  ...['rebound.example:4000', '127.0.0.1.example:4000', 'localhost.example', '192.168.1.10:4000', '127.999.1.1:4000', '127.1:4000'],
  ...['[::2]:4000', '[::ffff:10.0.0.1]:4000', '[127.0.0.1', 'localhost@rebound.example'],
])('the sandbox page has no key for the host %s', async (host) => {
  expect((await sandboxPage({ ...sampleQuery, apiKey: 'prk_sample' }, host)).body).not.toContain('prk_sample');
});

test.each(['localhost:4000', '127.0.0.1:4000', '127.8.9.10', '[::1]:4000', '[::ffff:127.0.0.1]:4000', 'LOCALHOST', 'localhost.'])(
  'the sandbox page has the key for the host %s',
  async (host) => {
    expect((await sandboxPage({ ...sampleQuery, apiKey: 'prk_sample' }, host)).body).toContain('Bearer prk_sample');
  },
);

test.each([
  ...['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded', 'X-Real-IP', 'CF-Connecting-IP'],
  ...['CF-Ray', 'True-Client-IP', 'X-Client-IP', 'X-Envoy-External-Address', 'Fly-Client-IP', 'CDN-Loop', 'X-Amzn-Trace-Id'],
])('the sandbox page has no key behind a proxy on this machine that sends %s', async (name) => {
  expect((await sandboxPage({ ...sampleQuery, apiKey: 'prk_sample' }, 'localhost', { [name]: '127.0.0.1' })).body).not.toContain('prk_');
});

test('the sandbox page has no key for HTTP/1.0, which proxies speak and browsers do not', async () => {
  const app = fastify();
  await app.register(registerSandbox, {
    endpoint: '/graphql',
    explorerPath: '/explore',
    prefill: { ...sampleQuery, apiKey: 'prk_sample' },
  });
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const answers = ['1.0', '1.1'].map((version) =>
    text(connect(Number(port), '127.0.0.1').end(`GET /sandbox HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)),
  );
  expect((await Promise.all(answers)).map((answer) => answer.includes('prk_sample'))).toEqual([false, true]);
  await app.close();
});

test('prefilled values cannot end the script or start another element', async () => {
  const document = '# </script><script>alert(1)</script> <!-- <script> & \u2028 \u2029 `${1}` \' " \\';
  const { body } = await sandboxPage({ document, variables: { query: '</script><img src=x onerror=alert(2)>' }, apiKey: '</script>' });
  const plain = await sandboxPage(sampleQuery);
  const tags = (html: string) => html.match(/<[^>]*>/g)!.map((tag) => tag.replace(/nonce="[^"]*"/, ''));
  expect(tags(body)).toEqual(tags(plain.body));
  expect(sandboxOptions(body).initialState).toMatchObject({ document, variables: { query: '</script><img src=x onerror=alert(2)>' } });
});

test('only the scripts of the page and of Apollo Sandbox may run, with a new nonce for each response', async () => {
  const [first, second] = [await sandboxPage(sampleQuery), await sandboxPage(sampleQuery)];
  const nonceOf = ({ headers }: typeof first) =>
    /script-src 'nonce-([^']{20,})' https:\/\/embeddable-sandbox\.cdn/.exec(String(headers['content-security-policy']))![1];
  expect(nonceOf(first)).not.toBe(nonceOf(second));
  expect(first.body.match(/<(script|style)[^>]*>/g)!.every((tag) => tag.includes(`nonce="${nonceOf(first)}"`))).toBe(true);
  expect(first.headers['content-security-policy']).toMatch(/^default-src 'none';/);
  expect(first.headers['x-content-type-options']).toBe('nosniff');
  expect(first.headers['cache-control']).toBe('no-store');
});
