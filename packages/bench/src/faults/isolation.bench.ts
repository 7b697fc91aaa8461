import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { buildApiSchema } from '../../../server/src/api/schema.ts';
import setUp from '../../../server/testing/global-setup.ts';
import tearDown from '../../../server/testing/global-teardown.ts';
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
} from '../../../server/testing/wrong-tenant/walk.ts';

// The walk as the wrong tenant at full length: everybody tries everything, with both nets and with each alone. Then, with the policies
// away, each predicate is taken out in turn, and with the predicates away each policy: what stays GREEN is not watched.
//   cd packages/bench && npm run isolation              everything as everyone
//   cd packages/bench && npm run isolation -- --short   everything, as everyone in turn
//   … --requests '^Mutation.acceptContractChange' --only '^findVisibleChange'   some requests, some predicates and policies

const { values: options } = parseArgs({
  options: { short: { type: 'boolean', default: false }, only: { type: 'string' }, requests: { type: 'string' } },
});

/** Predicates that another one makes needless, and why. */
const redundant: readonly { key: RegExp; reason: string; together?: RegExp }[] = [
  {
    key: /where withdrawal\.partner_id = decision\.partner_id \((2|5)\)$/,
    reason: 'it drops requests from what could be accepted; where a request stands, the change is cancelled and not accepted anyway',
  },
  {
    key: /future where withdrawal\.partner_id = decision\.partner_id \(6\)$/,
    reason: 'whether an earlier renewal has a late request is not read',
  },
  {
    key: /^(countUpcoming|summarizeUpcoming) .*where withdrawal\.partner_id = decision\.partner_id \(3\)$/,
    reason: 'whether a request came late is neither counted nor filtered by',
  },
  {
    key: /^(lockPartner where id = \$1|lockAssociations where association\.partner_id = \$1)$/,
    reason: 'it only locks: with others locked too they would wait, and nothing else come of it',
  },
  {
    key: /^appendDecisions join contract(_change next)? on /,
    reason: 'the next renewal is found by the date that its contract has, so each of the two tables limits the other',
    together: /^appendDecisions join contract(_change next)? on /,
  },
  {
    key: /^findApiKeys where k\.partner_id = s\.partner_id$/,
    reason: "ids of keys are unique among all partners, and it is asked for keys alone that the mutation found to be the partner's",
  },
  {
    key: /^customersWithDecisionsDated /,
    reason: 'it tells whose rows are derived again: those of more customers come out as they were',
  },
  { key: /^countUpcoming past where settled\.partner_id = change\.partner_id$/, reason: 'counting reads no terms' },
  {
    key: /^\w+ (past|future) where (change|r)\.partner_id = s\.partner_id$/,
    reason: 'rows derived for another day are limited to the partner inside and outside',
    together: /^\w+ (past|future) where (change|r)\.partner_id = s\.partner_id$/,
  },
];

await setUp();
let isSound = false;
try {
  const prepared = await prepareWalk(buildApiSchema(), { isLong: !options.short });
  const walked = { ...prepared, requests: prepared.requests.filter(({ name }) => new RegExp(options.requests ?? '').test(name)) };
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
  const report = (found: readonly string[]) => {
    faults.push(...found);
    for (const each of found.slice(0, 10)) console.log(each);
  };
  report(problems);
  for (const nets of ['predicates alone', 'policies alone'] as const) {
    await setNets(walked.crowded, nets);
    const found = await walk(walked, walked.requests, right, known);
    console.log(`${nets}: ${found.problems.length} problems`);
    report(found.problems);
  }
  await setNets(walked.crowded, 'both');

  const removals: Removal[] = [];
  const tell = (removal: Removal) => {
    removals.push(removal);
    const verdict = removal.problem === null ? 'GREEN' : 'red  ';
    console.log(
      `${verdict} ${removal.removed}   ${removal.place}${removal.problem === null ? '' : `   ← ${removal.problem.slice(0, 160)}`}`,
    );
  };
  const isMeant = (name: string) => options.only === undefined || new RegExp(options.only).test(name);
  const seen = [...predicatesSeen(known).values()];
  for (const table of walked.crowded.tables) if (isMeant(table)) tell(await removePolicy(walked, table, right, known));
  for (const each of seen) if (isMeant(each.predicate.key)) tell(await removePredicate(walked, each, right, known));
  const green = removals.filter(({ problem }) => problem === null);
  console.log(`\n${removals.length} removed one at a time: ${removals.length - green.length} red, ${green.length} GREEN`);
  for (const { removed, place, requests } of green) {
    const found = redundant.find(({ key }) => key.test(removed));
    let reason = found?.reason;
    if (found?.together !== undefined) {
      const { predicate, requests: tried } = seen.find((each) => each.predicate.key === removed)!;
      const [others] = [
        seen.map((each) => each.predicate).filter(({ key }) => key.replace(/ .*/, '') === predicate.function && found.together!.test(key)),
      ];
      const both = await removePredicate(walked, { predicate, requests: tried }, right, known, others);
      reason = both.problem === null ? undefined : `${reason}; both removed: red`;
    }
    if (reason === undefined) faults.push(`GREEN, and nobody says why: ${removed}`);
    console.log(`GREEN ${removed} (${requests} requests)   ${reason ?? `NOT EXPLAINED …${place}…`}`);
  }
  console.log(faults.length === 0 ? 'sound' : `${faults.length} faults`);
  return faults.length === 0;
}
