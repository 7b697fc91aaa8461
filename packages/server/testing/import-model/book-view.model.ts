import type { Action, Terms } from '../model/dashboard.model.ts';
import { dateOf } from '../model/civil-day.ts';
import type { Book } from './book.model.ts';
import type { Line } from './decision-log.model.ts';
import { asSettled, changed, inOrder, stateOf, type Change } from './contract-life.model.ts';

// What the API shows of a book to a manager whose partner owns all conversations. From domain.md 2, 3, 4.3, 4.12, 4.24 and 4.26.

export type Row = {
  key: string;
  customer: { hubId: string; name: string; website: string | null };
  contract: { externalId: string };
  type: string;
  communicationOwner: string;
  status: string;
  statusReason: string;
  effectiveDate: string;
  renewalStartDate: string | null;
  renewalDeadline: string | null;
  currentTerms: Terms;
  newTerms: Terms;
  lateCancellationRequest: boolean;
  lateRequest: Decision | null;
  decision: Decision | null;
  availableActions: Action[];
};
type Decision = { action: string; decidedOn: string; onBehalfOfCustomer: boolean };
export type Totals = Record<'currentMrr' | 'estimatedNewMrr' | 'renewedMrr' | 'pendingMrr' | 'atRiskMrr', number> & {
  currencyCode: string;
};
export type Summary = {
  totalCount: number;
  actionRequiredCount: number;
  byStatus: { status: string; count: number }[];
  byType: { type: string; count: number }[];
  totals: Totals[];
};

const upcoming = (book: Book, asOf: number) => book.visible(asOf).filter(({ on }) => on >= asOf && on <= asOf + 120);

export const dashboard = (book: Book, asOf = book.today): Row[] => upcoming(book, asOf).map((change) => row(book, change, asOf));

export const history = (book: Book): Row[] => book.visible().map((change) => row(book, change, book.today));

function statusOf(change: Change, asOf: number): { status: string; statusReason: string } {
  const { isAccepted, isCancelled } = stateOf(change, asOf);
  const isRenewal = change.type === 'RENEWAL';
  if (isCancelled) return { status: 'CANCELLATION_REQUESTED', statusReason: 'CANCELLATION_REQUESTED' };
  if (isAccepted) return { status: isRenewal ? 'RENEWED' : 'CONFIRMED', statusReason: 'ACCEPTED' };
  if (isRenewal && change.on - asOf < change.notice) return { status: 'RENEWED', statusReason: 'AUTO_RENEWED' };
  return { status: 'PENDING', statusReason: 'AWAITING_DECISION' };
}

const shown = (line: Line | null): Decision | null =>
  line && { action: line.action, decidedOn: dateOf(line.on), onBehalfOfCustomer: line.onBehalfOfCustomer };

function row(book: Book, change: Change, asOf: number): Row {
  const { key, contract, type, on, notice } = change;
  const { hubId, name, website } = book.customers.get(contract.hubId)!;
  const { late, decision } = stateOf(change, asOf);
  const isRenewal = type === 'RENEWAL';
  return {
    ...{ key, type, customer: { hubId, name, website }, contract: { externalId: contract.externalId }, communicationOwner: 'PARTNER' },
    ...statusOf(change, asOf),
    effectiveDate: dateOf(on),
    renewalStartDate: isRenewal ? dateOf(on) : null,
    renewalDeadline: isRenewal ? dateOf(on - notice) : null,
    ...termsOf(book, change, asOf),
    lateCancellationRequest: late !== null,
    lateRequest: shown(late),
    decision: shown(decision),
    availableActions: available(book, change),
  };
}

/** Always of today: what another day shows may be gone. */
function available(book: Book, change: Change): Action[] {
  if (!book.visible().some(({ key }) => key === change.key)) return [];
  const { isAccepted, isCancelled, late } = stateOf(change, book.today);
  if (!book.isDecidable(change, book.today)) return late !== null && change.from === null ? ['WITHDRAW_CANCELLATION'] : [];
  if (isCancelled) return ['ACCEPT', 'WITHDRAW_CANCELLATION'];
  return isAccepted ? ['REQUEST_CANCELLATION'] : ['ACCEPT', 'REQUEST_CANCELLATION'];
}

