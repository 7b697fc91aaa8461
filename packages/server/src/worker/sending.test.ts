import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bed, hasLogged, newPartner, numbered, retry, rows, sent, start, until, untilMarkerLeft } from '../../testing/worker-bed.ts';

describe('a partner', () => {
  test('with very many messages keeps no other waiting', async () => {
    await newPartner(...numbered('many ', 2_000));
    let running = 0;
    let most = 0;
    bed.answer = async (message) => {
      running += message.key.startsWith('many') ? 1 : 0;
      most = Math.max(most, running);
      await sleep(2);
      running -= message.key.startsWith('many') ? 1 : 0;
      return await sent(message);
    };
    start();
    await until(() => bed.left.length >= 10);
    await newPartner(...numbered('few ', 3));
    const before = bed.left.length;
    await until(() => bed.left.filter((key) => key.startsWith('few')).length === 3);
    expect(bed.left.length - before).toBeLessThan(200);
    expect(most).toBe(3);
  });

  test('has one message at a time between its check and its end, unless that one is slow', async () => {
    await newPartner(...numbered('quick ', 20));
    let [running, most] = [0, 0];
    let isSlow = false;
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    bed.answer = async (message) => {
      running += 1;
      most = Math.max(most, running);
      await (isSlow ? held : sleep(2));
      running -= 1;
      return await sent(message);
    };
    start({ besideMs: 300 });
    await until(() => bed.left.length === 20);
    expect(most).toBe(1);
    isSlow = true;
    await newPartner(...numbered('slow ', 3));
    await until(() => running === 3);
    release();
    await until(() => bed.left.length === 23);
  });

  test('whose days have not passed waits until they have', async () => {
    const behind = await newPartner({ key: 'a' });
    let isBehind = true;
    start({ businessDay: { today: () => '2026-01-01', isThrough: (id) => id !== behind || !isBehind } });
    await untilMarkerLeft();
    expect([bed.left, (await rows())[0]]).toEqual([[], expect.objectContaining({ claimed: false, attempts: 0 })]);
    isBehind = false;
    await until(() => bed.left.includes('a'));
  });

  test('is served within its bound, and a bundle is one mail', async () => {
    const bundle = randomUUID();
    await newPartner({ key: 'a', bundle }, { key: 'b', bundle }, { key: 'c' });
    await newPartner(...numbered('d', 2));
    bed.skip = ({ key }) => (key === 'd0' ? 'DECIDED' : null);
    start({ perMinuteOfPartner: 1 });
    await until(() => bed.left.length >= 2);
    await untilMarkerLeft();
    // What is skipped is no mail, whichever of the two comes first.
    expect(bed.left).toContain('d1');
    expect(bed.left.filter((each) => each !== 'd1').map((each) => each.split('+').toSorted().join('+'))).toEqual([
      expect.stringMatching(/^(a\+b|c)$/),
    ]);
  });
});

describe('a mail server that is not reached', () => {
  test('pauses all deliveries, and no attempt counts', async () => {
    await newPartner(...numbered('a', 5));
    await newPartner(...numbered('b', 5));
    let [isAway, isTried, tries] = [true, false, 0];
    bed.answer = async (message) => {
      tries += 1;
      if (isAway) return { ...retry, isUnreachable: true };
      await until(() => isTried);
      return await sent(message);
    };
    start();
    await until(() => hasLogged('deliveries pause') >= 1);
    await until(async () => (await rows()).every(({ claimed }) => !claimed));
    // Those that had begun, and one alone after each pause; the others waited.
    expect(tries).toBeLessThan(10);
    expect((await rows()).every(({ state, attempts }) => state === 'WAITING' && attempts === 0)).toBe(true);
    // After a pause of a second at least, one alone tries it.
    const before = tries;
    isAway = false;
    await until(() => tries > before);
    await sleep(50);
    expect(tries).toBe(before + 1);
    isTried = true;
    await until(() => bed.left.length === 10);
    expect(hasLogged('deliveries go on')).toBe(1);
    expect(new Set(bed.left).size).toBe(10);
  });
});

describe('a worker that stops', () => {
  test('claims no more, lets deliveries end, and leaves no lease', async () => {
    await newPartner(...numbered('a', 20));
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = 0;
    bed.answer = async (message) => {
      begun += 1;
      await held;
      return await sent(message);
    };
    const { worker } = start();
    await until(() => begun >= 3);
    const stopping = worker.stop();
    release();
    await stopping;
    expect([begun, bed.left.length]).toEqual([3, 3]);
    expect((await rows()).map(({ state, claimed }) => [state, claimed].join()).toSorted()).toEqual([
      ...Array<string>(3).fill('SENT,false'),
      ...Array<string>(17).fill('WAITING,false'),
    ]);
  });
});
