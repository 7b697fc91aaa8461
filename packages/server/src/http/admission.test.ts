import { describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { createAdmission } from './admission.ts';

const viewer = '{ viewer { partner { name } } }';

describe('a server that has as much to do as it may', () => {
  test('lets a few wait, answers the others 503 at once, and is healthy all the time', async () => {
    const server = await startTestServer({ businessDate: '2026-11-22', config: { maxRequestsInWork: 2, maxRequestsWaiting: 3 } });
    const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
    await server.query(viewer, {}, { token });
    const unlock = await lockPartners(server);

    const ask = async (key: string | undefined = token) => {
      const begun = performance.now();
      const answer = await server.query(viewer, {}, { ...(key && { token: key }) });
      return { ...answer, ms: performance.now() - begun };
    };
    const admitted = [ask(), ask()];
    await waitingForLocks(server, 2);
    const waiting = [ask(), ask(), ask()];
    await new Promise((resolve) => setTimeout(resolve, 50));
    const refused = await Promise.all([ask(), ask('nonsense'), ask(), ask()]);
    for (const { status, headers, body, ms } of refused) {
      expect([status, headers.get('retry-after'), body]).toEqual([
        503,
        '1',
        { errors: [{ message: 'There is too much to do just now: try again in a moment.', extensions: { code: 'UNAVAILABLE' } }] },
      ]);
      expect(ms).toBeLessThan(500);
    }
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

    await unlock();
    expect((await Promise.all([...admitted, ...waiting])).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await ask()).status).toBe(200);
    await server.close();
  });

  test('gives back the places of callers who went away, once their work is done', async () => {
    const server = await startTestServer({ businessDate: '2026-11-22', config: { maxRequestsInWork: 3, maxRequestsWaiting: 0 } });
    const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
    await server.query(viewer, {}, { token });
    const unlock = await lockPartners(server);
    const away = new AbortController();
    const gone = Array.from({ length: 3 }, () =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: viewer }),
        signal: away.signal,
      }).catch(() => 'gone'),
    );
    await waitingForLocks(server, 3);
    away.abort();
    expect(await Promise.all(gone)).toEqual(['gone', 'gone', 'gone']);
    expect((await server.query(viewer, {}, { token })).status).toBe(503);
    await unlock();
    // Each place comes back when its own work is done: in the end all three, to be had at once.
    let together: number[] = [];
    for (let asked = 0; asked < 100 && together.join() !== '200,200,200'; asked += 1) {
      together = (await Promise.all([1, 2, 3].map(() => server.query(viewer, {}, { token })))).map(({ status }) => status);
    }
    expect(together).toEqual([200, 200, 200]);
    await server.close();
  });
});

describe('admission', () => {
  test('waits a burst out in the order of coming, and not beyond what people would wait', async () => {
    let now = 0;
    const admission = createAdmission({ maxInWork: 1, maxWaiting: 10 }, () => now);
    const answers: string[] = [];
    const ask = (name: string) => void admission.enter().then((isAdmitted) => answers.push(`${name} ${isAdmitted ? 'in' : 'refused'}`));
    ask('a');
    ask('b');
    ask('c');
    now = 400;
    admission.leave();
    await settled();
    expect(answers).toEqual(['a in', 'b in']);
    now = 600;
    ask('d');
    await settled();
    expect(answers).toEqual(['a in', 'b in', 'c refused']);
  });

  test('in an overload takes the last one first, and refuses the others soon', async () => {
    let now = 0;
    const admission = createAdmission({ maxInWork: 1, maxWaiting: 10 }, () => now);
    const answers: string[] = [];
    const ask = (name: string) => void admission.enter().then((isAdmitted) => answers.push(`${name} ${isAdmitted ? 'in' : 'refused'}`));
    ask('a');
    await settled();
    now = 501;
    ask('b');
    ask('c');
    now = 505;
    admission.leave();
    await settled();
    expect(answers).toEqual(['a in', 'c in']);
    now = 511;
    ask('d');
    await settled();
    expect(answers).toEqual(['a in', 'c in', 'b refused']);
    admission.leave();
    admission.leave();
    now = 600;
    ask('e');
    ask('f');
    now = 611;
    ask('g');
    await settled();
    // A free place for an instant was no end of it.
    expect(answers.slice(3)).toEqual(['d in', 'e in', 'f refused']);
    admission.leave();
    admission.leave();
    now = 2_000;
    ask('h');
    ask('i');
    now = 2_300;
    admission.leave();
    await settled();
    expect(answers.slice(6)).toEqual(['g in', 'h in', 'i in']);
  });

  const settled = () => new Promise((resolve) => setImmediate(resolve));
});

async function lockPartners({ database }: TestServer): Promise<() => Promise<void>> {
  const locker = await database.superuserPool.connect();
  await locker.query('begin');
  await locker.query('lock table partner in access exclusive mode');
  return async () => {
    await locker.query('commit');
    locker.release();
  };
}

async function waitingForLocks({ database }: TestServer, count: number): Promise<void> {
  for (;;) {
    const { rows } = await database.superuserPool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length >= count) return;
  }
}
