import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { registerPage, type PageOptions } from './page.routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
const both = { explorers: true, mailbox: true };
let app: FastifyInstance;

async function serve(options: PageOptions): Promise<FastifyInstance> {
  const server = fastify();
  await server.register(registerPage, options);
  await server.listen({ host: '127.0.0.1', port: 0 });
  return server;
}

/** Not `fetch`, which normalizes the path and sets its own Host header. */
async function get(server: FastifyInstance, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = server.server.address() as AddressInfo;
  const [response] = (await once(request({ host: '127.0.0.1', port, path, headers, method }).end(), 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Upcoming renewals</title>');
  writeFileSync(join(folder, 'index.html.br'), 'the page as brotli');
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {}');
  writeFileSync(join(folder, 'assets', 'index-abc123.css'), 'a {}');
  app = await serve({
    ...both,
    bundle: folder,
    beforePage: async (_request, reply) => void reply.header('set-cookie', 'renewals_session=made; HttpOnly'),
  });
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

describe('the page', () => {
  test.each(['/', '/?status=PENDING', '/customers/cus_1', '/reminders', '/settings', '/settings/keys', '/sign-in'])(
    'is the same HTML at %s, revalidated each time',
    async (url) => {
      const response = await get(app, url);
      expect([response.status, response.body]).toEqual([200, '<!doctype html><title>Upcoming renewals</title>']);
      expect(response.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
      const again = await get(app, url, { 'if-none-match': response.headers.etag! });
      expect([again.status, again.body]).toEqual([304, '']);
      expect((await get(app, url, { 'accept-encoding': 'br' })).body).toBe('the page as brotli');
    },
  );

  test('lets something run before its HTML, such as a sign-in, and only before that', async () => {
    for (const [url, cookies] of [
      ['/', 1],
      ['/settings/keys', 1],
      ['/assets/index-abc123.js', 0],
      ['/icon.svg', 0],
      ['/page.json', 0],
    ] as const) {
      expect([url, (await get(app, url)).headers['set-cookie']?.length ?? 0]).toEqual([url, cookies]);
    }
    expect((await get(app, '/', {}, 'HEAD')).status).toBe(200);
  });

  test('caches files with a hash in their name for good, and others until they change', async () => {
    for (const [url, type, caching] of [
      ['/assets/index-abc123.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/assets/index-abc123.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/icon.svg', 'image/svg+xml', 'no-cache'],
    ] as const) {
      const { status, headers } = await get(app, url);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, caching]);
    }
  });

  test('runs its own scripts and styles alone, in no frame, and tells other sites nothing', async () => {
    for (const url of ['/', '/assets/index-abc123.js', '/icon.svg', '/page.json']) {
      const { headers } = await get(app, url);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual([
        ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'"],
        ...["connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
      ]);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  test('serves nothing else, and nothing from outside its folder', async () => {
    for (const url of [
      ...['/index.html', '/index.html.br', '/nothing', '/customers', '/customers/cus_1/more', '/assets/', '/assets/index-abc123.js.map'],
      ...[
        '/../package.json',
        '/%2e%2e/package.json',
        '/..%2fpackage.json',
        '/assets%2f..%2f..%2fpackage.json',
        '/..%5cpackage.json',
        '/%00',
      ],
    ]) {
      expect([url, (await get(app, url)).status]).toEqual([url, 404]);
    }
  });
});

test('a build under a running server changes nothing before it starts again', async () => {
  const built = mkdtempSync(join(tmpdir(), 'page-'));
  mkdirSync(join(built, 'assets'));
  writeFileSync(join(built, 'index.html'), '<script src="/assets/one.js"></script>');
  writeFileSync(join(built, 'assets', 'one.js'), 'one');
  const server = await serve({ ...both, bundle: built });
  rmSync(join(built, 'assets', 'one.js'));
  writeFileSync(join(built, 'index.html'), '<script src="/assets/two.js"></script>');
  expect((await get(server, '/')).body).toBe('<script src="/assets/one.js"></script>');
  expect(await get(server, '/assets/one.js')).toMatchObject({ status: 200, body: 'one' });
  await server.close();
  rmSync(built, { recursive: true });
});

describe('what else the server offers', () => {
  test('is told by /page.json and never cached; e-mails only to a browser on this machine', async () => {
    const answerOf = async (server: FastifyInstance, headers: Record<string, string> = {}) => {
      const response = await get(server, '/page.json', { host: 'localhost', ...headers });
      expect(response.headers['cache-control']).toBe('no-store');
      return JSON.parse(response.body) as unknown;
    };
    const developers = [
      { name: 'Apollo Sandbox', path: '/sandbox' },
      { name: 'GraphiQL', path: '/explore' },
    ];
    expect(await answerOf(app)).toEqual({ developers, mailbox: true });
    expect(await answerOf(app, { host: 'renewals.example' })).toEqual({ developers, mailbox: false });
    expect(await answerOf(app, { 'x-forwarded-for': '192.0.2.1' })).toEqual({ developers, mailbox: false });
    const production = await serve({ explorers: false, mailbox: false, bundle: folder });
    expect(await answerOf(production)).toEqual({ developers: [], mailbox: false });
    await production.close();
  });
});

describe('the page without a build', () => {
  test('says so at its addresses, and leaves others alone', async () => {
    const server = await serve({ ...both, bundle: join(folder, 'nowhere') });
    for (const url of ['/', '/settings/keys', '/customers/cus_1']) {
      const response = await get(server, url);
      expect([response.status, response.headers['content-type'], response.headers['cache-control']]).toEqual([
        ...[503, 'text/plain; charset=utf-8', 'no-store'],
      ]);
      expect(response.body).toContain('The page is not built. Run `npm start`');
    }
    expect([(await get(server, '/nothing')).status, (await get(server, '/page.json')).status]).toEqual([404, 200]);
    await server.close();
  });
});
