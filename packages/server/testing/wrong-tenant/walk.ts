// Long: one walk through two worlds, what each request may change, and the removal of predicates and policies.
import type { GraphQLSchema } from 'graphql';
import { documentLimits } from '../../src/api/limits.ts';
import { addDays } from '../../src/calendar-date.ts';
import { globalId } from '../../src/graphql/global-id.ts';
import { canariesIn, partnerIds, text as textOf, withoutChance } from './canaries.ts';
import { Coverage } from './coverage.ts';
import { today } from './row-parts.ts';
import { predicatesOf, withoutAnyPredicate, withoutPredicates, type Predicate } from './predicates.ts';
import { linksOpened } from './link-requests.ts';
import {
  as,
  cursorsOfB,
  Generator,
  lastAdministrators,
  mutationNames,
  namingOthers,
  orderedPages,
  principalsOfA,
  removedContact,
  statusesOnOtherDays,
  type Draft,
} from './requests.ts';
import { tokensOf } from './selections.ts';
import type { Statement } from './statement-tap.ts';
import { createWorld, isKnownKey, type Answer, type PrincipalName, type WalkRequest, type World } from './world.ts';

/** Result of a request: the answer, the changes of tables, the canaries of others in answer and log, and the statements. */
export type Outcome = { answer: string; changed: string[]; changedElsewhere: string[]; canaries: string[]; statements: Statement[] };

/** The result of each request. */
export type Outcomes = ReadonlyMap<WalkRequest, Outcome>;

/** Two worlds, and the requests sent to each. In the world with A alone there is nothing to leak: its answers are the right ones. */
export type Walk = {
  faults: readonly string[];
  requests: readonly WalkRequest[];
  /** Whether the short form sends the request, too. */
  isInShortForm: (request: WalkRequest) => boolean;
  alone: World;
  crowded: World;
  close(): Promise<void>;
};

/** How much is sent. */
export type WalkLength =
  /** Everything, as every principal. */
  | 'long'
  /** Everything; the principals take turns. */
  | 'short'
  /** Everything as an ADMIN, but a third of the filters, and some of it as the others. */
  | 'quick';

export async function prepareWalk(schema: GraphQLSchema, length: WalkLength): Promise<Walk> {
  const mutations = mutationNames(schema);
  const [alone, crowded] = [await createWorld(['A'], mutations), await createWorld(['A', 'B', 'C'], mutations)];
  const first = new Generator(schema, new Map()).queries();
  const generator = new Generator(schema, await cursorsOfB(crowded, first));
  const queries = generator.queries();
  const drafts = [...queries, ...statusesOnOtherDays(queries), ...(await orderedPages(crowded, first)), ...generator.mutations()];
  const inTurn = asEveryoneInTurn(drafts, { someOfOthers: length === 'quick' ? 3 : 1 });
  const requests = length === 'long' ? principalsOfA.flatMap((principal) => as(principal, drafts)) : inTurn;
  const keyOf = ({ name, as: principal }: WalkRequest) => `${name}, as ${principal}`;
  const short = new Set(inTurn.map(keyOf));
  const onlyLong = new Set(requests.map(keyOf).filter((key) => !short.has(key)));
  return {
    faults: [...new Set(generator.faults), ...tooLarge(drafts)],
    requests: [
      ...requests,
      ...namingOthers(drafts),
      ...lastAdministrators(drafts),
      ...removedContact(drafts),
      daysPass,
      ...mailLeaves,
      ...linksOpened,
    ],
    isInShortForm: (request) => !onlyLong.has(keyOf(request)),
    alone,
    crowded,
    async close() {
      await alone.close();
      await crowded.close();
    },
  };
}

/** The server refuses a document with more tokens in both worlds: the comparison would see nothing. */
function tooLarge(drafts: readonly Draft[]): string[] {
  const names = new Map(drafts.map(({ document, name }) => [document, name]));
  return [...names].flatMap(([document, name]) => {
    const tokens = tokensOf(document);
    return tokens > documentLimits.tokens ? [`${name} has ${tokens} tokens, and the server allows ${documentLimits.tokens}.`] : [];
  });
}

const daysPass: WalkRequest = { name: 'days pass', document: '', as: 'ADMIN user of A', isMutation: true, daysPassTo: addDays(today, 3) };

// As A has it; and with all kinds, of all customers, in English.
const mail: WalkRequest = { name: 'reminders leave', document: '', as: 'ADMIN user of A', isMutation: true, sendsMail: 'sent' };
const mailLeaves: readonly WalkRequest[] = [
  mail,
  ...(['rejected', 'retried', 'held'] as const).map((sendsMail) => ({ ...mail, name: `reminders are ${sendsMail}`, sendsMail })),
  {
    ...mail,
    name: 'reminders of all kinds leave',
    prepare: `
      update reminder_settings set after_the_fact = true, customer_notices = true, deadline_offsets = '{120}', customer_offsets = '{120}', language = 'en'
      where partner_id = '${partnerIds.A}';
      update reminder_preference set after_the_fact = true, only_own_customers = false, language = null where partner_id = '${partnerIds.A}';
      update reminder_planning set planned_through = '${addDays(today, -60)}' where partner_id = '${partnerIds.A}';
      update reminder_mute set ended_at = '2021-05-01', ended_by = created_by where partner_id = '${partnerIds.A}' and ended_at is null`,
  },
];

