import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { buildApiSchema } from '../../server/src/graphql/schema.ts';
import setUp from '../../server/src/testing/global-setup.ts';
import tearDown from '../../server/src/testing/global-teardown.ts';
import {
  predicatesSeen,
  prepareWalk,
  removePolicy,
  removePredicate,
  rightOutcomes,
  setNets,
  walk,
  type Removal,
  type Walk,
} from '../../server/src/testing/wrong-tenant/walk.ts';

// The walk as the wrong tenant at full length: everybody tries everything, with both nets and with each alone. Then, with the policies
// away, each predicate is taken out in turn, and with the predicates away each policy: what stays GREEN is not watched.
//   cd packages/bench && npm run isolation              everything as everyone
//   cd packages/bench && npm run isolation -- --short   everything, as everyone in turn

const { values: options } = parseArgs({ options: { short: { type: 'boolean', default: false }, only: { type: 'string' } } });

await setUp();
let isSound = false;
try {
  const walked = await prepareWalk(buildApiSchema(), { isLong: !options.short });
  try {
    isSound = await run(walked);
  } finally {
    await walked.close();
  }
} finally {
  await tearDown();
}
process.exitCode = isSound ? 0 : 1;

async function run(walked: Walk): Promise<boolean> {
  const faults = [...walked.faults];
  console.log(`${walked.requests.length} requests, ${walked.requests.filter((request) => request.isMutation).length} of them mutations`);
  const right = await rightOutcomes(walked);
  const { problems, outcomes: known } = await walk(walked, walked.requests, right);
  console.log(`both nets: ${problems.length} problems`);
  faults.push(...problems);
  for (const nets of ['predicates alone', 'policies alone'] as const) {
    await setNets(walked.crowded, nets);
    const found = await walk(walked, walked.requests, right, known);
    console.log(`${nets}: ${found.problems.length} problems`);
    faults.push(...found.problems);
  }
  await setNets(walked.crowded, 'both');
  for (const fault of faults.slice(0, 20)) console.log(fault);

  const removals: Removal[] = [];
  const tell = (removal: Removal) => {
    removals.push(removal);
    const verdict = removal.problem === null ? 'GREEN' : 'red  ';
    console.log(
      `${verdict} ${removal.removed}   ${removal.place}${removal.problem === null ? '' : `   ← ${removal.problem.slice(0, 160)}`}`,
    );
  };
  const isMeant = (name: string) => options.only === undefined || new RegExp(options.only).test(name);
  for (const each of predicatesSeen(known).values()) {
    if (isMeant(each.predicate.function)) tell(await removePredicate(walked, each, right, known));
  }
  for (const table of walked.crowded.tables) if (isMeant(table)) tell(await removePolicy(walked, table, right, known));
  const green = removals.filter(({ problem }) => problem === null);
  console.log(`\n${removals.length} removed one at a time: ${removals.length - green.length} red, ${green.length} GREEN`);
  for (const { removed, place, requests } of green) console.log(`GREEN ${removed} (${requests} requests)   …${place}…`);
  return faults.length === 0;
}
