import 'reflect-metadata';
import { connect, type Socket } from 'node:net';
import { LightClient } from '../speed/light-client.ts';
import { attacksOn, type Target } from './attack.kinds.ts';

// Carries out one attack until it is told to stop, then reports the answers by status. `attacks.bench.ts` starts it.

const connections = 64;

process.once('message', (asked: { url: string; name: string; target: Target }) => {
  void attack(asked).then((statuses) => process.send!(statuses, () => process.exit()));
});

async function attack({ url, name, target }: { url: string; name: string; target: Target }): Promise<Record<string, number>> {
  const { requests, slow, pipelined } = attacksOn(target).find((each) => each.name === name)!;
  const statuses: Record<string, number> = {};
  const count = (status: number | string) => (statuses[status] = (statuses[status] ?? 0) + 1);
  const run = { isOver: false };
  process.once('message', () => (run.isOver = true));
  process.send!('ready');
  if (slow) {
    const { hostname, port } = new URL(url);
    const open = new Set<Socket>();
    const begun = performance.now();
    for (let opened = 0; !run.isOver; await new Promise((resolve) => setTimeout(resolve, 5))) {
      for (; opened < ((performance.now() - begun) / 1_000) * slow.perSecond; opened += 1) {
        const socket = connect(Number(port), hostname, () => socket.write(slow.head));
        open.add(socket);
        count('opened');
        socket.once('data', (part) => count(part.toString('latin1').slice(9, 12)));
        socket.on('error', () => {});
        socket.on('close', () => open.delete(socket));
      }
    }
    for (const socket of open) socket.destroy();
    return statuses;
  }
  if (pipelined) {
    const { head, depth, connections: most = connections } = pipelined;
    const { hostname, port } = new URL(url);
    const open = new Set<Socket>();
    const flood = () => {
      // Another address than that of the others: this one is banned.
      const socket = connect({ port: Number(port), host: hostname, localAddress: '127.0.0.2' }, () => send(depth ?? 1_000));
      const send = (many: number) => {
        const part = Buffer.from(head.repeat(many));
        if (depth !== undefined) socket.write(part);
        else while (!socket.destroyed && socket.write(part));
      };
      open.add(socket);
      count('opened');
      if (depth === undefined) socket.on('drain', () => send(1_000));
      socket.on('data', (part) => {
        const text = part.toString('latin1');
        const answers = text.split('HTTP/1.1 ').length - 1;
        for (let answer = 0; answer < answers; answer += 1) count(text.slice(9, 12));
        if (depth !== undefined && answers > 0) send(answers);
      });
      socket.on('error', () => {});
      socket.on('close', () => open.delete(socket));
    };
    while (!run.isOver) {
      while (open.size < most) flood();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const socket of open) socket.destroy();
    return statuses;
  }
  const client = new LightClient(url, requests!);
  const connecting = client.connect(connections);
  await Promise.race([connecting, new Promise((resolve) => setTimeout(resolve, 1_000))]);
  void Promise.all(
    Array.from({ length: connections }, async () => {
      while (!run.isOver) {
        const { status } = await client.send();
        if (status === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        count(status);
      }
    }),
  );
  while (!run.isOver) await new Promise((resolve) => setTimeout(resolve, 10));
  return statuses;
}
