import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadCommand, LoadResult } from './load.process.ts';

export type HttpRequest = { path: string; headers: Record<string, string>; body?: string };

export type Load = {
  /** Names a server, or several servers that share the clients, and sets their requests. */
  prepare(name: string, urls: readonly string[], requests: readonly HttpRequest[], isOnce: boolean): Promise<void>;
  run(name: string, clients: number, seconds: number): Promise<LoadResult>;
  stop(): void;
};

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('./load.process.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  process.once('exit', () => child.kill('SIGKILL'));
  // The load ends by itself only when a server stops responding, and then the measurement cannot continue.
  child.once('exit', (code) => code && process.exit(1));
  const sendCommand = async (command: LoadCommand): Promise<unknown> => {
    const answer = once(child, 'message').then(([message]) => message as unknown);
    child.send(command);
    return await answer;
  };
  return {
    async prepare(name, urls, requests, isOnce) {
      const ports = urls.map((url) => Number(new URL(url).port));
      await sendCommand({ kind: 'requests', name, ports, requests: requests.map(asText), isOnce });
    },
    async run(name, clients, seconds) {
      const result = (await sendCommand({ kind: 'run', name, clients, seconds })) as LoadResult;
      if (result.failures > 0)
        throw new Error(`${result.failures} of ${result.answers} responses of "${name}" are errors: ${result.firstFailure}`);
      return result;
    },
    stop: () => void child.kill(),
  };
}

function asText({ path, headers, body = '' }: HttpRequest): string {
  const lines = Object.entries({ host: 'localhost', ...headers, ...(body && { 'content-length': String(Buffer.byteLength(body)) }) });
  return `${body ? 'POST' : 'GET'} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