/** They ask the same documents, with one of many values each. */
const isFilter = ({ name }: Draft) => name.includes('(filter: ');

/**
 * Principals take turns. An ADMIN, who may see and change most, sends each mutation and each new document; an operator sends decisions
 * too, and the others send some of the other mutations.
 */
function asEveryoneInTurn(drafts: readonly Draft[], { someOfOthers }: { someOfOthers: number }): WalkRequest[] {
  const documents = new Set<string>();
  const others = principalsOfA.filter((name) => name !== 'ADMIN user of A');
  const next = (names: readonly PrincipalName[], index: number) => names[index % names.length] as PrincipalName;
  return drafts.flatMap((draft, index) => {
    const isNew = documents.size < documents.add(draft.document).size;
    const isForOthers = index % someOfOthers === 0;
    const turn = Math.floor(index / someOfOthers);
    if (!draft.isMutation)
      return [
        ...(isForOthers || (!isNew && !isFilter(draft)) ? as(next(principalsOfA, turn), [draft]) : []),
        ...(isNew ? as('ADMIN user of A', [draft]) : []),
      ];
    const other = /"contractChangeId"/.test(draft.name) ? 'OPERATOR naming A' : turn % 3 === 0 ? next(others, turn / 3) : null;
    // Only a key without a user gets an error.
    if (draft.name.startsWith('Mutation.sendTestReminder')) return [...as('ADMIN user of A', [draft]), ...as('ADMIN key of A', [draft])];
    if (!isForOthers) return as('ADMIN user of A', [draft]);
    return [...as('ADMIN user of A', [draft]), ...(other === null ? [] : as(other, [draft]))];
  });
}

/** On a machine with much other work, a request may find no connection in time. That says nothing about partners. */
const isUnavailable = ({ status, body }: Answer) =>
  status === 503 || /"code":"(UNAVAILABLE|TIMEOUT)"|^no answer: timeout exceeded when trying to connect/.test(body);
const mostTries = 5;

async function outcomeOf(world: World, request: WalkRequest, coverage?: Coverage, tries = 1): Promise<Outcome> {
  world.takeLog();
  world.takeStatements();
  if (request.prepare !== undefined) await world.database.superuserPool.query(request.prepare);
  if (request.isRepeated) await world.send(request);
  const answer = await world
    .send(request)
    .catch((error: Error): Answer => ({ status: 0, headers: '', body: `no answer: ${error.message}` }));
  const isTriedAgain = tries < mostTries && isUnavailable(answer);
  if (!isTriedAgain) coverage?.add(request, answer);
  const statements = world.takeStatements();
  const hasWritten = statements.some(({ text }) => /\b(?:insert|update|delete)\b/i.test(text));
  const rows = hasWritten || request.prepare !== undefined ? await world.changedRows() : [];
  if (rows.length > 0) await world.restore([...new Set(rows.map(({ table }) => table))]);
  if (isTriedAgain) return await outcomeOf(world, request, coverage, tries + 1);
  const told = `${answer.status}\n${answer.headers}\n${withoutOtherPartner(request, answer.body)}`;
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
      // A's answer may contain its own input; the log must not.
      ...canariesIn(told).filter((canary) => !asked.has(canary)),
      ...canariesIn(world.takeLog()).map((canary) => `${canary} in the log`),
    ],
    statements,
  };
}

/** An operator is told that C got the decision too, by exactly this name. */
function withoutOtherPartner({ as: principal, reachesOthers }: WalkRequest, body: string): string {
  if (!reachesOthers || !principal.startsWith('OPERATOR')) return body;
  const named = [{ __typename: 'OtherPartner', id: globalId('Partner', partnerIds.C), name: textOf('C', 'partner') }];
  return body.replace(`"otherPartners":${JSON.stringify(named)}`, '"otherPartners":[]');
}

/** Differences between the result of a request and the right one. */
function problemsOf({ name, as: principal }: WalkRequest, right: Outcome, outcome: Outcome, elsewhere: readonly string[]): string[] {
  const problems: string[] = [];
  if (outcome.canaries.length > 0) problems.push(`reveals ${[...new Set(outcome.canaries)].slice(0, 5).join(', ')}`);
  if (outcome.answer !== right.answer)
    problems.push(`differs from the answer where A is alone: ${difference(right.answer, outcome.answer)}`);
  if (outcome.changed.join('\n') !== right.changed.join('\n'))
    problems.push(
      `changes A's tables in another way than where A is alone: ${difference(right.changed.join('\n'), outcome.changed.join('\n'))}`,
    );
  if (outcome.changedElsewhere.join('\n') !== elsewhere.join('\n'))
    problems.push(`changes tables of other partners: ${difference(elsewhere.join('\n'), outcome.changedElsewhere.join('\n'))}`);
  return problems.map((problem) => `${name}, as ${principal}: ${problem}`);
}

