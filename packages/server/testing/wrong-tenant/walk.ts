import type { GraphQLSchema } from 'graphql';
import { addDays } from '../../src/calendar-date.ts';
import { canariesIn, withoutChance } from './canaries.ts';
import { today } from './partner-rows.ts';
import { predicatesOf, withoutAnyPredicate, withoutPredicates, type Predicate } from './predicates.ts';
import {
  as,
  cursorsOfB,
  Generator,
  lastAdministrators,
  mutationNames,
  namingOthers,
  orderedPages,
  principalsOfA,
  statusesOnOtherDays,
  type Draft,
} from './requests.ts';
import type { Statement } from './statement-tap.ts';
import { createWorld, isKnownKey, type Answer, type PrincipalName, type WalkRequest, type World } from './world.ts';

/** What came of a request: what left the server, what it did to the tables, what there was of others in either, what was run for it. */
export type Outcome = { answer: string; changed: string[]; changedElsewhere: string[]; canaries: string[]; statements: Statement[] };

/** What came of each request; of right ones, what has to come of it. */
export type Outcomes = ReadonlyMap<WalkRequest, Outcome>;

/** Worlds, and the requests that are sent in each. In the one where A is alone nothing can be learnt of others: its answers are the right ones. */
export type Walk = {
  faults: readonly string[];
  requests: readonly WalkRequest[];
  alone: World;
  crowded: World;
  close(): Promise<void>;
};

/** @param isLong everything as everyone; else everything, as everyone in turn */
export async function prepareWalk(schema: GraphQLSchema, { isLong }: { isLong: boolean }): Promise<Walk> {
  const mutations = mutationNames(schema);
  const [alone, crowded] = [await createWorld(['A'], mutations), await createWorld(['A', 'B', 'C'], mutations)];
  const first = new Generator(schema, new Map()).queries();
  const generator = new Generator(schema, await cursorsOfB(crowded, first));
  const queries = generator.queries();
  const drafts = [...queries, ...statusesOnOtherDays(queries), ...(await orderedPages(crowded, first)), ...generator.mutations()];
  const requests = isLong ? principalsOfA.flatMap((principal) => as(principal, drafts)) : asEveryoneInTurn(drafts);
  return {
    faults: [...new Set(generator.faults)],
    requests: [...requests, ...namingOthers(drafts), ...lastAdministrators(drafts), daysPass],
    alone,
    crowded,
    async close() {
      await alone.close();
      await crowded.close();
    },
  };
}

const daysPass: WalkRequest = { name: 'days pass', document: '', as: 'ADMIN user of A', isMutation: true, daysPassTo: addDays(today, 3) };

/** Mutations as one who may make most of them; decisions as an operator too, some of the rest as the others. */
function asEveryoneInTurn(drafts: readonly Draft[]): WalkRequest[] {
  const others = principalsOfA.filter((name) => name !== 'ADMIN user of A');
  const next = (names: readonly PrincipalName[], index: number) => names[index % names.length] as PrincipalName;
  return drafts.flatMap((draft, index) => {
    if (!draft.isMutation) return as(next(principalsOfA, index), [draft]);
    const other = /"contractChangeId"/.test(draft.name) ? 'OPERATOR naming A' : index % 3 === 0 ? next(others, index / 3) : null;
    return [...as('ADMIN user of A', [draft]), ...(other === null ? [] : as(other, [draft]))];
  });
}

async function outcomeOf(world: World, request: WalkRequest): Promise<Outcome> {
  world.takeLog();
  world.takeStatements();
  if (request.prepare !== undefined) await world.database.superuserPool.query(request.prepare);
  if (request.isRepeated) await world.send(request);
  const answer = await world
    .send(request)
    .catch((error: Error): Answer => ({ status: 0, headers: '', body: `nothing, but ${error.message}` }));
  const statements = world.takeStatements();
  const hasWritten = statements.some(({ text }) => /\b(?:insert|update|delete)\b/i.test(text));
  const rows = hasWritten || request.prepare !== undefined ? await world.changedRows() : [];
  if (rows.length > 0) await world.restore([...new Set(rows.map(({ table }) => table))]);
  const told = `${answer.status}\n${answer.headers}\n${answer.body}`;
  const asked = new Set(canariesIn(JSON.stringify([request.variables, request.headers ?? {}])));
  const lines = (ofA: boolean) =>
    rows
      .filter(({ partner }) => (partner === 'A') === ofA)
      .map(({ table, partner, line }) => `${partner} ${table} ${withoutChance(line, isKnownKey)}`)
      .sort();
  return {
    answer: withoutChance(told, isKnownKey),
    changed: lines(true),
    changedElsewhere: lines(false),
    canaries: [
      // What A says itself may come back to it. The log holds nothing of what is said.
      ...canariesIn(told).filter((canary) => !asked.has(canary)),
      ...canariesIn(world.takeLog()).map((canary) => `${canary} in the log`),
    ],
    statements,
  };
}

/** What is wrong with what came of a request. */
function problemsOf({ name, as: principal }: WalkRequest, right: Outcome, outcome: Outcome, elsewhere: readonly string[]): string[] {
  const problems: string[] = [];
  if (outcome.canaries.length > 0) problems.push(`tells ${[...new Set(outcome.canaries)].slice(0, 5).join(', ')}`);
  if (outcome.answer !== right.answer)
    problems.push(`answers otherwise than where A is alone: ${difference(right.answer, outcome.answer)}`);
  if (outcome.changed.join('\n') !== right.changed.join('\n'))
    problems.push(
      `changes A's tables otherwise than where A is alone: ${difference(right.changed.join('\n'), outcome.changed.join('\n'))}`,
    );
  if (outcome.changedElsewhere.join('\n') !== elsewhere.join('\n'))
    problems.push(`changes tables of others: ${difference(elsewhere.join('\n'), outcome.changedElsewhere.join('\n'))}`);
  return problems.map((problem) => `${name}, as ${principal}: ${problem}`);
}

