import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { limitConnections } from './connection-limits.ts';

/** Opens connections one after another: whether the server greets each one. */
async function opener(isBehindProxies: boolean) {
  const server = createServer((socket) => void socket.on('error', () => {}));
  const bySender = new Map<string, Set<Socket>>();
  limitConnections(server, isBehindProxies, 4, bySender);
  server.on('connection', (socket) => void (socket.destroyed || socket.write('hello')));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const open: Socket[] = [];
  return {
    counts: () => [...bySender].map(([sender, sockets]) => [sender, sockets.size]),
    async tryOne(localAddress: string): Promise<boolean> {
      const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => {});
      const isGreeted = await Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
      if (isGreeted) open.push(socket);
      return isGreeted;
    },
    async closeOne() {
      const [socket] = open.splice(0, 1);
      // The server destroys a connection that both sides have ended; only then does ours close.
      socket!.end();
      await once(socket!, 'close');
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A connection from that address, as the server sees it. */
function arrive(server: Server, remoteAddress: string): Socket {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
  server.emit('connection', socket);
  return socket;
}

test('one address has half of the connections, as soon as others of it are closed', async () => {
  const connections = await opener(false);
  const [one, other] = ['127.0.0.1', '127.0.0.2'];
  expect([await connections.tryOne(one), await connections.tryOne(one), await connections.tryOne(one)]).toEqual([true, true, false]);
  expect([await connections.tryOne(other), await connections.tryOne(other), await connections.tryOne(other)]).toEqual([true, true, false]);
  await connections.closeOne();
  expect([await connections.tryOne(one), await connections.tryOne(one)]).toEqual([true, false]);
  expect(connections.counts()).toEqual([
    [one, 2],
    [other, 2],
  ]);
  await connections.close();
  // An address without a connection takes no memory: a client may have very many addresses. Sockets tell their end in the next turns.
  for (let turns = 0; turns < 100 && connections.counts().length > 0; turns += 1) await nextTurn();
  expect(connections.counts()).toEqual([]);
});

test('the addresses of one IPv6 network share their half', () => {
  const server = createServer();
  limitConnections(server, false, 4);
  const isKept = (address: string) => !arrive(server, address).destroyed;
  expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map(isKept)).toEqual([true, true, false]);
  expect(isKept('2001:db8:0:1::1')).toBe(true);
});

test('a banned address loses its connections and gets none for ten seconds; others, and proxies, keep theirs', () => {
  let now = 0;
  const connected = (isBehindProxies: boolean) => {
    const accepted = new Set<Socket>();
    const server = createServer((socket) => void accepted.add(socket));
    const { ban } = limitConnections(server, isBehindProxies, 100, new Map(), () => now);
    return {
      ban,
      open: (address: string) => arrive(server, address),
      isAccepted: (address: string) => accepted.has(arrive(server, address)),
    };
  };
  const direct = connected(false);
  const [one, two, other] = [direct.open('10.0.0.1'), direct.open('10.0.0.1'), direct.open('10.0.0.2')];
  direct.ban(one);
  expect([one.destroyed, two.destroyed, other.destroyed]).toEqual([true, true, false]);
  now = 9_999;
  expect([direct.isAccepted('10.0.0.1'), direct.isAccepted('10.0.0.2')]).toEqual([false, true]);
  now = 10_000;
  expect(direct.isAccepted('10.0.0.1')).toBe(true);

  const proxied = connected(true);
  const [faulty, healthy] = [proxied.open('10.0.0.1'), proxied.open('10.0.0.1')];
  proxied.ban(faulty);
  expect([faulty.destroyed, healthy.destroyed, proxied.isAccepted('10.0.0.1')]).toEqual([true, false, true]);
});

test('an address gets 100 new connections a second after the first 400', () => {
  let now = 0;
  const accepted: Socket[] = [];
  const server = createServer((socket) => void accepted.push(socket));
  limitConnections(server, false, 100_000, new Map(), () => now);
  const acceptedOf = (count: number, address: string) => {
    const before = accepted.length;
    for (let opened = 0; opened < count; opened += 1) arrive(server, address);
    return accepted.length - before;
  };
  expect([acceptedOf(401, '10.0.0.1'), acceptedOf(1, '10.0.0.2')]).toEqual([400, 1]);
  now = 1_000;
  expect(acceptedOf(300, '10.0.0.1')).toBe(100);
});

test('further connections are never answered and close about a second later, beyond 1,000 of them at once', async () => {
  const server = createServer(() => {});
  limitConnections(server, false, 100_000, new Map(), () => 0);
  const begun = performance.now();
  const [held, more] = [1_400, 10].map((count) => Array.from({ length: count }, () => arrive(server, '10.0.0.1')));
  expect(more!.every(({ destroyed }) => destroyed)).toBe(true);
  const further = held!.slice(400);
  expect(further.filter(({ destroyed }) => destroyed)).toEqual([]);
  // A client that resets its connection ends nothing else.
  further[0]!.destroy(new Error('read ECONNRESET'));
  const closed = further.slice(1).map(async (socket) => {
    await once(socket, 'close');
    return performance.now() - begun;
  });
  const times = (await Promise.all(closed)).toSorted((one, other) => one - other);
  expect(times[0]).toBeGreaterThan(490);
  // A client that replaces each one at once must not come with all of them at once.
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(100);
  expect(held!.filter(({ destroyed }) => destroyed)).toHaveLength(1_000);
  expect(arrive(server, '10.0.0.1').destroyed).toBe(false);
});

test('an address may have all connections behind a proxy, and no more', async () => {
  const connections = await opener(true);
  const tried: boolean[] = [];
  for (let count = 0; count < 5; count += 1) tried.push(await connections.tryOne('127.0.0.1'));
  expect(tried).toEqual([true, true, true, true, false]);
  await connections.close();
});
