import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bench = fileURLToPath(new URL('..', import.meta.url));
export const productMain = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

// Ends all servers when this program exits, also after an error.
const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** Settings for production. Documented settings raise the limits that the load would reach; nothing is switched off. */
const productSettings = {
  NODE_ENV: 'production',
  PORT: '0',
  SAMPLE_DATA: 'off',
  COST_BUCKET: '999999999',
  COST_RESTORE_PER_SECOND: '999999999',
  MAX_REQUESTS_IN_WORK: '1000',
};

const { PATH, HOME } = process.env;
const plainEnvironment = { ...(PATH && { PATH }), ...(HOME && { HOME }) };

/** A time zone in which the day has just begun: midnight in a run would give the product a day's extra work. */
export const businessTimeZone = zoneAfterMidnight(new Date());

/** These zones have POSIX signs: Etc/GMT+3 is three hours behind Greenwich. */
function zoneAfterMidnight(now: Date): string {
  const hour = now.getUTCHours();
  if (hour <= 1) return 'UTC';
  return hour <= 12 ? `Etc/GMT+${hour - 1}` : `Etc/GMT-${Math.min(14, 25 - hour)}`;
}

export function businessDate(): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: businessTimeZone }).format(new Date());
}

/** Runs a command of the built product, and returns its standard output. */
export async function runProduct(words: readonly string[], variables: Record<string, string>): Promise<string> {
  const env = { ...plainEnvironment, ...productSettings, LOG_LEVEL: 'warn', BUSINESS_TIME_ZONE: businessTimeZone, ...variables };
  return (await promisify(execFile)(process.execPath, [productMain, ...words], { env })).stdout;
}

export type NodeServer = { url: string; pid: number; stop(): Promise<void> };

// The flags of `npm start`. A process keeps the memory of its young generation, and half of the default is enough: nothing of a page
// outlives its response. V8 collects the old generation when it has grown by 40 %, not by several times. One thread collects garbage beside
// the main one: four take the processor from it and from PostgreSQL. V8's memory reducer would forget what it has compiled while nobody asks.
export const optionsOfNpmStart = ['--max-semi-space-size=8', '--heap-growing-percent=40', '--v8-pool-size=1', '--no-memory-reducer'];
// The flags of `npm run renewals`. A command has only a stream of rows, and 2 MB of young objects are enough for as fast an import.
export const optionsOfCommands = ['--max-semi-space-size=2', '--heap-growing-percent=40'];
// Each thread that compresses would keep memory of its own.
export const variablesOfCommands = { MALLOC_ARENA_MAX: '1' };

/** Starts the built product as in production. It writes its log, but the log is discarded. */
export async function startProduct(
  node: string,
  variables: Record<string, string>,
  nodeOptions: readonly string[] = [],
  main = productMain,
): Promise<NodeServer> {
  const env = { ...plainEnvironment, ...productSettings, BUSINESS_TIME_ZONE: businessTimeZone, ...variables };
  return await start(node, [...optionsOfNpmStart, ...nodeOptions, main, 'serve'], env);
}

/** Starts a server of the folder peers. It prints its address as the product does. */
export async function startPeer(
  node: string,
  file: string,
  variables: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<NodeServer> {
  const env = { ...plainEnvironment, NODE_ENV: 'production', ...variables };
  return await start(node, [...nodeOptions, '--import', 'tsx', `peers/${file}`], env);
}

async function start(node: string, words: readonly string[], env: Record<string, string>): Promise<NodeServer> {
  const child = spawn(node, words, { cwd: bench, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const ended = once(child, 'close').then(() => children.delete(child));
  let [output, log] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.on('data', (text: Buffer) => {
    if (log.length < 10_000) log += text.toString();
  });
  for (;;) {
    const [, url] = /Listening at (http:\S+)\n/.exec(output) ?? [];
    if (url !== undefined) {
      return {
        url,
        pid: child.pid!,
        async stop() {
          child.kill('SIGTERM');
          await ended;
        },
      };
    }
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${words.join(' ')} did not start:\n${output}\n${log}`);
    await sleep(10);
  }
}

const peers = fileURLToPath(new URL('../peers/', import.meta.url));

/** Installs the peers. They are a separate project, so that starting the product does not install them. */
export async function installPeers(): Promise<void> {
  if (existsSync(`${peers}node_modules/.modules.yaml`)) return;
  const pnpm = ['--ignore-workspace', 'install', '--frozen-lockfile', '--reporter=silent', '--config.confirm-modules-purge=false'];
  await promisify(execFile)('npm', ['exec', '--yes', '--loglevel=error', '--package', 'pnpm@10.34.9', '--', 'pnpm', ...pnpm], {
    cwd: peers,
  });
}

/** Node 22, which PostGraphile needs: this process's Node if it is new enough, otherwise the one installed with the peers. */
export function node22(): string | null {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const path = `${peers}node_modules/node-${process.platform}-${process.arch}/bin/node`;
  return existsSync(path) ? path : null;
}

export async function versionOf(node: string): Promise<string> {
  return (await promisify(execFile)(node, ['--version'])).stdout.trim();
}
