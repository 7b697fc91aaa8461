import { connect, type Socket } from 'node:net';

/** line: method and path; by default of GraphQL */
export type LightRequest = { line?: string; headers: Record<string, string>; body: string };

export type LightAnswer = { status: number; ms: number };

/**
 * Sends the same requests in turn, again and again, over kept connections. Of a response it reads only the status and the end. On a machine with two
 * cores, a full HTTP client would need as much processor time as the server and distort the server's figures.
 */
export class LightClient {
  readonly #address: { host: string; port: number };
  readonly #requests: Buffer[];
  #sent = 0;
  readonly #free: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  #connections: Connection[] = [];

  constructor(url: string, requests: readonly LightRequest[]) {
    const { hostname, port } = new URL(url);
    this.#address = { host: hostname, port: Number(port) };
    this.#requests = requests.map(({ line = 'POST /graphql', headers, body }) => {
      const lines = [`${line} HTTP/1.1`, `host: ${hostname}:${port}`, `content-length: ${Buffer.byteLength(body)}`];
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
      return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
    });
  }

  /** Opens connections and uses each once, so that later times do not include connection set-up. */
  async connect(count: number): Promise<void> {
    this.#connections = Array.from({ length: count }, () => new Connection(connect({ ...this.#address, noDelay: true })));
    await Promise.all(
      this.#connections.map(async (connection) => {
        await connection.send(this.#next());
        this.#free.push(connection);
      }),
    );
  }

  /** Sends the request over a free connection. The time includes the wait for a connection. */
  async send(): Promise<LightAnswer> {
    const begun = performance.now();
    const connection = this.#free.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    const status = await connection.send(this.#next());
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
    return { status, ms: performance.now() - begun };
  }

  #next(): Buffer {
    return this.#requests[(this.#sent += 1) % this.#requests.length]!;
  }

  close(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }
}

/** Sends one request at a time. Status 0 means no response. */
class Connection {
  #done: ((status: number) => void) | null = null;
  #head = '';
  #status = 0;
  #left = 0;

  constructor(readonly socket: Socket) {
    socket.on('data', (part) => this.#read(part));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#finish(0));
  }

  send(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      this.#done = resolve;
      if (this.socket.destroyed) this.#finish(0);
      else this.socket.write(request);
    });
  }

  #read(part: Buffer): void {
    if (this.#status === 0) {
      this.#head += part.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(this.#head.slice(0, end))?.[1];
      if (length === undefined) throw new Error(`The response has no content-length:\n${this.#head.slice(0, end)}`);
      this.#status = Number(this.#head.slice(9, 12));
      this.#left = Number(length) - (this.#head.length - end - 4);
      this.#head = '';
    } else {
      this.#left -= part.length;
    }
    if (this.#left > 0) return;
    const status = this.#status;
    this.#status = 0;
    this.#finish(status);
  }

  #finish(status: number): void {
    const done = this.#done;
    this.#done = null;
    done?.(status);
  }
}
