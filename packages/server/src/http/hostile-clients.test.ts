import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeApiKey } from '../api-key/api-key.ts';
import { keptMessage, tokenOf } from '../../testing/linked-messages.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
const viewer = '{ viewer { role } }';
let server: TestServer;
let acme: TestData;
let token: string;
let other: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today, config: { maxRequestsInWork: 4, maxRequestsWaiting: 10 } });
  acme = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  token = await server.createToken(acme.partnerId, 'ADMIN');
  other = await server.createToken(await server.createPartner('Globex'), 'VIEWER');
});
afterAll(() => server.close());

const timesOf = async (count: number, ask: () => Promise<{ status: number }>) => {
  const statuses: number[] = [];
  for (let asked = 0; asked < count; asked += 1) statuses.push((await ask()).status);
  return statuses;
};

test('made-up keys at full rate take no place: other requests are answered', async () => {
  const attack = { isOver: false };
  const answers: number[] = [];
  const attackers = Array.from({ length: 40 }, async () => {
    while (!attack.isOver) answers.push((await server.query(viewer, {}, { token: makeApiKey().key })).status);
  });
  expect(await timesOf(50, () => server.query(viewer, {}, { token: other }))).toEqual(Array(50).fill(200));
  // A key that the server sees for the first time works at once, too.
  const created = await server.createToken(acme.partnerId, 'VIEWER');
  expect((await server.query(viewer, {}, { token: created })).status).toBe(200);
  attack.isOver = true;
  await Promise.all(attackers);
  expect(new Set(answers)).toEqual(new Set([401]));
});

const isHeld = `exists (select from pg_locks where locktype = 'advisory' and objid = 4711)`;
let holds = 0;

/**
 * Holds the places of a new partner, while another one is known: its requests read a row that PostgreSQL takes its time to show. A lock would
 * let them go after 5 s, which a busy machine may need for the attack. The partner is new, since long requests slow theirs down.
 */
async function whilePlacesAreHeld(requests: number, attack: (token: string) => Promise<void>): Promise<number[]> {
  const partner = await TestData.of(server.database.pool, { name: `Held ${(holds += 1)}`, passedThrough: today });
  await partner.customer({ name: 'Shown late' });
  const held = await server.createToken(partner.partnerId, 'ADMIN');
  for (const key of [held, other]) expect((await server.query(viewer, {}, { token: key })).status).toBe(200);
  const holder = await server.database.superuserPool.connect();
  await holder.query(`
    create or replace function public.wait_while_held() returns boolean language plpgsql as
      $$ begin while ${isHeld} loop perform pg_sleep(0.01); end loop; return true; end $$;
    create policy shown_late on public.customer as restrictive for select using (public.wait_while_held());
    select pg_advisory_lock(4711)`);
  const stuck = Array.from({ length: requests }, () => server.query('{ customers { nodes { name } } }', {}, { token: held }));
  try {
    // None is answered with data while they are held: the first answer is a refusal, and no place is free.
    expect((await Promise.race(stuck)).status).toBe(503);
    await attack(held);
  } finally {
    await holder.query('select pg_advisory_unlock(4711)');
    await Promise.allSettled(stuck);
    await holder.query('drop policy shown_late on public.customer');
    holder.release();
  }
  return (await Promise.all(stuck)).map(({ status }) => status);
}

test('long requests of one partner leave places to another partner', async () => {
  const statuses = await whilePlacesAreHeld(40, async () => {
    expect(await timesOf(30, () => server.query(viewer, {}, { token: other }))).toEqual(Array(30).fill(200));
  });
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
});

test('beyond a hundred a second, a partner that alone has too many requests waits for its refusals', async () => {
  await whilePlacesAreHeld(20, async (held) => {
    // As browsers of other origins ask, too: those are refused in another place.
    for (const headers of [{}, { origin: 'https://elsewhere.example' }]) {
      const begun = performance.now();
      const refused = await Promise.all(Array.from({ length: 200 }, () => server.query(viewer, {}, { token: held, headers })));
      expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
      expect(performance.now() - begun).toBeGreaterThan(700);
      expect((await server.query(viewer, {}, { token: other })).status).toBe(200);
    }
  });
});

describe('a client whose requests are refused again and again', () => {
  const refusedTwice = async (headers: () => Record<string, string>) => {
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 250 }, async () => {
        const begun = performance.now();
        const { status } = await server.query(viewer, {}, { token: 'nonsense', headers: headers() });
        if (status === 401) times.push(performance.now() - begun);
      }),
    );
    return times.sort((one, two) => one - two);
  };

  test('waits for answers, with any X-Forwarded-For; a valid key of the same address does not', async () => {
    const ratios: number[] = [];
    // A machine that does other work may take as long for 250 answers as they wait; a key that waits too would do so each time.
    while (ratios.length < 3 && !ratios.some((ratio) => ratio < 0.5)) {
      const slow = refusedTwice(() => ({ 'x-forwarded-for': `10.0.${Math.floor(Math.random() * 250)}.1` }));
      const begun = performance.now();
      expect((await server.query(viewer, {}, { token: other })).status).toBe(200);
      const own = performance.now() - begun;
      const times = await slow;
      expect(times).toHaveLength(250);
      expect(times.at(-1)).toBeGreaterThan(900);
      ratios.push(own / times.at(-1)!);
    }
    expect(Math.min(...ratios)).toBeLessThan(0.5);
  });

  test('is told apart from others behind a trusted proxy, and cannot name another address', async () => {
    const proxied = await startTestServer({ businessDate: today, config: { trustedProxies: ['127.0.0.1'] } });
    const refuse = async (forwarded: string) => {
      const begun = performance.now();
      await proxied.query(viewer, {}, { token: 'nonsense', headers: { 'x-forwarded-for': forwarded } });
      return performance.now() - begun;
    };
    // The proxy adds the client's address to what the client sent.
    const attack = Promise.all(Array.from({ length: 250 }, () => refuse('192.0.2.7, 203.0.113.1')));
    const times = await attack;
    expect(Math.max(...times)).toBeGreaterThan(900);
    expect(await refuse('192.0.2.7')).toBeLessThan(500);
    await proxied.close();
  });
});

