import { isDeepStrictEqual } from 'node:util';
import type { Contender } from './contender.ts';
import type { PagePick } from './dataset.ts';
import type { HttpRequest, Load } from './load.ts';
import { cpuOf, cpuOfPostgres, memoryOf } from './process-usage.ts';

/** The figures of one contender: medians over the rounds. */
export type Measured = {
  rate: number;
  p50: number;
  p99: number;
  /** milliseconds a request */
  nodeCpu: number;
  postgresCpu: number;
  bytes: number;
  /** megabytes after the rounds */
  resident: number;
};

export type Entry = {
  name: string;
  servers: readonly { url: string; pid: number }[];
  requests: readonly HttpRequest[];
  /** whether each request may be sent only once, because repeating it would do something else */
  isOnce?: boolean;
};
export type RaceOptions = {
  clients: number;
  seconds: number;
  rounds: number;
  /** responses of each contender before the measurement; 0 is one short run */
  warmUp: number;
  postmasterPid: number;
};

/** Runs all entries in turns, so that other work on the machine affects them equally. Each turn has a warm-up, since caches are shared. */
export async function race(load: Load, entries: readonly Entry[], options: RaceOptions): Promise<Map<string, Measured>> {
  const { clients, seconds, rounds, warmUp, postmasterPid } = options;
  for (const { name, servers, requests, isOnce = false } of entries) {
    await load.prepare(
      name,
      servers.map(({ url }) => url),
      requests,
      isOnce,
    );
    // V8 compiles the code of a page step by step, the last part after some 10,000 pages. More code takes more pages.
    for (let answered = 0; answered <= warmUp;) answered += (await load.run(name, clients, Math.min(seconds, 2))).answers;
  }
  const seen = new Map<string, Measured[]>(entries.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, servers } of entries) {
      await load.run(name, clients, seconds / 8);
      const cpu = () => ({ node: sum(servers.map(({ pid }) => cpuOf(pid))), postgres: cpuOfPostgres(postmasterPid) });
      const before = cpu();
      const { answers, seconds: took, bytes, p50, p99 } = await load.run(name, clients, seconds);
      const after = cpu();
      seen.get(name)!.push({
        ...{ rate: answers / took, p50, p99, bytes: bytes / answers },
        nodeCpu: (after.node - before.node) / answers,
        postgresCpu: (after.postgres - before.postgres) / answers,
        resident: Math.max(...servers.map(({ pid }) => memoryOf(pid).resident)),
      });
    }
  }
  return new Map([...seen].map(([name, each]) => [name, medians(each)]));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.ceil((sorted.length - 1) / 2)]!];
  return (low + high) / 2;
}

function medians(each: readonly Measured[]): Measured {
  const of = (key: keyof Measured) => median(each.map((measured) => measured[key]));
  return {
    ...{ rate: of('rate'), p50: of('p50'), p99: of('p99'), nodeCpu: of('nodeCpu') },
    ...{ postgresCpu: of('postgresCpu'), bytes: of('bytes'), resident: of('resident') },
  };
}

/** Throws if the servers return different pages. Returns the number of compared rows. */
export async function checkEqual(contenders: readonly Contender[], picks: readonly PagePick[]): Promise<number> {
  let rows = 0;
  for (const pick of picks) {
    const [first, ...others] = await Promise.all(
      contenders.map(async (contender) => {
        const { path, headers, body } = contender.requestOf(pick);
        const response = await fetch(contender.url + path, { headers, ...(body !== undefined && { method: 'POST', body }) });
        const text = await response.text();
        if (!response.ok || text.includes('"errors"'))
          throw new Error(`${contender.name} returned status ${response.status}: ${text.slice(0, 1000)}`);
        return { name: contender.name, data: contender.dataOf(text) };
      }),
    );
    rows += first!.data.nodes.length;
    for (const other of others) {
      if (isDeepStrictEqual(other.data, first!.data)) continue;
      const at = other.data.nodes.findIndex((node, index) => !isDeepStrictEqual(node, first!.data.nodes[index]));
      throw new Error(
        `${other.name} and ${first!.name} differ in ${JSON.stringify(pick)}, row ${at} of ${other.data.nodes.length} and ${first!.data.nodes.length}:\n` +
          `${JSON.stringify(other.data.nodes[at])}\n${JSON.stringify(first!.data.nodes[at])}`,
      );
    }
  }
  return rows;
}
