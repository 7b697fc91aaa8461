import type { BenchCluster, BenchDatabase } from './bench-database.ts';
import {
  handRequests,
  productDocument,
  productRequests,
  startByHand,
  startGraphqlPeer,
  startProductContender,
  type Contender,
} from './contender.ts';
import { pickPages, type PagePick, type Partner } from './dataset.ts';
import type { Load } from './load.ts';
import { node22 } from '../node-process.ts';
import { startPostgraphile } from './postgraphile.contender.ts';
import { checkEqual, race, type Measured } from './race.ts';

export type BenchSetup = { cluster: BenchCluster; database: BenchDatabase; partners: readonly Partner[]; today: string };

export type ServingResults = {
  /** number of rows compared between all contenders */
  compared: number;
  /** statements of one page, after the first page */
  statements: Record<string, number>;
  /** 16 clients, all columns */
  loaded: Record<string, Measured>;
  /** one client */
  unloaded: Record<string, Measured>;
  /** 16 clients, the five locked columns */
  locked: Record<string, Measured>;
  /** 16 clients on one process and on two */
  processes: Record<'one' | 'two', Measured>;
  /** pages a second by number of clients */
  clients: { ours: Record<string, number>; byHand: Record<string, number> };
};

const answersToWarmUp = 12_000;

/** Names of the contenders in ratios. With two versions of Node, the name is that of the newer one. */
export const names = {
  ours: 'ours',
  byHand: 'by hand, joined',
  wide: 'by hand, wide table',
  json: 'by hand, JSON by PostgreSQL',
  postgraphile: 'PostGraphile',
} as const;

export async function measureServing(
  setup: BenchSetup,
  load: Load,
  isQuick: boolean,
  say: (what: string) => void,
): Promise<ServingResults> {
  const { cluster, database, partners, today } = setup;
  const picks = await pickPages(database, today, isQuick ? 300 : 4000);
  const newer = node22();
  const main = newer ?? process.execPath;
  const contenders: Contender[] = [];
  const add = async (starting: Promise<Contender>) => {
    const contender = await starting;
    contenders.push(contender);
    return contender;
  };
  try {
    const ours = await add(startProductContender(names.ours, main, database, partners));
    const byHand = await add(startByHand(names.byHand, main, 'joined', database, today));
    const wide = await add(startByHand(names.wide, main, 'wide', database, today));
    await add(startByHand(names.json, main, 'json', database, today));
    if (newer) await add(startPostgraphile(names.postgraphile, newer, database, today, picks));
    await add(startGraphqlPeer('mercurius with jit', main, 'mercurius.peer.ts', database, today));
    await add(startGraphqlPeer('graphql-yoga', main, 'yoga.peer.ts', database, today));
    if (main !== process.execPath) {
      const older = `Node ${process.versions.node.split('.')[0]}`;
      await add(startProductContender(`${names.ours}, ${older}`, process.execPath, database, partners));
      if (!isQuick) {
        await add(startByHand(`${names.byHand}, ${older}`, process.execPath, 'joined', database, today));
        await add(startByHand(`${names.wide}, ${older}`, process.execPath, 'wide', database, today));
      }
    }
    const compared = await checkEqual(contenders, picks.slice(0, isQuick ? 60 : 200));
    say(`${compared} rows are the same in ${contenders.length} servers`);
    const statements: Record<string, number> = {};
    for (const contender of contenders) statements[contender.name] = await countStatements(cluster, database, contender, picks);
    say(
      `statements per page: ${Object.entries(statements)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    );

    const { postmasterPid } = cluster;
    const timed = (clients: number, rounds: number, seconds: number, warmUp = 0) =>
      isQuick ? { clients, rounds: 2, seconds: 0.7, warmUp: 0, postmasterPid } : { clients, rounds, seconds, warmUp, postmasterPid };
    const entryOf = (contender: Contender) => ({ name: contender.name, servers: [contender], requests: picks.map(contender.requestOf) });
    const loaded = await race(load, contenders.map(entryOf), timed(16, 5, 4, answersToWarmUp));
    say('with 16 clients: done');
    const unloaded = await race(load, contenders.filter(({ name }) => !/mercurius|yoga|Node/.test(name)).map(entryOf), timed(1, 3, 2));
    say('with one client: done');
    const lockedOurs = productRequests(partners, productDocument('locked'));
    const locked = await race(
      load,
      [
        { name: ours.name, servers: [ours], requests: picks.map(lockedOurs) },
        { name: byHand.name, servers: [byHand], requests: picks.map(handRequests('locked')) },
        { name: wide.name, servers: [wide], requests: picks.map(handRequests('locked')) },
        // In the same rounds, because a bar compares them.
        { name: `${ours.name}, all columns`, servers: [ours], requests: picks.map(ours.requestOf) },
      ],
      timed(16, 5, 2),
    );
    say('with the locked columns: done');
    const second = await add(startProductContender('second', main, database, partners));
    const requests = picks.map(ours.requestOf);
    const processes = await race(
      load,
      [
        { name: 'one', servers: [ours], requests },
        { name: 'two', servers: [ours, second], requests },
      ],
      // The second process needs a warm-up.
      timed(16, 5, 3, answersToWarmUp),
    );
    say('with one and two processes: done');
    const clients: ServingResults['clients'] = { ours: {}, byHand: {} };
    for (const count of isQuick ? [1, 256] : [1, 2, 4, 8, 16, 32, 64, 128, 256]) {
      const rates = await race(load, [ours, byHand].map(entryOf), timed(count, 1, 2));
      clients.ours[count] = rates.get(ours.name)!.rate;
      clients.byHand[count] = rates.get(byHand.name)!.rate;
    }
    say('with 1 to 256 clients: done');
    return {
      compared,
      statements,
      ...{ loaded: Object.fromEntries(loaded), unloaded: Object.fromEntries(unloaded), locked: Object.fromEntries(locked) },
      processes: { one: processes.get('one')!, two: processes.get('two')! },
      clients,
    };
  } finally {
    await Promise.all(contenders.map((server) => server.stop()));
  }
}

/** Counts the statements of a page, without the look-up of the API key, which is cached and not part of the page. */
async function countStatements(
  cluster: BenchCluster,
  database: BenchDatabase,
  contender: Contender,
  picks: readonly PagePick[],
): Promise<number> {
  const pick = picks.find(({ after }) => after !== null)!;
  const send = async () => {
    const { path, headers, body } = contender.requestOf(pick);
    await (await fetch(contender.url + path, { headers, ...(body !== undefined && { method: 'POST', body }) })).text();
  };
  return (await cluster.statementsOf(database, send)).filter((text) => !text.includes('find_api_keys')).length;
}
