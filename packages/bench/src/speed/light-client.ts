import { connect, type Socket } from 'node:net';

export type LightAnswer = { status: number; ms: number };

/**
 * Sends one and the same request over kept connections and reads no more of an answer than its status and where it ends. On a machine
 * of two cores a whole HTTP client would take as much as the server that is measured, and what it took would count as the server's.
 */
export class LightClient {
  readonly #address: { host: string; port: number };
  readonly #request: Buffer;
  readonly #free: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  #connections: Connection[] = [];

  constructor(url: string, path: string, headers: Record<string, string>, body: string) {
    const { hostname, port } = new URL(url);
    this.#address = { host: hostname, port: Number(port) };
    const lines = [`POST ${path} HTTP/1.1`, `host: ${hostname}:${port}`, `content-length: ${Buffer.byteLength(body)}`];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    this.#request = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  /** Makes so many connections and uses each once, so that what is measured is answers and not the making of connections. */
  async connect(count: number): Promise<void> {
    this.#connections = Array.from({ length: count }, () => new Connection(connect({ ...this.#address, noDelay: true })));
    for (const connection of this.#connections) {
      await connection.ask(this.#request);
      this.#free.push(connection);
    }
  }

  /** Over a free connection; to wait for one takes time too. */
  async ask(): Promise<LightAnswer> {
    const begun = performance.now();
    const connection = this.#free.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    const status = await connection.ask(this.#request);
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
    return { status, ms: performance.now() - begun };
  }

  close(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }
}

/** One question at a time; status 0 is an answer that did not come. */
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

  ask(request: Buffer): Promise<number> {
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
      if (length === undefined) throw new Error(`This answer does not say how long it is:\n${this.#head.slice(0, end)}`);
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
