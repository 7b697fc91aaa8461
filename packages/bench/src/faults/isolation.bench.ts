// Long: a table of the predicates that may go, and why.
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
import { databaseOption } from './fault-target.ts';
import { PostgresServer } from './postgres-server.ts';

// The walk of the wrong tenant in its long form: every principal sends every request, with both nets and with each net alone. Then each
// predicate is removed in turn while the policies are off, and each policy while the predicates are off. GREEN means that no request of the
// short form noticed: what removes nothing takes thousands of requests each, and further principals send the same documents.
//   cd packages/bench && npm run isolation              every principal sends every request
//   cd packages/bench && npm run isolation -- --short   the principals take turns
//   … --walks                                           the walks alone, and nothing is removed
//   … --server                                          on a PostgreSQL server instead of the embedded one
//   … --requests '^Mutation.acceptContractChange' --only '^findVisibleChange'   some requests, some predicates and policies

const { values: options } = parseArgs({
  options: {
    ...databaseOption,
    short: { type: 'boolean', default: false },
    walks: { type: 'boolean', default: false },
    only: { type: 'string' },
    requests: { type: 'string' },
  },
});

/** Predicates whose removal changes nothing, and why. */
const redundant: readonly { key: RegExp; reason: string; together?: RegExp }[] = [
  {
    key: /^(countUpcoming|summarizeUpcoming) .*where withdrawal\.partner_id = decision\.partner_id \(2\)$/,
    reason: 'whether a request came late is neither counted nor filtered by',
  },
  {
    key: /^\w+ ((past|future) where withdrawal\.partner_id = decision\.partner_id \(4\)|future where withdrawal\.partner_id = decision\.partner_id \(6\))$/,
    reason: 'whether an earlier change has a late request is not read',
  },
  {
    key: /^refreshDashboardRows where (withdrawal\.partner_id = decision\.partner_id \(4\)|partner\.id = \$1 \((7|10|11)\))$/,
    reason: 'whether an earlier change has a late request is not read',
  },
  {
    key: /^settleDueChanges where withdrawal\.partner_id = decision\.partner_id \(2\)$/,
    reason: 'settling does not read whether a request came late',
  },
  {
    key: /^countUpcoming (past|future) where (withdrawal\.partner_id = decision\.partner_id \(3\)|decision\.partner_id = before\.partner_id|before\.partner_id = change\.partner_id|settled\.partner_id = change\.partner_id)$/,
    reason: 'counting reads no terms',
  },
  {
    key: /^(lockAssociations where (association|contract)\.partner_id = \$1|lockReminderSettings where partner_id = \$1|holdOffDays where id = \$1|holdOffResuming .*)$/,
    reason: 'it only locks: other partners would wait, and no result would change',
  },
  {
    key: /^findLateRequests (where|join) .*$/,
    reason: 'it only decides whether a decision is appended: that statement limits its rows itself',
  },
  {
    key: /^appendDecisions taken back where change\.partner_id = \$1$/,
    reason: "it repeats the partner's own changes, and the statement groups its rows",
  },
  {
    key: /^(findApiKeyHolders where key\.partner_id = scope\.partner_id|findSessionHolders (join api_key key on key|where session)\.partner_id = scope\.partner_id)$/,
    reason: 'ids of keys and sessions are unique among all partners, and the secret is compared',
  },
  {
    key: /^keepOutcome where partner_id = \$1( \(2\))?$/,
    reason: 'of the old keys that it finds, it deletes those of the partner: others take their places',
    together: /^keepOutcome where partner_id = \$1( \(2\))?$/,
  },
  {
    key: /^(findApiKeys where key\.partner_id = scope\.partner_id|revokeApiKey where partner_id = \$1)$/,
    reason: "ids of keys are unique among all partners, and the mutation has found the key to be the partner's",
  },
  {
    key: /^(endMessages|retryLater|releaseMessages) where message\.partner_id = \$1$/,
    reason: "it ends or gives back what its claim holds: the ID of a claim is random, and only this partner's messages have it",
  },
  {
    key: /^planTestReminder where partner_id = \$1$/,
    reason: 'it reads what it has just planned, by a random key',
  },
  {
    key: /^enqueue where other\.partner_id = \$1$/,
    reason: 'the IDs of bundles come from the random ID of the planning',
  },
  {
    key: /^readDigest where usage\.partner_id = row\.partner_id$/,
    reason: 'a digest shows no usage',
  },
  {
    key: /^endWaiting where waiting\.partner_id = \$1$/,
    reason: 'it only locks: what it ends is limited again',
    together: /^endWaiting where (waiting|message)\.partner_id = \$1$/,
  },
  {
    key: /^passOnView where other\.partner_id = \$1$/,
    reason: 'a view whose owner is the partner itself belongs to the partner',
  },
  {
    key: /^findDefaultView where choice\.partner_id = scope\.partner_id$/,
    reason: 'each row has the partner of its choice as its key, and only the row of the reader’s partner is taken',
  },
  {
    key: /^(findSessions|findSessionsByIds) join api_key key on key\.partner_id = session\.partner_id$/,
    reason: 'ids of keys are unique among all partners, and the session names its key by the id',
  },
  {
    key: /^endSession where partner_id = \$1$/,
    reason: "ids of sessions are unique among all partners, and the mutation has found the session to be the partner's",
  },
  {
    key: /^findActing where session\.partner_id = \$1$/,
    reason: "ids of sessions are unique among all partners, and the viewer's session is the partner's",
  },
  {
    key: /^findActing where key\.partner_id = \$1$/,
    reason: "ids of keys are unique among all partners, and the viewer's key is the partner's",
  },
  {
    key: /^revokeKeysMadeBy where partner_id = \$1$/,
    reason: "ids of keys are unique among all partners, and those that it names are the partner's",
  },
  {
    key: /^(concerned(Customers|Contracts) .*|passIdlePartnersUnscoped join contract on contract\.partner_id = terms\.partner_id)$/,
    reason: 'it selects the customers or contracts whose rows are derived again: further rows stay the same',
  },
  {
    key: /^hasManyContracts where partner_id = \$1$/,
    reason: 'it only decides whether contracts are read before the partner is locked',
  },
  {
    key: /^lockPartnerDays where id = \$1$/,
    reason: 'the days of all partners of the walk are as far as each other',
  },
  {
    key: /^(addApiKey where key\.partner_id = \$1|addPartnerUser where partner_id = \$1)$/,
    reason: 'it counts towards a limit of 1,000, which the partners of the walk together do not reach',
  },
  {
    key: /^applyImportedTerms join contract on contract\.partner_id = \$1$/,
    reason: 'the terms that it joins name a contract by its id, and are the partner’s by a predicate of their own',
  },
  {
    key: /^findUpcomingOfChanged where (changed|of_customer)\.partner_id = scope\.partner_id$/,
    reason: 'changed rows are limited to the partner twice, inside and outside',
    together: /^findUpcomingOfChanged where (changed|row)\.partner_id = scope\.partner_id$/,
  },
  {
    key: /^refreshDashboardRows where row\.partner_id = \$1$/,
    reason: 'it finds rows that are gone: they are deleted by a predicate of their own',
    together: /^refreshDashboardRows where (row|obsolete)\.partner_id = \$1$/,
  },
  {
    key: /^(find|count)HistoryOfCustomers (where (change|row|kept)|.* row on row)\.partner_id = scope\.partner_id( \(2\))?$/,
    reason: 'changes of a customer are limited to the partner where they are found, and where their rows are read',
    together: /^(find|count)HistoryOfCustomers (where (change|row|kept)|.* row on row)\.partner_id = scope\.partner_id( \(2\))?$/,
  },
  {
    key: /^(findHistoryOfCustomers|findChanges) where (withdrawal\.partner_id = decision\.partner_id \([34]\)|decision\.partner_id = before\.partner_id|before\.partner_id = change\.partner_id)$/,
    reason: 'changes whose rows are derived there are settled: no earlier change says their terms',
  },
  {
    key: /^findChanges where change\.partner_id = scope\.partner_id$/,
    reason: 'derived rows of changes are limited to the partner twice, inside and outside',
    together: /^findChanges where (change|row)\.partner_id = scope\.partner_id$/,
  },
  {
    key: /^(findVisibleChange|lockTarget) join customer_association association on association\.partner_id = \$1$/,
    reason: 'the association of its customer is locked next, by a predicate of its own',
  },
  {
    key: /^removeOldRows where old\.partner_id = \$1$/,
    reason: 'days of all partners of the walk pass, so the old rows of all are removed',
  },
  {
    key: /^\w+ (past|future) where (change|row)\.partner_id = scope\.partner_id$/,
    reason: 'rows derived for another day are limited to the partner twice, inside and outside',
    together: /^\w+ (past|future) where (change|row)\.partner_id = scope\.partner_id$/,
  },
];

