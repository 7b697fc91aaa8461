import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dateOf } from './civil-day.ts';
import { defaultColumns, hundredths, keyOf, type Role } from './dashboard.model.ts';
import { plans, steps, Walk, type Step } from './model-steps.ts';
import { countAudited, layOut, type Plan } from './model-world.ts';
import { startTestServer } from '../test-server.ts';
import { rowDifferences } from '../row-differences.ts';

// MODEL_RUNS=200 MODEL_SEED=7 searches further; a failure reports its seed and the path to its shortest form.
const runs = Number(process.env['MODEL_RUNS'] ?? 3);
const seed = Number(process.env['MODEL_SEED'] ?? 1);
const path = process.env['MODEL_PATH'];
const walkingMs = process.env['MODEL_RUNS'] === undefined ? 15_000 : runs * 60_000;
const shrinkingMs = 60_000;

const terms = 'maxContacts emailLimit billingFrequency billingIntervalMonths subscriptionTermMonths mrr { amount currencyCode }';
const change = `id contract { externalId } type effectiveDate
  customer { hubId name association { version } } communicationOwner communicationOwnerSource primaryContact { name } status statusReason
  lateCancellationRequest renewalStartDate renewalDeadline daysUntilEffective daysUntilDeadline lastDecisionDate daysUntilLastDecision nextCancellableRenewalDate currentTerms { ${terms} } newTerms { ${terms} }
  availableActions decision { action decidedOn onBehalfOfCustomer } lateRequest { action decidedOn onBehalfOfCustomer } version`;
const money = ['currentMrr', 'estimatedNewMrr', 'renewedMrr', 'pendingMrr', 'atRiskMrr'] as const;
const summaryFields = `totalCount actionRequiredCount byStatus { status count }
  totals { currencyCode ${money.map((name) => `${name} { amount }`).join(' ')} }`;
const everything = `query ($asOf: Date) {
  today: upcomingContractChanges(first: 100) { nodes { ${change} } }
  then: upcomingContractChanges(first: 100, asOf: $asOf) { nodes { ${change} } }
  summary: upcomingContractChangesSummary { ${summaryFields} }
  summaryThen: upcomingContractChangesSummary(asOf: $asOf) { ${summaryFields} }
  viewer { dashboardColumns { key } }
  customers(first: 100) { nodes { hubId name
    association { communicationOwner communicationOwnerSource primaryContact { name } version }
    products { product contract { externalId termStart renewalStartDate terms { ${terms} } } }
    contractChanges(first: 100) { nodes { ${change} } } } } }`;

type Row = { key: string } & Record<string, unknown>;

type SummaryAnswer = { totals: (Record<(typeof money)[number], { amount: string }> & { currencyCode: string })[] };
const inHundredths = ({ totals, ...summary }: SummaryAnswer) => ({
  ...summary,
  totals: totals.map((total) => ({
    currencyCode: total.currencyCode,
    ...Object.fromEntries(money.map((name) => [name, hundredths(total[name].amount)])),
  })),
});
const byKey = (rows: Row[]) => rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));

test(
  'the API gives the same answers as a small model of the rules, for random actions of partners and the operator while days pass',
  async () => {
    let endsAt = performance.now() + walkingMs;
    let firstFailure: number | undefined;
    await fc.assert(
      fc.asyncProperty(plans, steps, async (plan: Plan, all: Step[]) => {
        // A slow machine takes fewer walks. A failed walk gets time to shrink.
        if (performance.now() > endsAt) return;
        const server = await startTestServer({ businessDate: plan.today, config: { maxQueryCost: 1e9, costBucket: 1e12 } });
        try {
          const { model, accesses } = await layOut(server, plan);
          const walk = new Walk(server, model, accesses);
          await compare(walk, all[0]!);
          for (const step of all) {
            const { said, expected } = await walk.take(step);
            withSteps(walk, () => expect(said).toEqual(expected));
            await compare(walk, step);
          }
        } catch (error) {
          endsAt = Math.max(endsAt, (firstFailure ??= performance.now()) + shrinkingMs);
          throw error;
        } finally {
          await server.close();
        }
      }),
      {
        seed,
        numRuns: runs,
        ...(path !== undefined && { path }),
        endOnFailure: process.env['MODEL_SHRINK'] === 'off',
      },
    );
  },
  walkingMs + shrinkingMs + 60_000,
);

async function compare(walk: Walk, { pick, role: who }: Step): Promise<void> {
  const { server, model } = walk;
  const asOf = model.today + (pick % 161) - 40;
  for (const access of walk.accesses) {
    const role: Role = who === 'USER' ? 'MANAGER' : who;
    const { body } = await server.query(
      everything,
      { asOf: dateOf(asOf) },
      { token: access.keys[who], headers: who === 'OPERATOR' ? { 'x-partner-id': access.data.globalId } : {} },
    );
    withSteps(walk, () => expect(body.errors).toBeUndefined());
    const keys = new Map([...access.changeIds].map(([key, id]) => [id, key]));
    const keyed = ({ id: globalId, ...row }: Record<string, unknown>): Row => {
      const id = (globalId as string).split('_')[1]!;
      // Passing days opens renewals that the test did not lay out.
      const key =
        keys.get(id) ??
        keyOf((row['contract'] as { externalId: string }).externalId, row['type'] as string, row['effectiveDate'] as string);
      access.changeIds.set(key, id);
      return { key, ...row };
    };
    const { today, then, customers, summary, summaryThen, viewer } = body.data;
    const { partner } = access;
    withSteps(walk, () => {
      expect(byKey(today.nodes.map(keyed))).toEqual(byKey(model.dashboard(partner, role) as Row[]));
      expect({ asOf: dateOf(asOf), rows: byKey(then.nodes.map(keyed)) }).toEqual({
        asOf: dateOf(asOf),
        rows: byKey(model.dashboard(partner, role, asOf) as Row[]),
      });
      expect([inHundredths(summary), inHundredths(summaryThen)]).toEqual([model.summary(partner), model.summary(partner, asOf)]);
      const dates = today.nodes.map((row: { effectiveDate: string }) => row.effectiveDate);
      expect(dates).toEqual(dates.toSorted());
      const found = customers.nodes.map((customer: { contractChanges: { nodes: Record<string, unknown>[] } }) => ({
        ...customer,
        contractChanges: byKey(customer.contractChanges.nodes.map(keyed)),
      }));
      const expected = model
        .customers(partner, role)
        .map((customer) => ({ ...customer, contractChanges: byKey(customer['contractChanges'] as Row[]) }));
      expect(found).toEqual(
        expected.toSorted((a, b) => ((a as unknown as { name: string }).name < (b as unknown as { name: string }).name ? -1 : 1)),
      );
      const columns = viewer.dashboardColumns.map(({ key }: { key: string }) => key);
      expect(columns).toEqual(partner.columns.get(who === 'USER' ? who : 'PARTNER') ?? defaultColumns);
    });
    const differences = await rowDifferences(server.database.superuserPool, access.data.partnerId);
    const audited = (await countAudited(server, access)) - access.auditedBefore;
    withSteps(walk, () => {
      expect(differences).toEqual([]);
      expect({ audited }).toEqual({ audited: partner.audited });
    });
  }
}

/** Adds the walk's last steps to the message of a failure. */
function withSteps(walk: Walk, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(`After ${walk.history.slice(-12).join('\n')}\n${(error as Error).message}`, { cause: error });
  }
}
