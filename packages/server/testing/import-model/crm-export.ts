import { dateOf, dayOf, monthsAfter } from '../model/civil-day.ts';
import type { ChangeRow, CompanyRow, ContractRow } from './export-rows.ts';
import type { ChangePlan, ContractPlan, DecisionPlan, WorldPlan } from './world-plans.ts';

// The partner's CRM: what an export of a day holds. It knows the whole world from the beginning, and tells each thing from its day on.

export type Export = { companies: CompanyRow[]; contracts: ContractRow[]; changes: ChangeRow[] };

type CrmChange = { plan: ChangePlan; row: ChangeRow; acceptedAt: number | null; cancelledAt: number | null };

export class Crm {
  readonly start: number;
  readonly #contracts: { plan: ContractPlan; row: ContractRow; first: number }[];
  readonly #changes: CrmChange[];

  constructor(
    readonly plan: WorldPlan,
    { severalADay }: { severalADay: boolean },
  ) {
    this.start = dayOf(plan.start);
    this.#contracts = plan.contracts.map((each, index) => this.#contract(each, index));
    const seen = new Set<string>();
    this.#changes = plan.changes
      .map((each, index) => this.#change(each, index))
      .filter(({ row: { contract, type, on }, plan: { nth } }) => {
        // A new length of the term moves the dates after it: nothing is announced beyond.
        if (type === 'RENEWAL' && this.#termChange(contract) < nth) return false;
        const key = `${contract} ${type === 'RENEWAL' || severalADay ? type : ''} ${on}${type !== 'RENEWAL' && severalADay ? ` ${seen.size}` : ''}`;
        return !seen.has(key) && seen.add(key);
      });
  }

  #termChange(contract: string): number {
    const announced = this.plan.changes.filter((each) => this.#contractOf(each).row.externalId === contract && hasTerm(each));
    return Math.min(...announced.map(({ nth }) => nth));
  }

  #contract(plan: ContractPlan, index: number) {
    const first = monthsAfter(`${this.plan.start.slice(0, 7)}-01`, plan.monthsAhead);
    const [year, month] = dateOf(first).split('-').map(Number) as [number, number];
    // The anchor has its day of the month; the renewals are clamped.
    const months = year * 12 + month - 1 - plan.term * (Math.max(plan.passed, 0) + 1) + (plan.passed < 0 ? plan.term : 0);
    const anchorMonth = `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
    const lastDay = Number(dateOf(monthsAfter(`${anchorMonth}-01`, 1) - 1).slice(8));
    const anchor = `${anchorMonth}-${String(Math.min(plan.dayOfMonth, lastDay)).padStart(2, '0')}`;
    const row: ContractRow = {
      ...{ externalId: `K${index}`, hubId: String(1000 + plan.customer), product: `Product ${index}`, anchor, term: plan.term },
      ...{ billingFrequency: 'MONTHLY', billingIntervalMonths: 1, amount: `${plan.amount}00.00`, currencyCode: plan.currency },
      ...{ maxContacts: plan.hasContacts ? 1000 : null, emailLimit: null, autoRenew: true },
    };
    let renewal = plan.term;
    while (monthsAfter(anchor, renewal) < this.start) renewal += plan.term;
    return { plan, row, first: renewal };
  }

  #contractOf({ contract }: ChangePlan) {
    return this.#contracts[contract % this.#contracts.length]!;
  }

  #change(plan: ChangePlan, index: number): CrmChange {
    const { row, first } = this.#contractOf(plan);
    const { type } = plan;
    const renewal = monthsAfter(row.anchor, Math.max(first + (type === 'RENEWAL' ? plan.nth * row.term : 0), row.term));
    const on = type === 'RENEWAL' ? renewal : (plan.isByRenewal ? renewal : this.start) + plan.on;
    const change: ChangeRow = {
      ...{ externalId: `${index % 2 === 0 ? 'u' : 'U'}${(index * 7) % 10}`, contract: row.externalId, type, on },
      newMaxContacts: type === 'CONTACT_TIER_UPGRADE' ? plan.limit * 1000 : null,
      newEmailLimit: type === 'EMAIL_OVERAGE' ? plan.limit * 500 : null,
      newTerm: hasTerm(plan) ? plan.term : null,
      newAmount: plan.amount === null ? null : `${plan.amount}0.5`,
    };
    const decidedOn = (decision: DecisionPlan | null) => decision && on - decision.before;
    return { plan, row: change, acceptedAt: decidedOn(plan.accepted), cancelledAt: decidedOn(plan.cancelled) };
  }

  exportOn(day: number, features: { notice: boolean; ends: boolean }): Export {
    const contracts = this.#contracts
      .filter(({ plan }) => this.start + plan.from <= day)
      .map((each) => this.#contractOn(each, day, features));
    const changes = this.#changes.filter(({ plan }) => this.start + plan.from <= day).map((each) => changeOn(each, day));
    const companies = [...new Set(this.#contracts.map(({ row }) => row.hubId))].map((hubId) => ({
      ...{ hubId, name: `Customer ${hubId}`, website: hubId === '1000' ? null : `https://www.c${hubId}.example` },
    }));
    return { companies, contracts, changes };
  }

  #contractOn(
    { plan, row }: { plan: ContractPlan; row: ContractRow },
    day: number,
    { notice, ends }: { notice: boolean; ends: boolean },
  ): ContractRow {
    const now: ContractRow = { ...row };
    // Where a term's length changes the row says nothing new: which of the two it would mean is another question.
    if (this.#termChange(row.externalId) < Infinity) {
      now.autoRenew = null;
    } else {
      now.autoRenew = plan.startsOff === (plan.flips.filter((each) => this.start + each <= day).length % 2 === 1);
      const edits = plan.edits.map(({ on, amount }) => ({ on: this.start + on, terms: { amount: `${amount}00` } as Partial<ContractRow> }));
      const taken = plan.keepsUp ? this.#changes.filter((each) => each.row.contract === row.externalId && tookEffect(each, day)) : [];
      const all = [...edits, ...taken.map(({ row: change }) => ({ on: change.on + 1, terms: termsBy(change) }))];
      for (const { on, terms } of all.toSorted((a, b) => a.on - b.on)) if (on <= day) Object.assign(now, terms);
    }
    if (notice) now.notice = plan.otherNotice !== null && this.start + plan.otherNotice.on <= day ? plan.otherNotice.notice : plan.notice;
    if (ends) Object.assign(now, this.#endOn(plan, row, day));
    return now;
  }

  #endOn({ end }: ContractPlan, row: ContractRow, day: number): Partial<ContractRow> {
    if (end === null || this.start + end.told > day || this.#termChange(row.externalId) < Infinity)
      return { endDate: null, status: 'active' };
    if (end.how === 'status') return { endDate: null, status: 'canceled' };
    const isRenewal = (date: number) => renewalsOf(row).includes(date);
    let date = this.start + end.told + end.after;
    if (end.how === 'renewal') date = renewalsOf(row).find((each) => each > Math.max(date, this.start + end.told)) ?? date;
    // An end on a renewal's date that is told after it: domain.md leaves open which of its two sentences holds.
    else {
      date = Math.max(date, dayOf(row.anchor));
      while (isRenewal(date)) date -= 1;
    }
    return { endDate: date, status: 'active' };
  }
}

