import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import type { Viewer } from '../access/viewer.ts';
import { createAdmission } from './admission.ts';
import { parseBodies } from './body.parser.ts';
import { createOwnerTurns } from './owner.turns.ts';

const app = fastify();
let url: string;
let turn = 0;
let counting: NodeJS.Immediate;

beforeAll(async () => {
  app.decorateRequest('viewer', null);
  app.addHook('onRequest', async (request) => {
    request.viewer = { role: 'VIEWER', partnerId: '1' } as Viewer;
  });
  parseBodies(app, createOwnerTurns(createAdmission({ maxRunning: 4, maxWaiting: 20 })));
  app.post('/', async ({ body }) => ({ turn, length: (body as { text: string }).text.length }));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  counting = setImmediate(function count() {
    turn += 1;
    counting = setImmediate(count);
  });
});
afterAll(async () => {
  clearImmediate(counting);
  await app.close();
});

const send = async (body: string) => await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

test('large bodies of one owner are parsed in turns of the event loop', async () => {
  const body = JSON.stringify({ text: 'é'.repeat(200_000) });
  const turns = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const answer = (await (await send(body)).json()) as { turn: number; length: number };
      expect(answer.length).toBe(200_000);
      return answer.turn;
    }),
  );
  expect(new Set(turns).size).toBe(20);
});

test('a body that is no JSON object is refused, large or small', async () => {
  for (const body of [
    '',
    '{',
    `{"text": "${'x'.repeat(30_000)}`,
    '{"__proto__": {}}',
    `{"__proto__": {}, "text": "${'x'.repeat(30_000)}"}`,
  ])
    expect((await send(body)).status).toBe(400);
});

test('a body with too many values is refused, whatever its texts hold', async () => {
  const many = Array(20_001).fill(1);
  for (const text of ['', 'x', '\\', '\\\\', '"', '\\"', '"\\', 'é"\\"'])
    expect([text, (await send(JSON.stringify({ text, many }))).status]).toEqual([text, 400]);
  for (const text of ['",[', '\\",{', '\\\\"[,'].map((part) => part.repeat(21_000)))
    expect((await send(JSON.stringify({ text }))).status).toBe(200);
});
