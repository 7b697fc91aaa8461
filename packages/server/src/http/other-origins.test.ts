import { expect, test } from '@jest/globals';
import type { Config } from '../config.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

async function withServer(config: Partial<Config>, check: (server: TestServer) => Promise<void>) {
  const server = await startTestServer({ businessDate: '2026-01-01', config });
  try {
    await check(server);
  } finally {
    await server.close();
  }
}

const preflight = async ({ url }: TestServer, origin: string) =>
  await fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });

const allowed = async (server: TestServer, origin: string) => (await preflight(server, origin)).headers.get('access-control-allow-origin');

const local = ['http://localhost:5173', 'https://localhost', 'http://127.0.0.1:3000', 'http://[::1]:8080'];

test('other origins are allowed only if they are configured', async () => {
  await withServer({ environment: 'production', corsOrigins: ['https://partners.example'] }, async (server) => {
    const listed = await preflight(server, 'https://partners.example');
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://partners.example');
    expect(listed.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(listed.headers.get('access-control-allow-credentials')).toBeNull();
    for (const origin of ['https://evil.example', ...local]) expect(await allowed(server, origin)).toBeNull();
    const refused = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { origin: 'https://partners.example' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://partners.example']);
  });
});

test('pages of this machine are allowed in development, and their preflight is answered', async () => {
  await withServer({ environment: 'development' }, async (server) => {
    for (const origin of local) {
      const answer = await preflight(server, origin);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    }
    for (const origin of [
      'http://localhost.evil.example',
      'http://evil.example/localhost',
      'null',
      'http://localhost:x',
      'https://a.example',
    ]) {
      expect(await allowed(server, origin)).toBeNull();
    }
  });
});