const postgres = options.server ? await PostgresServer.start({ logStatements: true }) : undefined;
if (postgres) Object.assign(process.env, { TEST_DATABASE_URL: postgres.superuserUrl, TEST_DATABASE_LOG: postgres.log });
await setUp();
let isSound = false;
try {
  const prepared = await prepareWalk(buildApiSchema(), options.short ? 'short' : 'long');
  const walked = { ...prepared, requests: prepared.requests.filter(({ name }) => new RegExp(options.requests ?? '').test(name)) };
  try {
    isSound = await run(walked);
  } finally {
    await walked.close();
  }
} finally {
  await tearDown();
  await postgres?.remove();
}
process.exitCode = isSound ? 0 : 1;

async function run(walked: Walk): Promise<boolean> {
  const faults: string[] = [];
  const report = (found: readonly string[]) => {
    faults.push(...found);
    for (const each of found.slice(0, 10)) console.log(each);
  };
  report(walked.faults);
  console.log(`${walked.requests.length} requests, ${walked.requests.filter((request) => request.isMutation).length} of them mutations`);
  // The two worlds share nothing: while one waits for its database, the other is asked.
  const alone = rightOutcomes(walked);
  const rightOnes = alone.then((found) => found.right);
  const [{ right, coverage }, { problems, outcomes }] = await Promise.all([alone, walk(walked, walked.requests, rightOnes)]);
  for (const line of coverage.report()) console.log(line);
  // Some requests alone do not reach every field.
  report(options.requests === undefined ? coverage.faults() : []);
  console.log(`both nets: ${problems.length} problems`);
  report(problems);
  // Who asks for some predicates has seen this before.
  for (const nets of options.only === undefined ? (['predicates alone', 'policies alone'] as const) : []) {
    await setNets(walked.crowded, nets);
    const found = await walk(walked, walked.requests, right, outcomes);
    console.log(`${nets}: ${found.problems.length} problems`);
    report(found.problems);
  }
  if (options.walks) return verdictOf(faults);

  const known = new Map([...outcomes].filter(([request]) => walked.isInShortForm(request)));
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
    if (reason === undefined) faults.push(`GREEN without a reason: ${removed}`);
    console.log(`GREEN ${removed} (${requests} requests)   ${reason ?? `NOT EXPLAINED …${place}…`}`);
  }
  // Some requests or predicates alone do not show what is still redundant.
  const isWhole = !options.short && options.only === undefined && options.requests === undefined;
  const unmet = isWhole ? redundant.filter(({ key }) => !green.some(({ removed }) => key.test(removed))) : [];
  report(unmet.map(({ key }) => `No removal is GREEN for the reason listed with ${key}.`));
  return verdictOf(faults);
}

function verdictOf(faults: readonly string[]): boolean {
  console.log(faults.length === 0 ? 'sound' : `${faults.length} faults`);
  return faults.length === 0;
}
