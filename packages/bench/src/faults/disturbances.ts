import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresServer } from './postgres-server.ts';
import type { TcpProxy } from '../../../server/testing/tcp.proxy.ts';

const backends = `select pid from pg_stat_activity where application_name = 'partner-renewals'`;

/** What happens to the database, or to the network before a server; each resolves when it is over. */
export function disturbancesOf(
  superuser: string | pg.ClientConfig,
  server: { postgres: PostgresServer; proxy: TcpProxy } | undefined,
): [string, () => Promise<void>][] {
  const asSuperuser = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(superuser);
    client.on('error', () => {});
    await client.connect();
    return await work(client).finally(() => client.end().catch(() => {}));
  };
  const pids = async () => await asSuperuser(async (client) => (await client.query<{ pid: number }>(backends)).rows.map((row) => row.pid));
  const isBack = async () => {
    while (!(await asSuperuser((client) => client.query('select 1')).then(Boolean, () => false))) await sleep(20);
  };
  const all: [string, () => Promise<void>][] = [
    [
      'all connections were ended',
      async () => void (await asSuperuser((client) => client.query(`select pg_terminate_backend(pid) from (${backends}) b`))),
    ],
    [
      'the database crashed and recovered',
      async () => {
        const [pid] = await pids();
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
        await sleep(50);
        await isBack();
      },
    ],
    [
      'the connections were silent for 2 s',
      async () => {
        const frozen = await pids();
        for (const pid of frozen) process.kill(pid, 'SIGSTOP');
        await sleep(2_000);
        for (const pid of frozen) process.kill(pid, 'SIGCONT');
      },
    ],
  ];
  if (server) {
    const { postgres, proxy } = server;
    const restart = (signal: 'SIGINT' | 'SIGQUIT') => async () => {
      await postgres.stop(signal);
      await postgres.start();
    };
    const breakNetwork = (isLost: boolean) => async () => {
      proxy.breakOff();
      await sleep(3_000);
      proxy.mend({ isLost });
    };
    return [
      ...all,
      ['the database was stopped and started', restart('SIGINT')],
      ['the database was killed and started', restart('SIGQUIT')],
      ['the network was silent for 3 s', breakNetwork(false)],
      ['the network was silent for 3 s, and all connections were lost', breakNetwork(true)],
    ];
  }
  const postmaster = async () => {
    const [pid] = await pids();
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  };
  const restart = (signal: NodeJS.Signals) => async () => {
    process.kill(await postmaster(), signal);
    await sleep(100);
    await isBack();
  };
  return [...all, ['the database was stopped and started', restart('SIGINT')], ['the database was killed and started', restart('SIGKILL')]];
}
