import { expect } from '@jest/globals';
import { dateOf } from '../model/civil-day.ts';
import type { Book } from './book.model.ts';
import { same } from './difference.ts';
import { dashboard, history, products, summary, type Row, type Summary } from './book-view.model.ts';
import type { Features } from './features.ts';
import type { ImportWalk } from './import-walk.ts';
import type { StepPlan } from './world-plans.ts';

// What the API shows beside what the model shows: today, and as of some other days.

const terms = 'maxContacts emailLimit billingFrequency billingIntervalMonths subscriptionTermMonths mrr { amount currencyCode }';
const decision = '{ action decidedOn onBehalfOfCustomer }';
const totalsFields =
  'currencyCode currentMrr { amount } estimatedNewMrr { amount } renewedMrr { amount } pendingMrr { amount } atRiskMrr { amount }';
const summaryFields = `totalCount actionRequiredCount byStatus { status count } byType { type count } totals { ${totalsFields} }`;

const changeFields = (features: Features) => `id contract { externalId } type communicationOwner status statusReason effectiveDate
  customer { hubId name website } renewalStartDate renewalDeadline currentTerms { ${terms} } newTerms { ${terms} } lateCancellationRequest
  availableActions decision ${decision} ${features.has('late request') ? `lateRequest ${decision}` : ''}`;

const views = (features: Features) => `query ($one: Date!, $other: Date!) {
  today: upcomingContractChanges(first: 100) { nodes { ...Change } }
  summary: upcomingContractChangesSummary { ${summaryFields} }
  one: upcomingContractChanges(first: 100, asOf: $one) { nodes { ...Change } }
  summaryOfOne: upcomingContractChangesSummary(asOf: $one) { ${summaryFields} }
  other: upcomingContractChanges(first: 100, asOf: $other) { nodes { ...Change } }
  customers(first: 100) { nodes {
    products { product contract { externalId termStart renewalStartDate noticePeriodDays terms { ${terms} } } }
    contractChanges(first: 100) { nodes { ...Change } } } }
} fragment Change on ContractChange { ${changeFields(features)} }`;

const byKey = (rows: Row[]) => rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));

export async function compareWith(book: Book, walk: ImportWalk, { asOf }: StepPlan, features: Features): Promise<void> {
  const [one, other] = [chosenDay(book, features, asOf[0]!), chosenDay(book, features, asOf[1]!)];
  const { body } = await walk.server.query(views(features), { one: dateOf(one), other: dateOf(other) }, { token: walk.manager });
  expect(body.errors).toBeUndefined();
  const keys = await walk.changeKeys();
  type Node = Omit<Row, 'key'> & { id: string };
  const contractOf = (externalId: string) => externalId.slice(walk.prefix.length);
  // A row of another day than today has an ID of that day.
  const rows = (nodes: Node[], day = book.today) =>
    byKey(
      nodes.map(({ id, ...node }) => {
        const [change, ofDay] = id.replace('cch_', '').split('_');
        const key = (ofDay === (day === book.today ? undefined : dateOf(day)) && keys.get(change!)) || id;
        const found: Row = { ...node, key, contract: { externalId: contractOf(node.contract.externalId) } };
        return compared(found, features);
      }),
    );
  const modelled = (found: Row[]) => byKey(found.map((row) => compared(row, features)));
  const { data } = body;
  same('The dashboard', rows(data.today.nodes), modelled(dashboard(book)));
  for (const [name, day] of Object.entries({ one, other }))
    same(`The dashboard as of ${nameOf(book, day)}`, rows(data[name].nodes, day), modelled(dashboard(book, day)));
  type Subscribed = { product: string; contract: { externalId: string } };
  const customers = data.customers.nodes as { products: Subscribed[]; contractChanges: { nodes: Node[] } }[];
  same('The history', rows(customers.flatMap(({ contractChanges }) => contractChanges.nodes)), modelled(history(book)));
  const subscribed = customers
    .flatMap((each) => each.products)
    .map(({ product, contract }) => ({ product, ...contract, externalId: contractOf(contract.externalId) }));
  const byId = (all: { externalId: string }[]) =>
    all.map((each) => ({ key: each.externalId, ...each })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  same('The products', byId(subscribed), byId(products(book)));
  for (const [name, day] of [
    ['summary', book.today],
    ['summaryOfOne', one],
  ] as const) {
    const { totals, ...counts } = comparedSummary(inNumbers(data[name]), features);
    const { totals: expectedTotals, ...expected } = comparedSummary(summary(book, day), features);
    same(`The summary as of ${nameOf(book, day)}`, counts, expected);
    same(`The totals as of ${nameOf(book, day)}`, totals, expectedTotals);
  }
}

const nameOf = (book: Book, day: number) =>
  day === book.today ? 'today' : `a ${day < book.today ? 'past' : 'coming'} day (${dateOf(day)})`;

/** Mostly a day on which something begins or ends, or beside one. */
function chosenDay(book: Book, features: Features, pick: number): number {
  const dates = [...book.contracts.values()].flatMap((contract) =>
    book
      .lifeOf(contract)
      .changes.flatMap(({ on, notice, opened }) => [on, on + 1, on - notice, on - notice + 1, opened, opened - 1, on - 120]),
  );
  const known = dates.filter((day) => Math.abs(day - book.today) < 366);
  const chosen = pick % 3 === 0 || known.length === 0 ? book.today + (pick % 301) - 150 : known[pick % known.length]!;
  const begun = Math.max(...[...book.contracts.values()].map(({ rows }) => rows[0]!.day));
  return features.has('opening') ? chosen : Math.max(chosen, begun);
}

function compared(row: Row, features: Features): Row {
  return {
    ...row,
    ...(!features.has('new terms') && { newTerms: null as never }),
    ...(!features.has('decision') && { decision: null }),
    ...(!features.has('late request') && { lateRequest: null }),
  };
}

const inNumbers = (found: Omit<Summary, 'totals'> & { totals: Record<string, string | { amount: string }>[] }): Summary => ({
  ...found,
  totals: found.totals.map((each) =>
    Object.fromEntries(Object.entries(each).map(([name, value]) => [name, typeof value === 'string' ? value : Number(value.amount)])),
  ) as Summary['totals'],
});

function comparedSummary(found: Summary, features: Features): Summary {
  const sorted = <T extends { status: string }>(all: T[]) => all.toSorted((a, b) => (a.status < b.status ? -1 : 1));
  return {
    ...found,
    byStatus: features.has('status order') ? found.byStatus : sorted(found.byStatus),
    totals: features.has('totals') ? found.totals : [],
  };
}
