import { connect, type Socket } from 'node:net';

// The load generator for all servers, as a separate process. It sends prepared bytes, and of a response it reads only the status and the
// end. So it leaves most of the processor time to the servers.

/** Prepares the requests of one server, or runs them in order. Each run continues where the last one stopped. */
export type LoadCommand =
  | { kind: 'requests'; name: string; ports: number[]; requests: string[]; isOnce: boolean }
  | { kind: 'run'; name: string; clients: number; seconds: number };

export type LoadResult = {
  answers: number;
  failures: number;
  firstFailure: string | null;
  seconds: number;
  bytes: number;
  /** milliseconds */
  p50: number;
  p99: number;
};

/** The clients are spread over the ports. Their connections stay open for the next run, since a server limits the new ones of an address. */
type Target = { ports: number[]; requests: Buffer[]; isOnce: boolean; next: number; usedAt: number; connections: Connection[] };
// node:http closes connections that have been idle for five seconds.
const keptMs = 4_000;
const targets = new Map<string, Target>();

process.on('message', (command: LoadCommand) => {
  if (command.kind === 'requests') {
    const { name, ports, requests, isOnce } = command;
    closeAll(targets.get(name));
    targets.set(name, { ports, requests: requests.map((text) => Buffer.from(text)), isOnce, next: 0, usedAt: 0, connections: [] });
    process.send!(null);
    return;
  }
  run(targets.get(command.name)!, command.clients, command.seconds).then(
    (result) => process.send!(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run(target: Target, clients: number, seconds: number): Promise<LoadResult> {
  const result = { answers: 0, failures: 0, firstFailure: null as string | null, bytes: 0 };
  const times: number[] = [];
  const started = performance.now();
  if (started - target.usedAt > keptMs) closeAll(target);
  const end = started + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const connection = (target.connections[client] ??= await open(target.ports[client % target.ports.length]!));
      while (performance.now() < end) {
        if (target.isOnce && target.next >= target.requests.length)
          throw new Error('All requests were sent already. Prepare more requests.');
        const request = target.requests[target.next++ % target.requests.length]!;
        const sent = performance.now();
        const { isGood, size, begin } = await connection.send(request);
        times.push(performance.now() - sent);
        result.answers += 1;
        result.bytes += size;
        if (isGood) continue;
        result.failures += 1;
        result.firstFailure ??= begin;
      }
    }),
  );
  target.usedAt = performance.now();
  const elapsed = (target.usedAt - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { ...result, seconds: elapsed, p50: at(0.5), p99: at(0.99) };
}

function closeAll(target: Target | undefined): void {
  for (const { socket } of target?.connections.splice(0) ?? []) socket.destroy();
}

type Answer = { isGood: boolean; size: number; begin: string };
type Connection = { socket: Socket; send(request: Buffer): Promise<Answer> };

/** Opens a kept connection that sends one request at a time. */
async function open(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let done: (answer: Answer) => void = () => {};
  let fail: (error: Error) => void = () => {};
  // `left` is null until the head of the response has ended. It is -1 for a chunked body, whose last bytes mark its end.
  let [head, left, size, begin, isGood] = [Buffer.alloc(0) as Buffer, null as number | null, 0, '', false];
  const lastChunk = Buffer.from('\r\n0\r\n\r\n');
  let tail: Buffer = Buffer.alloc(0);
  const finish = () => {
    const answer = { isGood, size, begin };
    [head, left, size, begin, isGood, tail] = [Buffer.alloc(0), null, 0, '', false, Buffer.alloc(0)];
    done(answer);
  };
  const readBody = (bytes: Buffer) => {
    size += bytes.length;
    if (left === -1) {
      tail =
        bytes.length >= lastChunk.length ? bytes.subarray(-lastChunk.length) : Buffer.concat([tail, bytes]).subarray(-lastChunk.length);
      if (tail.equals(lastChunk)) finish();
      return;
    }
    left! -= bytes.length;
    if (left === 0) finish();
  };
  socket.on('data', (bytes: Buffer) => {
    if (left !== null) return readBody(bytes);
    head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
    const at = head.indexOf('\r\n\r\n');
    if (at < 0) return;
    const text = head.toString('latin1', 0, at).toLowerCase();
    const body = head.subarray(at + 4);
    left = text.includes('transfer-encoding: chunked') ? -1 : Number(/content-length: (\d+)/.exec(text)?.[1]);
    begin = `${text.slice(0, 12)} ${body.toString('latin1', 0, 200)}`;
    isGood = text.startsWith('http/1.1 200') && !body.toString('latin1', 0, 40).includes('"errors"');
    readBody(body);
  });
  socket.on('error', (error) => fail(error));
  socket.on('close', () => fail(new Error('The server closed the connection.')));
  return {
    socket,
    send: (request) =>
      new Promise((resolve, reject) => {
        done = resolve;
        fail = reject;
        socket.write(request);
      }),
  };
}