/** Current terms are the contract's, for the past those that it had; new ones are those after the changes before this one, and after this one. */
function termsOf(book: Book, change: Change, asOf: number): { currentTerms: Terms; newTerms: Terms } {
  const { changes, terms } = book.lifeOf(change.contract);
  if (change.from !== null && asOf >= book.today)
    return { currentTerms: change.from, newTerms: changed(change.from, change.told.announced) };
  const ordered = changes.toSorted((a, b) => inOrder(a, b, asOf));
  const coming = ordered.filter(({ on, from }) => on >= asOf || (asOf >= book.today && from === null));
  // A renewal that had not opened then was not there to be expected.
  const ahead = coming.filter(({ opened }) => opened <= asOf);
  // The first of them that was settled tells the terms before: in the order of settling, which later decisions do not change. History was
  // told later, and knows less of that day.
  const isHistory = ({ told }: Change) => Number(told.history !== null);
  const first = coming.filter(({ from }) => from !== null).toSorted((a, b) => isHistory(a) - isHistory(b) || asSettled(a, b))[0];
  const currentTerms = first?.from ?? terms;
  let newTerms = currentTerms;
  for (const each of ahead.slice(
    0,
    ahead.findIndex(({ key }) => key === change.key),
  )) {
    const { isAccepted, isCancelled } = stateOf(each, asOf);
    const isComing = each.told.history === null && (each.type === 'RENEWAL' ? !isCancelled : isAccepted);
    if (isComing) newTerms = changed(newTerms, each.told.announced);
    if (isComing) book.met.add('24: terms after an earlier change');
  }
  return { currentTerms, newTerms: changed(newTerms, change.told.announced) };
}

export function summary(book: Book, asOf = book.today): Summary {
  const changes = upcoming(book, asOf).toSorted((a, b) => inOrder(a, b, asOf));
  const count = (values: readonly string[], of: (change: Change) => string) =>
    values.map((value) => ({ value, count: changes.filter((change) => of(change) === value).length }));
  const totals = new Map<string, Totals>();
  const inCurrency = (currencyCode: string) => {
    const none = { currencyCode, currentMrr: 0, estimatedNewMrr: 0, renewedMrr: 0, pendingMrr: 0, atRiskMrr: 0 };
    return totals.get(currencyCode) ?? totals.set(currencyCode, none).get(currencyCode)!;
  };
  for (const contract of new Set(changes.map((change) => change.contract))) {
    const ofContract = changes.filter((change) => change.contract === contract);
    const latest = row(book, ofContract.at(-1)!, asOf);
    const renewal = ofContract.find(({ type }) => type === 'RENEWAL');
    const status = renewal && statusOf(renewal, asOf).status;
    const current = latest.currentTerms.mrr;
    // A cancelled upgrade or overage changes nothing.
    const happening = ofContract.findLast((each) => each.type === 'RENEWAL' || statusOf(each, asOf).status !== 'CANCELLATION_REQUESTED');
    const next = happening ? row(book, happening, asOf).newTerms.mrr : current;
    const amount = Number(current.amount);
    const ofCurrency = inCurrency(current.currencyCode);
    ofCurrency.currentMrr += amount;
    inCurrency(next.currencyCode).estimatedNewMrr += status === 'CANCELLATION_REQUESTED' ? 0 : Number(next.amount);
    if (status === 'RENEWED') ofCurrency.renewedMrr += amount;
    if (status === 'PENDING') ofCurrency.pendingMrr += amount;
    if (status === 'CANCELLATION_REQUESTED') ofCurrency.atRiskMrr += amount;
  }
  return {
    totalCount: changes.length,
    actionRequiredCount: changes.filter((change) => statusOf(change, asOf).status === 'PENDING' && book.isDecidable(change, asOf)).length,
    byStatus: count(['RENEWED', 'CONFIRMED', 'PENDING', 'CANCELLATION_REQUESTED'], (change) => statusOf(change, asOf).status).map(
      ({ value, ...each }) => ({ status: value, ...each }),
    ),
    byType: count(['RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE'], ({ type }) => type).map(({ value, ...each }) => ({
      type: value,
      ...each,
    })),
    totals: [...totals.values()].toSorted((a, b) => (a.currencyCode < b.currencyCode ? -1 : 1)),
  };
}

export type Product = {
  product: string;
  externalId: string;
  noticePeriodDays: number;
  terms: Terms;
  termStart: string;
  renewalStartDate: string | null;
};

export function products(book: Book): Product[] {
  return [...book.contracts.values()].flatMap((contract) => {
    const { endedOn, terms, notice, termStart, open } = book.lifeOf(contract);
    if (endedOn !== null && endedOn < book.today) return [];
    const { externalId, product } = contract;
    const renewalStartDate = contract.endsOn === null && open !== null ? dateOf(open.on) : null;
    return [{ product, externalId, noticePeriodDays: notice, terms, termStart: dateOf(termStart), renewalStartDate }];
  });
}
