import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { registerExplorer } from './explorer.ts';
import type { Prefill } from './prefill.ts';

const prefill: Prefill = { document: 'query Q { viewer { role } }', variables: { first: 25 }, apiKey: 'prk_sample' };
const folder = mkdtempSync(join(tmpdir(), 'explorer-'));
let app: FastifyInstance;

async function serve(bundle: string, given: Prefill): Promise<FastifyInstance> {
  const server = fastify();
  await server.register(registerExplorer, { path: '/explore', endpoint: '/graphql', prefill: given, bundle });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return server;
}

/** Not `fetch`, which normalizes the path and sets its own Host header. */
async function get(server: FastifyInstance, path: string, headers: Record<string, string> = {}) {
  const { port } = server.server.address() as AddressInfo;
  const [response] = (await once(request({ host: '127.0.0.1', port, path, headers }).end(), 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>GraphiQL</title>');
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {}');
  writeFileSync(join(folder, 'assets', 'index-abc123.js.br'), 'as brotli');
  writeFileSync(join(folder, 'assets', 'index-abc123.js.gz'), 'as gzip');
  app = await serve(folder, prefill);
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

describe('the explorer built', () => {
  test.each(['/explore', '/explore/'])('serves its page at %s, revalidated each time', async (url) => {
    const response = await get(app, url);
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.body).toContain('<title>GraphiQL</title>');
  });

  test('lets browsers cache the files with a hash in their name', async () => {
    const response = await get(app, '/explore/assets/index-abc123.js');
    expect(response.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test.each(['/explore', '/explore/assets/index-abc123.js', '/explore/config.json'])(
    'allows nothing from another origin, no inline script and no guessed content type at %s',
    async (url) => {
      const { headers } = await get(app, url);
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'self';/);
      expect(policy).not.toMatch(/script-src|worker-src|connect-src|https?:|\*|unsafe-eval/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  test('sends the page its query, variables, endpoint and key at run time, and never cached', async () => {
    const response = await get(app, '/explore/config.json', { host: '127.0.0.1:4000' });
    expect(response.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(response.body)).toEqual({
      title: 'Partner Renewals',
      endpoint: '/graphql',
      document: prefill.document,
      variables: { first: 25 },
      headers: { Authorization: 'Bearer prk_sample' },
    });
  });

  test('does not send the key to a page with a host name other than loopback', async () => {
    const response = await get(app, '/explore/config.json', { host: 'rebound.example:4000' });
    expect(JSON.parse(response.body).headers).toEqual({ Authorization: 'Bearer ' });
    expect(response.body).not.toContain('prk_sample');
  });

  test('does not send the key to a page of another origin on this machine, and reads its files once', async () => {
    const response = await get(app, '/explore/config.json', { host: '127.0.0.1:4000', origin: 'http://localhost:5173' });
    expect(JSON.parse(response.body).headers).toEqual({ Authorization: 'Bearer ' });
    writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'changed');
    expect((await get(app, '/explore/assets/index-abc123.js')).body).toBe('export {}');
  });

  test('sends no key if none is given', async () => {
    const { apiKey: _, ...withoutKey } = prefill;
    const server = await serve(folder, withoutKey);
    const response = await get(server, '/explore/config.json', { host: 'localhost:4000' });
    await server.close();
    expect(JSON.parse(response.body).headers).toEqual({ Authorization: 'Bearer ' });
  });

  test('serves nothing from outside its folder', async () => {
    for (const url of [
      '/explore/../package.json',
      '/explore/%2e%2e/package.json',
      '/explore/..%2fpackage.json',
      '/explore/assets%2f..%2f..%2fpackage.json',
      '/explore/..%5cpackage.json',
      '/explore/%00',
    ]) {
      expect((await get(app, url)).status).toBe(404);
    }
  });
});

describe('the files of the explorer', () => {
  const script = '/explore/assets/index-abc123.js';

  test('are served compressed as they were built, if the client accepts that', async () => {
    const plain = await get(app, script);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.headers['vary']).toBe('Accept-Encoding');
    for (const [accepted, encoding, body] of [
      ['gzip, deflate, br', 'br', 'as brotli'],
      ['gzip', 'gzip', 'as gzip'],
      ['br;q=0, gzip', 'gzip', 'as gzip'],
    ] as const) {
      const response = await get(app, script, { 'accept-encoding': accepted });
      expect(response).toMatchObject({ status: 200, body });
      expect(response.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
      expect(response.headers['content-type']).toBe('text/javascript; charset=utf-8');
    }
    // This one was built without compressed files.
    const page = await get(app, '/explore', { 'accept-encoding': 'br' });
    expect(page.headers).not.toHaveProperty('content-encoding');
    expect((await get(app, `${script}.br`)).status).toBe(404);
  });

  test('have an entity tag for each encoding, and are not sent again to a client that has them', async () => {
    const tags = new Set<string>();
    for (const encoding of ['identity', 'gzip', 'br']) {
      const { etag } = (await get(app, script, { 'accept-encoding': encoding })).headers;
      tags.add(etag!);
      const again = await get(app, script, { 'accept-encoding': encoding, 'if-none-match': `"other", W/${etag}` });
      expect([again.status, again.body, again.headers.etag, again.headers['cache-control']]).toEqual([
        ...[304, '', etag, 'public, max-age=31536000, immutable'],
      ]);
    }
    expect(tags.size).toBe(3);
    expect((await get(app, '/explore', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get(app, '/explore', { 'if-none-match': '*' })).status).toBe(304);
  });
});

describe('the explorer without a build', () => {
  test.each(['/explore', '/explore/', '/explore/config.json', '/explore/assets/index-abc123.js'])('says so at %s', async (url) => {
    const server = await serve(join(folder, 'nowhere'), prefill);
    const response = await get(server, url);
    await server.close();
    expect(response.status).toBe(503);
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.body).toContain('The explorer is not built. Run `npm start`');
  });
});