function difference(right: string, wrong: string): string {
  let at = 0;
  while (at < right.length && right[at] === wrong[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 80), at + 160);
  return `…${around(wrong)}… instead of …${around(right)}…`;
}

/** The two nets: predicates in statements, and row-level security policies. */
export type Nets = 'both' | 'predicates alone' | 'policies alone';

export async function setNets(world: World, nets: Nets): Promise<void> {
  await setPolicies(world, nets === 'predicates alone' ? 'off' : 'on', world.tables);
  world.rewriteWith(nets === 'policies alone' ? withoutAnyPredicate : null);
}

async function setPolicies(world: World, state: 'on' | 'off', tables: readonly string[]): Promise<void> {
  const verb = state === 'on' ? 'enable' : 'disable';
  // Each change makes the server plan its statements again.
  const { rows } = await world.database.superuserPool.query<{ name: string }>(
    'select relname as name from pg_class where oid = any (select to_regclass(name) from unnest($1::text[]) name) and relrowsecurity <> $2',
    [tables.map((table) => `public.${table}`), state === 'on'],
  );
  if (rows.length === 0) return;
  await world.database.superuserPool.query(rows.map(({ name }) => `alter table public.${name} ${verb} row level security`).join('; '));
}

/** Sends the requests in the world with A alone; reports what they cover. */
export async function rightOutcomes({ alone, requests }: Walk): Promise<{ right: Outcomes; coverage: Coverage }> {
  const right = new Map<WalkRequest, Outcome>();
  const coverage = new Coverage();
  for (const request of requests) right.set(request, await outcomeOf(alone, request, coverage));
  return { right, coverage };
}

/**
 * Sends requests in the world with others, and then compares the results; `known`, the results with both nets, also gives the expected changes
 * elsewhere. The right outcomes may come meanwhile.
 */
export async function walk(
  { crowded }: Walk,
  requests: readonly WalkRequest[],
  right: Outcomes | Promise<Outcomes>,
  known?: Outcomes,
): Promise<{ problems: string[]; outcomes: Outcomes }> {
  const outcomes = new Map<WalkRequest, Outcome>();
  for (const request of requests) outcomes.set(request, await outcomeOf(crowded, request));
  const left = await leftBehind(crowded);
  const expected = await right;
  const problems = [...outcomes].flatMap(([request, outcome]) => {
    const elsewhere = known?.get(request)?.changedElsewhere ?? allowedElsewhere(request, outcome);
    return problemsOf(request, expected.get(request) as Outcome, outcome, elsewhere);
  });
  return { problems: [...problems, ...left], outcomes };
}

async function leftBehind(world: World): Promise<string[]> {
  const changes = await world.changedRows();
  return changes.slice(0, 1).map(({ table, line }) => `A change is left after every request was undone: ${table} ${line}`);
}

/** An operator's decision on the contract that C holds too is recorded there as well, and nowhere else. Days pass for all partners. */
function allowedElsewhere(request: WalkRequest, { changedElsewhere }: Outcome): string[] {
  if (request.daysPassTo !== undefined) return changedElsewhere;
  if (!request.reachesOthers || !request.as.startsWith('OPERATOR')) return [];
  return changedElsewhere.filter((line) => /^C (contract_change|contract_change_decision|dashboard_row|audit_event) /.test(line));
}

/** One predicate or policy removed while the other net is off, and the first problem found. */
export type Removal = { removed: string; place: string; problem: string | null; requests: number };

/** All predicates of the statements that were run, with the requests that ran them. */
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

/** Without policies and without one predicate: the first problem of those requests that run it. The nets stay so until the next change. */
export async function removePredicate(
  walked: Walk,
  { predicate, requests }: { predicate: Predicate; requests: readonly WalkRequest[] },
  right: Outcomes,
  known: Outcomes,
  /** removed with it */
  others: readonly Predicate[] = [],
): Promise<Removal> {
  const { crowded } = walked;
  await setNets(crowded, 'predicates alone');
  crowded.rewriteWith(withoutPredicates([predicate, ...others]));
  const problem = await firstProblem(walked, requests, right, known);
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
  const problem = await firstProblem(walked, requests, right, known);
  await setPolicies(crowded, 'on', [table]);
  return { removed: `policy of ${table}`, place: '', problem, requests: requests.length };
}

async function firstProblem(walked: Walk, requests: readonly WalkRequest[], right: Outcomes, known: Outcomes): Promise<string | null> {
  const { crowded } = walked;
  await crowded.sortRows();
  for (const request of requests) {
    // Authentication is a part of each request, with the statement that lacks its predicate.
    crowded.forgetPrincipals();
    const { changedElsewhere } = known.get(request) as Outcome;
    const [problem] = problemsOf(request, right.get(request) as Outcome, await outcomeOf(crowded, request), changedElsewhere);
    if (problem !== undefined) return problem;
  }
  return (await leftBehind(crowded))[0] ?? null;
}
