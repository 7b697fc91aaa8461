import { describe, expect, test } from '@jest/globals';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { createAdmission } from './admission.ts';

const viewer = '{ viewer { partner { name } } }';

describe('a server at its limit of requests', () => {
  test('queues a few, refuses the others with 503 at once, and stays healthy', async () => {
    const server = await startTestServer({ businessDate: '2026-11-22', config: { maxRequestsInWork: 2, maxRequestsWaiting: 3 } });
    const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
    await server.query(viewer, {}, { token });
    const unlock = await lockPartners(server);

    const ask = async (key: string | undefined = token) => {
      const startedAt = performance.now();
      const answer = await server.query(viewer, {}, { ...(key && { token: key }) });
      return { ...answer, ms: performance.now() - startedAt };
    };
    const admitted = [ask(), ask()];
    await untilLocksAreAwaited(server.database.superuserPool, 2);
    const waiting = [ask(), ask(), ask()];
    await untilRequestsWait(server, waiting.length);
    const refused = await Promise.all([ask(), ask(), ask()]);
    // A request without a valid key takes no slot, so it need not wait for one.
    expect((await ask('nonsense')).status).toBe(401);
    for (const { status, headers, body, ms } of refused) {
      expect([status, headers.get('retry-after'), body]).toEqual([
        503,
        '1',
        { errors: [{ message: 'The server is overloaded; try again in a moment.', extensions: { code: 'UNAVAILABLE' } }] },
      ]);
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(ms).toBeLessThan(5_000);
    }
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

    await unlock();
    expect((await Promise.all(admitted)).map(({ status }) => status)).toEqual([200, 200]);
    // A slow machine may take longer than a burst may wait.
    for (const { status, ms } of await Promise.all(waiting)) expect(ms < 500 ? [200] : [200, 503]).toContain(status);
    expect((await ask()).status).toBe(200);
    await server.close();
  });

  test('refuses with the id and the trace that the client sent, and tells the page of another origin', async () => {
    const server = await startTestServer({ businessDate: '2026-11-22', config: { maxRequestsInWork: 1, maxRequestsWaiting: 0 } });
    const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
    await server.query(viewer, {}, { token });
    const unlock = await lockPartners(server);
    const admitted = server.query(viewer, {}, { token });
    await untilLocksAreAwaited(server.database.superuserPool);

    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { 'X-Request-ID': 'mine', traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const refused = await server.query(viewer, {}, { token, headers });
    expect([refused.status, refused.headers.get('x-request-id')]).toEqual([503, 'mine']);
    expect(refused.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    const origin = 'http://localhost:3000';
    const elsewhere = await server.query(viewer, {}, { token, headers: { origin, 'x-request-id': 'of a page' } });
    expect([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')]).toEqual([503, origin]);
    // Whoever asked before is refused without being authenticated again.
    const lineOf = (id: string) => server.log.find(({ requestId }) => requestId === id);
    expect(lineOf('mine')).toMatchObject({ status: 503, code: 'UNAVAILABLE', ms: 0 });
    expect(lineOf('mine')).not.toHaveProperty('partnerId');

    await unlock();
    expect((await admitted).status).toBe(200);
    await server.close();
  });

  test('frees the slots of disconnected clients when their work ends', async () => {
    const server = await startTestServer({ businessDate: '2026-11-22', config: { maxRequestsInWork: 3, maxRequestsWaiting: 0 } });
    const token = await server.createToken(await server.createPartner('Acme'), 'VIEWER');
    await server.query(viewer, {}, { token });
    const unlock = await lockPartners(server);
    const abort = new AbortController();
    const disconnected = Array.from({ length: 3 }, () =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: viewer }),
        signal: abort.signal,
      }).catch(() => 'disconnected'),
    );
    await untilLocksAreAwaited(server.database.superuserPool, 3);
    abort.abort();
    expect(await Promise.all(disconnected)).toEqual(['disconnected', 'disconnected', 'disconnected']);
    expect((await server.query(viewer, {}, { token })).status).toBe(503);
    await unlock();
    // Each slot is freed when its own work ends; in the end all three are free at once.
    let together: number[] = [];
    for (let asked = 0; asked < 100 && together.join() !== '200,200,200'; asked += 1) {
      together = (await Promise.all([1, 2, 3].map(() => server.query(viewer, {}, { token })))).map(({ status }) => status);
    }
    expect(together).toEqual([200, 200, 200]);
    await server.close();
  });
});