function difference(right: string, wrong: string): string {
  let at = 0;
  while (at < right.length && right[at] === wrong[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 80), at + 160);
  return `…${around(wrong)}… instead of …${around(right)}…`;
}

/** One of the two nets, or both. */
export type Nets = 'both' | 'predicates alone' | 'policies alone';

export async function setNets(world: World, nets: Nets): Promise<void> {
  await setPolicies(world, nets === 'predicates alone' ? 'off' : 'on', world.tables);
  world.rewriteWith(nets === 'policies alone' ? withoutAnyPredicate : null);
}

async function setPolicies(world: World, state: 'on' | 'off', tables: readonly string[]): Promise<void> {
  const verb = state === 'on' ? 'enable' : 'disable';
  await world.database.superuserPool.query(tables.map((table) => `alter table public.${table} ${verb} row level security`).join('; '));
}

/** What comes of requests where A is alone. */
export async function rightOutcomes({ alone, requests }: Walk): Promise<Outcomes> {
  const right = new Map<WalkRequest, Outcome>();
  for (const request of requests) right.set(request, await outcomeOf(alone, request));
  return right;
}

/** Sends requests where others are, and compares; with `known`, what came of them with both nets, others' tables too. */
export async function walk(
  { crowded }: Walk,
  requests: readonly WalkRequest[],
  right: Outcomes,
  known?: Outcomes,
): Promise<{ problems: string[]; outcomes: Outcomes }> {
  const problems: string[] = [];
  const outcomes = new Map<WalkRequest, Outcome>();
  for (const request of requests) {
    const outcome = await outcomeOf(crowded, request);
    outcomes.set(request, outcome);
    const elsewhere = known?.get(request)?.changedElsewhere ?? allowedElsewhere(request, outcome);
    problems.push(...problemsOf(request, right.get(request) as Outcome, outcome, elsewhere));
  }
  const left = await crowded.changedRows();
  if (left.length > 0) problems.push(`After all tables were changed: ${left[0]?.table} ${left[0]?.line}`);
  return { problems, outcomes };
}

/** An operator's decision on the one contract that C holds too is made there as well, and nowhere else; days pass for all. */
function allowedElsewhere(request: WalkRequest, { changedElsewhere }: Outcome): string[] {
  if (request.daysPassTo !== undefined) return changedElsewhere;
  if (!request.reachesOthers || !request.as.startsWith('OPERATOR')) return [];
  return changedElsewhere.filter((line) => /^C (contract_change|contract_change_decision|dashboard_row|audit_event) /.test(line));
}

/** A net with one mesh taken out while the other net is away. */
export type Removal = { removed: string; place: string; problem: string | null; requests: number };

/** All predicates that were seen in what was run. */
export function predicatesSeen(outcomes: Outcomes): Map<string, { predicate: Predicate; requests: WalkRequest[] }> {
  const seen = new Map<string, { predicate: Predicate; requests: WalkRequest[] }>();
  for (const [request, { statements }] of outcomes) {
    for (const predicate of statements.flatMap(predicatesOf)) {
      const entry = seen.get(predicate.key) ?? { predicate, requests: [] };
      seen.set(predicate.key, entry);
      if (entry.requests.at(-1) !== request) entry.requests.push(request);
    }
  }
  return seen;
}

// Read once and remembered for a while: only a new server reads it again.
const remembered = new Set(['findUserRole', 'partnerExists']);

/** Without policies and without one predicate: the first problem of those requests that run it. */
export async function removePredicate(
  walked: Walk,
  { predicate, requests }: { predicate: Predicate; requests: readonly WalkRequest[] },
  right: Outcomes,
  known: Outcomes,
  /** taken out with it */
  others: readonly Predicate[] = [],
): Promise<Removal> {
  const { crowded } = walked;
  await setNets(crowded, 'predicates alone');
  crowded.rewriteWith(withoutPredicates([predicate, ...others]));
  const problem = await firstProblem(walked, requests, right, known, remembered.has(predicate.function));
  await setNets(crowded, 'both');
  return { removed: predicate.key, place: predicate.place, problem, requests: requests.length };
}

/** Without predicates and without the policy of one table: the first problem of those requests that name the table. */
export async function removePolicy(walked: Walk, table: string, right: Outcomes, known: Outcomes): Promise<Removal> {
  const { crowded } = walked;
  const requests = [...known]
    .filter(([, { statements }]) => statements.some(({ text }) => new RegExp(`\\b${table}\\b`).test(text)))
    .map(([request]) => request);
  await setNets(crowded, 'policies alone');
  await setPolicies(crowded, 'off', [table]);
  const problem = await firstProblem(walked, requests, right, known, false);
  await setNets(crowded, 'both');
  return { removed: `policy of ${table}`, place: '', problem, requests: requests.length };
}

async function firstProblem(
  walked: Walk,
  requests: readonly WalkRequest[],
  right: Outcomes,
  known: Outcomes,
  needsNewServer: boolean,
): Promise<string | null> {
  for (const request of requests) {
    if (needsNewServer) await walked.crowded.restartServer();
    const { problems } = await walk(walked, [request], right, known);
    if (problems[0] !== undefined) return problems[0];
  }
  return null;
}