const renewalsOf = ({ anchor, term }: ContractRow) => Array.from({ length: 400 }, (_, index) => monthsAfter(anchor, term * (index + 1)));

const hasTerm = ({ type, term }: ChangePlan) => type === 'RENEWAL' && term !== null;

function changeOn({ plan, row, acceptedAt, cancelledAt }: CrmChange, day: number): ChangeRow {
  const toldOf = (decided: number | null, decision: DecisionPlan | null) => {
    if (decided === null || decision === null) return null;
    const { since, lag, moved } = decision;
    const from = since === 'decision' ? decided + lag : row.on + 1 + Math.max(lag, 0);
    if (day < from) return null;
    return moved !== null && day >= from + 25 ? decided + moved : decided;
  };
  const acceptedOn = toldOf(acceptedAt, plan.accepted);
  return {
    ...row,
    // A renewal is accepted before its date.
    acceptedOn: acceptedOn !== null && row.type === 'RENEWAL' ? Math.min(acceptedOn, row.on) : acceptedOn,
    cancellationRequestedOn: toldOf(cancelledAt, plan.cancelled),
  };
}

/** As far as the CRM knows on a day; renewals renew unless they were cancelled. */
function tookEffect(change: CrmChange, day: number): boolean {
  const { acceptedOn, cancellationRequestedOn, type, on } = changeOn(change, day);
  const isAccepted = acceptedOn != null && acceptedOn <= on;
  const isCancelled =
    cancellationRequestedOn != null && cancellationRequestedOn <= on && !(isAccepted && acceptedOn > cancellationRequestedOn);
  return on < day && !isCancelled && (isAccepted || type === 'RENEWAL');
}

const termsBy = ({ newAmount, newMaxContacts, newEmailLimit }: ChangeRow): Partial<ContractRow> => ({
  ...(newAmount != null && { amount: newAmount }),
  ...(newMaxContacts != null && { maxContacts: newMaxContacts }),
  ...(newEmailLimit != null && { emailLimit: newEmailLimit }),
});