describe('admission', () => {
  test('queues a burst in order of arrival, up to the longest wait', async () => {
    let now = 0;
    const admission = createAdmission({ maxRunning: 1, maxWaiting: 10 }, { clock: () => now, utilization: () => 0 });
    const answers: string[] = [];
    const ask = (name: string) =>
      void admission.acquire('acme').then((isAdmitted) => answers.push(`${name} ${isAdmitted ? 'in' : 'refused'}`));
    ask('a');
    ask('b');
    ask('c');
    now = 20;
    admission.release('acme');
    await settled();
    expect(answers).toEqual(['a in', 'b in']);
    now = 520;
    ask('d');
    await settled();
    expect(answers).toEqual(['a in', 'b in', 'c refused']);
  });

  test('starts the newest request first once the oldest has waited for a moment', async () => {
    let now = 0;
    const admission = createAdmission({ maxRunning: 1, maxWaiting: 10 }, { clock: () => now, utilization: () => 0 });
    const answers: string[] = [];
    const ask = (name: string) =>
      void admission.acquire('acme').then((isAdmitted) => answers.push(`${name} ${isAdmitted ? 'in' : 'refused'}`));
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    now = 21;
    admission.release('acme');
    await settled();
    expect(answers).toEqual(['a in', 'd in']);
  });

  test('in an overload queues a few for a short time, and refuses the others at once', async () => {
    let now = 0;
    const admission = createAdmission({ maxRunning: 4, maxWaiting: 10 }, { clock: () => now, utilization: () => 0 });
    const answers: string[] = [];
    const ask = (name: string) =>
      void admission.acquire('acme').then((isAdmitted) => answers.push(`${name} ${isAdmitted ? 'in' : 'refused'}`));
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    await settled();
    expect(answers.splice(0)).toEqual(['a in', 'b in', 'c in', 'd in']);
    now = 501;
    expect(admission.isFull('acme')).toBe(false);
    for (const name of ['e', 'f', 'g', 'h']) ask(name);
    await settled();
    expect(answers.splice(0)).toEqual(['g refused', 'h refused']);
    expect(admission.isFull('acme')).toBe(true);
    now = 505;
    admission.release('acme');
    await settled();
    expect(answers.splice(0)).toEqual(['e in']);
    now = 511;
    ask('i');
    await settled();
    expect(answers.splice(0)).toEqual(['f refused']);
    for (let left = 0; left < 4; left += 1) admission.release('acme');
    now = 600;
    for (const name of ['j', 'k', 'l', 'm']) ask(name);
    now = 611;
    ask('n');
    await settled();
    // A slot that was free for an instant does not end the overload.
    expect(answers.splice(0)).toEqual(['i in', 'j in', 'k in', 'l in', 'm refused']);
    for (let left = 0; left < 4; left += 1) admission.release('acme');
    now = 2_000;
    for (const name of ['o', 'p', 'q', 'r']) ask(name);
    now = 2_300;
    admission.release('acme');
    await settled();
    expect(answers.splice(0)).toEqual(['n in', 'o in', 'p in', 'q in', 'r in']);
  });

  test.each([
    { utilization: 0.98, slots: 3 },
    { utilization: 0.95, slots: 4 },
    { utilization: 0.5, slots: 10 },
  ])('in an overload runs $slots at once while the event loop is busy $utilization of the time', async ({ utilization, slots }) => {
    let now = 0;
    const admission = createAdmission({ maxRunning: 10, maxWaiting: 10 }, { clock: () => now, utilization: () => utilization });
    // Half of the slots for each of two owners.
    const owners = ['acme', 'globex'];
    let admitted = 0;
    let asked = 0;
    const ask = () => void admission.acquire(owners[(asked += 1) % 2]!).then((isAdmitted) => (admitted += Number(isAdmitted)));
    let released = 0;
    const release = () => admission.release(owners[(released += 1) % 2]!);
    const arrive = async (count: number) => {
      const before = admitted;
      for (let index = 0; index < count; index += 1) ask();
      await settled();
      return admitted - before;
    };
    expect(await arrive(10)).toBe(10);
    now = 501;
    // More requests than the queue holds in an overload.
    expect(await arrive(20)).toBe(0);
    now = 520;
    expect(await arrive(1)).toBe(0);
    for (let left = 0; left < 10; left += 1) release();
    await settled();
    // One from the queue, and new ones up to the number of slots.
    expect(1 + (await arrive(9))).toBe(slots);
    // The overload ends: the queue runs, and afterwards all slots are free.
    now = 2_000;
    const before = admitted;
    for (let left = 0; left < slots; left += 1) release();
    await settled();
    for (let left = before; left < admitted; left += 1) release();
    now = 4_000;
    expect(await arrive(10)).toBe(10);
  });

  const settled = () => new Promise((resolve) => setImmediate(resolve));
});

async function untilRequestsWait({ url }: TestServer, count: number): Promise<void> {
  while (!(await (await fetch(`${url}/metrics`)).text()).includes(`renewals_requests_waiting ${count}\n`));
}

async function lockPartners({ database }: TestServer): Promise<() => Promise<void>> {
  const locker = await database.superuserPool.connect();
  await locker.query('begin');
  await locker.query('lock table partner in access exclusive mode');
  return async () => {
    await locker.query('commit');
    locker.release();
  };
}
