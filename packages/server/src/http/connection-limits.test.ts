import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, createServer, Socket, type AddressInfo } from 'node:net';
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
  const isKept = (remoteAddress: string) => {
    const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
    server.emit('connection', socket);
    return !socket.destroyed;
  };
  expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map(isKept)).toEqual([true, true, false]);
  expect(isKept('2001:db8:0:1::1')).toBe(true);
});

test('a banned address loses its connections and gets none for ten seconds; others, and proxies, keep theirs', () => {
  let now = 0;
  const connected = (isBehindProxies: boolean) => {
    const server = createServer();
    const bySender = new Map<string, Set<Socket>>();
    const { ban } = limitConnections(server, isBehindProxies, 100, bySender, () => now);
    const open = (remoteAddress: string) => {
      const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
      server.emit('connection', socket);
      return socket;
    };
    return { ban, open };
  };
  const direct = connected(false);
  const [one, two, other] = [direct.open('10.0.0.1'), direct.open('10.0.0.1'), direct.open('10.0.0.2')];
  direct.ban(one);
  expect([one.destroyed, two.destroyed, other.destroyed]).toEqual([true, true, false]);
  now = 9_999;
  expect([direct.open('10.0.0.1').destroyed, direct.open('10.0.0.2').destroyed]).toEqual([true, false]);
  now = 10_000;
  expect(direct.open('10.0.0.1').destroyed).toBe(false);

  const proxied = connected(true);
  const [faulty, healthy] = [proxied.open('10.0.0.1'), proxied.open('10.0.0.1')];
  proxied.ban(faulty);
  expect([faulty.destroyed, healthy.destroyed, proxied.open('10.0.0.1').destroyed]).toEqual([true, false, false]);
});

test('an address gets 100 new connections a second after the first 400', () => {
  let now = 0;
  const server = createServer();
  limitConnections(server, false, 100_000, new Map(), () => now);
  const kept = (count: number, remoteAddress: string) => {
    const sockets = Array.from({ length: count }, () => Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }));
    for (const socket of sockets) server.emit('connection', socket);
    return sockets.filter(({ destroyed }) => !destroyed).length;
  };
  expect([kept(401, '10.0.0.1'), kept(1, '10.0.0.2')]).toEqual([400, 1]);
  now = 1_000;
  expect(kept(300, '10.0.0.1')).toBe(100);
});

test('an address may have all connections behind a proxy, and no more', async () => {
  const connections = await opener(true);
  const tried: boolean[] = [];
  for (let count = 0; count < 5; count += 1) tried.push(await connections.tryOne('127.0.0.1'));
  expect(tried).toEqual([true, true, true, true, false]);
  await connections.close();
});
