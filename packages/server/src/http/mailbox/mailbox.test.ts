import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';
import { readConfig, type Config } from '../../config.ts';
import { createKeptTransport } from '../../mail/kept-mail.ts';

const today = '2026-11-22';
const hostile = '</pre></iframe><script>alert(1)</script>" onload="alert(2)';
const mail = {
  ...{ id: '5b8c4a50-0000-4000-8000-000000000001', senderName: null, replyTo: null, list: null },
  to: { name: 'Mia', address: 'mia@acme.example' },
  subject: `Globex renews in 7 days ${hostile}`,
  text: `Accept: https://renewals.example/r/secret-token ${hostile}`,
  html: '<!doctype html><html><head><title>x</title></head><body style="color:red"><header>Hello</header><a href="/r/x">Accept</a></body></html>',
};

let dataDir: string;
let server: TestServer;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mailbox-'));
  server = await startTestServer({ businessDate: today, config: { dataDir } });
});
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

// Not `fetch`, which sets its own Host header.
async function open(path: string, headers: Record<string, string> = {}, { url } = server) {
  const [response] = (await once(request(url + path, { headers }).end(), 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('lists kept mail and shows one, its HTML in a frame in which nothing runs or loads', async () => {
  expect((await open('/mail')).body).toContain('No e-mail was kept so far.');
  const { mail: config } = readConfig({});
  expect(await createKeptTransport(config, dataDir).deliver(mail)).toMatchObject({ state: 'KEPT' });
  const list = await open('/mail');
  const [, path] = /<a href="(\/mail\/[\w.-]+)"><bdi>Globex renews in 7 days/.exec(list.body)!;
  const { status, body, headers } = await open(path!);
  expect(status).toBe(200);
  for (const part of ['mia@acme.example', 'https://renewals.example/r/secret-token', 'Auto-Submitted', `src="${path}/html"`])
    expect(body).toContain(part);
  expect(body).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  expect(body).not.toMatch(/<script|" onload="/);
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; frame-src 'self';/);
  const framed = await open(`${path}/html`);
  expect(framed.body).toBe(mail.html.replace('<head>', '<head><base target="_blank">'));
  expect(framed.headers['content-security-policy']).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
  );
  expect([headers['cache-control'], headers['referrer-policy']]).toEqual(['no-store', 'no-referrer']);
});

test('shows no other file, and nothing of a mail that is not there', async () => {
  await writeFile(join(dataDir, 'link-secret'), 'hunter2-hunter2-hunter2-hunter2-hunter2');
  for (const path of ['x', '..%2flink-secret', '..%2f..%2fetc%2fpasswd', '%00', '20261122T120000000Z-none', 'x'.repeat(90)]) {
    for (const ending of ['', '/html']) {
      const { status, body } = await open(`/mail/${path}${ending}`);
      expect([path, status, body.includes('hunter2')]).toEqual([path, 404, false]);
    }
  }
});

test.each([
  ['another host, as after DNS rebinding', { host: 'rebound.example' }],
  ['an address of the network', { host: '192.168.1.10:4000' }],
  ['a proxy', { 'x-forwarded-for': '203.0.113.9' }],
  ['a proxy of HTTP', { via: '1.1 proxy' }],
  ['a page of another site', { origin: 'https://attacker.example' }],
  ['a page of another program on this machine', { origin: 'http://localhost:3000' }],
  ['a page without an origin of its own', { origin: 'null' }],
])('is for browsers on this machine only: not for %s', async (_, headers) => {
  for (const path of ['/mail', '/mail/x', '/mail/x/html']) {
    const { status, body } = await open(path, headers);
    expect([status, body.includes('Globex')]).toEqual([403, false]);
  }
});

test('is not there in production, or when mail leaves', async () => {
  const smtp = { host: 'mail.example', port: 25, tls: 'NEVER', login: null } as const;
  const { mail: config } = readConfig({});
  for (const other of [{ environment: 'production' }, { mail: { ...config, smtp } }] satisfies Partial<Config>[]) {
    const without = await startTestServer({ businessDate: today, config: { dataDir, ...other } });
    const { status } = await open('/mail', {}, without);
    await without.close();
    expect(status).toBe(404);
  }
});
