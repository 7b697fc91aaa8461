import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildApiSchema } from '../../src/api/schema.ts';
import { canariesIn, partnerIds } from './canaries.ts';
import {
  predicatesSeen,
  prepareWalk,
  removePolicy,
  removePredicate,
  rightOutcomes,
  setNets,
  walk,
  type Outcomes,
  type Walk,
} from './walk.ts';

// As partner A, in every role: everything that the schema has, tried with what is B's and C's. The long form, in which everybody tries
// everything and each predicate and policy is taken away in turn, is packages/bench/src/isolation.bench.ts.

let walked: Walk;
let right: Outcomes;
let known: Outcomes;
beforeAll(async () => {
  walked = await prepareWalk(buildApiSchema(), { isLong: false });
  right = await rightOutcomes(walked);
}, 240_000);
afterAll(() => walked.close());

const few = (count: number) => walked.requests.filter((request, index) => index % count === 0 || request.daysPassTo !== undefined);

describe('the walk as the wrong tenant', () => {
  test('knows something to try for every field, argument and input of the schema', () => {
    expect(walked.faults).toEqual([]);
    const tried = walked.requests.map(({ document }) => document).join('\n');
    const { _queryType: query, _mutationType: mutation } = buildApiSchema().toConfig() as never as Record<string, { getFields(): object }>;
    const fields = [query, mutation].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(tried))).toEqual([]);
  });

  test('has something in every text and number of other partners by which it would be known', async () => {
    // Months and days that dates are counted from, words of a closed list, and what names the principal are no place for one.
    const numbers = ['notice_period_days', 'renewal_months', 'subscription_term_months', 'term_start_months'];
    const words = ['action', 'columns', 'currency_code', 'field', 'order_by', 'principal', 'source'];
    const plain = new Set([...numbers, ...words]);
    const { rows: columns } = await walked.crowded.database.superuserPool.query<{ table_name: string; column_name: string }>(
      `select table_name, column_name from information_schema.columns
       where table_schema = 'public' and table_name = any ($1) and is_generated = 'NEVER' and domain_name is null
         and data_type in ('text', 'integer', 'bigint', 'numeric', 'jsonb', 'ARRAY', 'character varying', 'double precision')`,
      [walked.crowded.tables],
    );
    const unknown: string[] = [];
    for (const { table_name: table, column_name: column } of columns) {
      if (plain.has(column.replace(/^(new|from|current|imported)_/, ''))) continue;
      const { rows } = await walked.crowded.database.superuserPool.query<{ values: string | null }>(
        `select string_agg(${column}::text, ' ') as values from ${table} where ${table === 'partner' ? 'id' : 'partner_id'} = $1`,
        [partnerIds.B],
      );
      if (canariesIn(rows[0]?.values ?? '').length === 0)
        unknown.push(`${table}.${column}: give it a canary in testing/wrong-tenant/partner-rows.ts`);
    }
    expect(unknown).toEqual([]);
  });

  test('finds nothing of others, and answers to their ids as if there were no others', async () => {
    await setNets(walked.crowded, 'both');
    const { problems, outcomes } = await walk(walked, walked.requests, right);
    known = outcomes;
    expect(problems).toEqual([]);
    // What an operator decides on a contract that another partner holds too is decided there: so the exception is tried as well.
    expect([...outcomes].some(([{ reachesOthers }, { changedElsewhere }]) => reachesOthers && changedElsewhere.length > 0)).toBe(true);
  }, 240_000);

  test.each(['predicates alone', 'policies alone'] as const)(
    'finds nothing with the %s',
    async (nets) => {
      await setNets(walked.crowded, nets);
      expect((await walk(walked, few(12), right, known)).problems).toEqual([]);
      await setNets(walked.crowded, 'both');
    },
    240_000,
  );

  test.each(['findUpcoming', 'findCustomersBy', 'findTimelinesOf', 'lockAssociation', 'claimIdempotencyKey'])(
    'would find out if %s did not name the partner and there were no policies',
    async (name) => {
      const predicate = [...predicatesSeen(known).values()].find((each) => each.predicate.function === name);
      expect(await removePredicate(walked, predicate!, right, known)).toMatchObject({ problem: expect.any(String) });
    },
    60_000,
  );

  test.each(['customer', 'dashboard_row', 'saved_view', 'audit_event'])(
    'would find out if %s had no policy and nothing named the partner',
    async (table) => expect(await removePolicy(walked, table, right, known)).toMatchObject({ problem: expect.any(String) }),
    60_000,
  );
});