test('the places and points of an operator are its own: a partner’s requests do not wait for them', async () => {
  const priced = await startTestServer({
    businessDate: today,
    config: { costBucket: 10_000, maxQueryCost: 10_000, costRestorePerSecond: 1 },
  });
  const partnerId = await priced.createPartner('Initech');
  const [own, operator] = [await priced.createToken(partnerId, 'VIEWER'), await priced.createToken(partnerId, 'OPERATOR')];
  const headers = { 'x-partner-id': `par_${partnerId}` };
  const spent = await priced.query('{ customers(first: 100) { nodes { name } } }', {}, { token: operator, headers });
  expect(spent.cost?.bucket.remaining).toBe(9_888);
  // One point for the body, and one for a document that is new.
  expect((await priced.query(viewer, {}, { token: own })).cost?.bucket.remaining).toBe(9_998);
  // The same operator for another partner draws on the same bucket.
  const elsewhere = { 'x-partner-id': `par_${await priced.createPartner(`Hooli ${randomUUID()}`)}` };
  expect((await priced.query(viewer, {}, { token: operator, headers: elsewhere })).cost?.bucket.remaining).toBe(9_887);
  await priced.close();
});

test('requests with many values wait beside another partner, since reading the values blocks the event loop', async () => {
  const document = 'query ($filter: ContractChangeFilter) { upcomingContractChanges(filter: $filter) { totalCount } }';
  const filter = { or: Array.from({ length: 19 }, () => ({ customerId: { in: Array(250).fill('cus_none') } })) };
  await server.query(viewer, {}, { token: other });
  const begun = performance.now();
  expect(new Set(await timesOf(30, () => server.query(document, { filter }, { token })))).toEqual(new Set([200]));
  // Each is worth a pause of 64 ms, of which half a second is free.
  expect(performance.now() - begun).toBeGreaterThan(1_100);
});

test('a client that does not read large answers gets no more of them, and another partner is answered', async () => {
  const partnerId = await server.createPartner('Unread');
  const hoarder = await server.createToken(partnerId, 'ADMIN');
  const filter = { customerId: { in: Array.from({ length: 250 }, () => `cus_${randomUUID()}`) } };
  const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
  const create = 'mutation ($input: CreateSavedViewInput!) { createSavedView(input: $input) { userErrors { message } } }';
  for (let view = 0; view < 30; view += 1) {
    const { body } = await server.query(create, { input: { name: `View ${view}`, columns, filter } }, { token: hoarder });
    expect(body.data).toEqual({ createSavedView: { userErrors: [] } });
  }
  const views = Array.from({ length: 16 }, (_, alias) => `a${alias}: viewer { savedViews(first: 30) { nodes { filter } } }`);
  const body = JSON.stringify({ query: `{ ${views.join(' ')} }` });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${hoarder}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const sockets: Socket[] = [];
  const statuses: string[] = [];
  // Five megabytes each; only the beginning is read.
  while (sockets.length < 12) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    socket.write(head + body);
    await once(socket, 'readable');
    statuses.push((socket.read(12) as Buffer).toString());
  }
  expect(new Set(statuses.slice(0, 6))).toEqual(new Set(['HTTP/1.1 200']));
  expect(new Set(statuses.slice(8))).toEqual(new Set(['HTTP/1.1 503']));
  const small = () => server.query(viewer, {}, { token: hoarder });
  expect((await small()).headers.get('retry-after')).toBe('1');
  expect(await timesOf(5, () => server.query(viewer, {}, { token: other }))).toEqual(Array(5).fill(200));
  for (const socket of sockets) socket.destroy();
  while ((await small()).status !== 200) await sleep(10);
});

test('links of e-mails, genuine or made up, at full rate take no place from another partner', async () => {
  const flooded = await startTestServer({
    businessDate: today,
    config: { maxRequestsInWork: 4, maxRequestsWaiting: 10, trustedProxies: ['127.0.0.1'] },
  });
  const initech = await TestData.of(flooded.database.pool, { name: 'Initech', passedThrough: today });
  const messageId = await keptMessage(flooded, {
    partnerId: initech.partnerId,
    recipient: { kind: 'VENDOR', id: null, address: 'v@v.example' },
  });
  const genuine = `/unsubscribe/${tokenOf('UNSUBSCRIBE', initech.partnerId, messageId, '2026-12-31')}`;
  const own = await flooded.createToken(await flooded.createPartner('Umbrella'), 'VIEWER');
  const attack = { isOver: false };
  let sent = 0;
  const statuses = new Set<number>();
  const attackers = Array.from({ length: 40 }, async (_, index) => {
    while (!attack.isOver) {
      const from = { 'x-forwarded-for': `10.1.${index}.${(sent += 1) % 250}` };
      const { status } = await fetch(flooded.url + (index % 2 === 0 ? genuine : '/r/x'), { headers: from });
      statuses.add(status);
    }
  });
  expect(await timesOf(50, () => flooded.query(viewer, {}, { token: own }))).toEqual(Array(50).fill(200));
  // A slow machine needs longer to reach the rate of an address.
  while (!statuses.has(429)) await new Promise((resolve) => setTimeout(resolve, 10));
  attack.isOver = true;
  await Promise.all(attackers);
  expect([...statuses].filter((status) => ![200, 404, 429, 503].includes(status))).toEqual([]);
  await flooded.close();
});
