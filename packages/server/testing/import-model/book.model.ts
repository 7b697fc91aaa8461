import type { Action, Terms, Type } from '../model/dashboard.model.ts';
import type { ChangeRow, CompanyRow, ContractRow } from './export-rows.ts';
import { rulesOf, type MetRule } from './met-rules.ts';
import { standingOn, standingRequestsOf, type Log } from './decision-log.model.ts';
import {
  lifeOf,
  monthsOf,
  nobodyTold,
  stateOf,
  type Announced,
  type Change,
  type Contract,
  type Life,
  type Told,
  type Upgrade,
} from './contract-life.model.ts';

// What a partner's book holds after imports and decisions, from domain.md alone. It keeps what was told and when; what follows from that is
// contract-life.model.ts's.

export type Customer = { hubId: string; name: string; website: string | null; imported: Record<string, unknown> };

export class Book {
  readonly customers = new Map<string, Customer>();
  readonly contracts = new Map<string, Contract>();
  /** which rules this world has met, for the proof that worlds meet all of them */
  readonly met = new Set<MetRule>();
  #recorded = 0;

  constructor(public today: number) {}

  lifeOf(contract: Contract): Life {
    return lifeOf(contract, this.today);
  }

  // --- imports: each answers how many rows are refused --------------------------------------------------------------

  /** Everything that one import tells is recorded at once. */
  beginImport(): void {
    this.#recorded += 1;
  }

  importCompanies(rows: readonly CompanyRow[]): number {
    for (const row of rows) {
      const customer = this.customers.get(row.hubId) ?? { hubId: row.hubId, name: row.name, website: null, imported: {} };
      this.customers.set(row.hubId, customer);
      if (!isNews(customer.imported, row)) continue;
      customer.name = row.name;
      if (row.website !== undefined) customer.website = row.website;
    }
    return 0;
  }

  importContracts(rows: readonly ContractRow[]): number {
    const known = rows.filter((row) => this.customers.has(row.hubId));
    for (const row of known) this.#importContract(row);
    return rows.length - known.length;
  }

  #importContract(row: ContractRow): void {
    const { externalId, hubId, product, anchor, term } = row;
    const isNew = !this.contracts.has(externalId);
    const contract: Contract = this.contracts.get(externalId) ?? {
      ...{ externalId, hubId, product, anchor, term, rows: [], imported: {}, endsOn: null, upgrades: [], renewals: new Map() },
    };
    this.contracts.set(externalId, contract);
    const before = { ...contract.imported };
    if (!isNews(contract.imported, row) && !isNew) return;
    const terms: Partial<Terms> = {
      ...(isNew && { maxContacts: null, emailLimit: null }),
      ...(row.maxContacts !== undefined && { maxContacts: row.maxContacts }),
      ...(row.emailLimit !== undefined && { emailLimit: row.emailLimit }),
      ...{ billingFrequency: row.billingFrequency, billingIntervalMonths: row.billingIntervalMonths, subscriptionTermMonths: term },
      mrr: { amount: row.amount, currencyCode: row.currencyCode },
    };
    const notice = row.notice === undefined ? null : (row.notice ?? 45);
    contract.rows.push({ day: this.today, recorded: this.#recorded, terms, notice });
    if (!isNew && notice !== null && notice !== (before['notice'] ?? 45)) this.met.add('26: another notice period');
    this.#followAutoRenew(contract, before['autoRenew'] ?? null, row.autoRenew ?? null);
    this.#followEnd(contract, before, row);
  }

  /** "Off" requests the cancellation of the open renewal once; "on" withdraws that request, and no other. */
  #followAutoRenew(contract: Contract, before: unknown, now: boolean | null): void {
    const { open, endedOn } = this.lifeOf(contract);
    if (now === null || open === null || (endedOn !== null && endedOn < this.today)) return;
    const deadline = open.on - open.notice;
    const log = this.#toldOf(contract, open.on).log;
    const recorded = this.#recorded;
    if (!now && before !== false) {
      const on = Math.min(this.today, deadline);
      log.lines.push({ action: 'REQUEST_CANCELLATION', on, recorded, source: 'AUTO_RENEW', onBehalfOfCustomer: false });
    }
    if (now && this.today <= deadline && standingRequestsOf(log, 'AUTO_RENEW', this.today).length > 0) {
      log.withdrawals.push({ on: this.today, recorded, isOfAutoRenew: true });
      this.met.add('19: auto-renew is on again');
    }
  }

  #followEnd(contract: Contract, before: Record<string, unknown>, row: ContractRow): void {
    const [endDate, status] = [row.endDate ?? null, row.status ?? null];
    if (endDate === (before['endDate'] ?? null) && status === (before['status'] ?? null)) return;
    if (endDate === null && (status === null || !/cancel|expired/i.test(status))) return;
    const on = endDate ?? this.today;
    if (on > this.today && !Number.isNaN(monthsOf(contract, on))) {
      const { open } = this.lifeOf(contract);
      if (open === null) return;
      const notice = open.on === on ? open.notice : this.lifeOf(contract).notice;
      this.#toldOf(contract, on).log.lines.push({
        ...{ action: 'REQUEST_CANCELLATION', on: Math.min(this.today, on - notice), recorded: this.#recorded },
        ...{ source: 'END_DATE', onBehalfOfCustomer: false },
      });
      this.met.add('25: an end on a renewal’s date');
    } else {
      contract.endsOn = Math.min(contract.endsOn ?? Infinity, on);
      this.met.add(on > this.today ? '25: an end that lies ahead' : endDate === null ? '25: ended by its status' : '25: ended by its date');
    }
  }

  importChanges(rows: readonly ChangeRow[]): number {
    const known = rows.filter((row) => this.contracts.has(row.contract));
    // History changed nothing: its terms are those before this file.
    const terms = new Map([...this.contracts.values()].map((contract) => [contract, this.lifeOf(contract).terms]));
    for (const row of known) this.#importChange(row, terms);
    return rows.length - known.length;
  }

  /** Does the contract's row tell the state of a day after this one? */
  isHistory(contract: Contract, on: number): boolean {
    return contract.rows.some((row) => row.day > on);
  }

  #importChange(row: ChangeRow, terms: ReadonlyMap<Contract, Terms>): void {
    const contract = this.contracts.get(row.contract)!;
    const { type, on } = row;
    const history = this.isHistory(contract, on) ? terms.get(contract)! : null;
    const told = type === 'RENEWAL' ? this.#renewalOf(contract, row, history) : this.#upgradeOf(contract, row, type, history);
    if (!isNews(told.imported, row)) return;
    const announced = announcedBy(told.imported);
    if (JSON.stringify(announced) !== JSON.stringify(told.announced)) [told.announced, told.announcedAt] = [announced, this.#recorded];
    this.#logCell(contract, told, on, type, 'ACCEPT', row.acceptedOn);
    this.#logCell(contract, told, on, type, 'REQUEST_CANCELLATION', row.cancellationRequestedOn);
  }

  #renewalOf(contract: Contract, { externalId, on }: ChangeRow, history: Terms | null): Told {
    const isKnown = contract.renewals.has(on) || this.lifeOf(contract).changes.some((each) => each.type === 'RENEWAL' && each.on === on);
    const told = this.#toldOf(contract, on);
    if (!isKnown) told.history = history;
    if (!isKnown && history !== null) this.met.add('25: a renewal that is history');
    told.externalId = externalId;
    return told;
  }

  #upgradeOf(contract: Contract, { externalId, on }: ChangeRow, type: Upgrade['type'], history: Terms | null): Told {
    const known = contract.upgrades.find((each) => each.externalId === externalId);
    if (known !== undefined) return known;
    const told: Upgrade = { ...nobodyTold(), externalId, type, on, history };
    contract.upgrades.push(told);
    if (history !== null) this.met.add('25: a change that is history');
    return told;
  }

  #logCell(
    contract: Contract,
    { log }: Told,
    effective: number,
    type: Type,
    action: 'ACCEPT' | 'REQUEST_CANCELLATION',
    on: number | null | undefined,
  ) {
    if (on == null || log.lines.some((line) => line.source === 'IMPORT' && line.action === action && line.on === on)) return;
    const before = this.lifeOf(contract);
    log.lines.push({ action, on, recorded: this.#recorded, source: 'IMPORT', onBehalfOfCustomer: false });
    const isKnown = effective < this.today && !this.isHistory(contract, effective);
    for (const rule of rulesOf({ type, effective, on, today: this.today, isKnown }, before, this.lifeOf(contract))) this.met.add(rule);
  }

  #toldOf({ renewals }: Contract, on: number): Told {
    const told = renewals.get(on) ?? nobodyTold();
    renewals.set(on, told);
    return told;
  }

  // --- decisions ----------------------------------------------------------------------------------------------------

  /** Changes that are there on a day: opened, and not behind the end of their contract. */
  visible(asOf = this.today): Change[] {
    return [...this.contracts.values()].flatMap((contract) => {
      const { changes, open, endedOn } = this.lifeOf(contract);
      const cancelledOn = open !== null && stateOf(open, asOf).isCancelled ? open.on : Infinity;
      const end = Math.min(endedOn ?? Infinity, cancelledOn);
      // What comes after an end that was told never comes; a day of the past shows what was not gone then.
      const told = asOf < this.today ? Infinity : (contract.endsOn ?? Infinity);
      return changes.filter(({ opened, on }) => opened <= asOf && on <= told && (end >= asOf || on <= end));
    });
  }

  isDecidable({ type, on, notice }: Change, day: number): boolean {
    return on - day >= (type === 'RENEWAL' ? notice : 1);
  }

  /** By a person, today: null, or the code of the refusal. */
  decide(
    key: string,
    action: Action,
    { forNextPossible, onBehalfOfCustomer }: { forNextPossible: boolean; onBehalfOfCustomer: boolean },
  ): string | null {
    const change = this.visible().find((each) => each.key === key);
    if (change === undefined) return 'NOT_FOUND';
    const isLate = stateOf(change, this.today).late !== null;
    if (!this.isDecidable(change, this.today)) {
      if (change.type !== 'RENEWAL' || change.from !== null) return 'ALREADY_EFFECTIVE';
      const isTaken = action === 'REQUEST_CANCELLATION' ? forNextPossible : action === 'WITHDRAW_CANCELLATION' && isLate;
      if (!isTaken) return 'DEADLINE_PASSED';
    }
    const log = change.type === 'RENEWAL' ? this.#toldOf(change.contract, change.on).log : change.told.log;
    this.#record(change, log, action, onBehalfOfCustomer);
    return null;
  }

  #record(change: Change, log: Log, action: Action, onBehalfOfCustomer: boolean): void {
    const on = this.today;
    const standing = standingOn(change.log, on);
    // What an import derived is not the person's request: an import would take it back.
    const isDerived = standing?.isCarried === true || standing?.source === 'AUTO_RENEW' || standing?.source === 'END_DATE';
    if (action === standing?.action && !isDerived) return;
    if (action === 'WITHDRAW_CANCELLATION' && standing?.action !== 'REQUEST_CANCELLATION') return;
    this.#recorded += 1;
    if (action !== 'REQUEST_CANCELLATION' && standing?.action === 'REQUEST_CANCELLATION')
      log.withdrawals.push({ on, recorded: this.#recorded, isOfAutoRenew: false });
    if (action !== 'WITHDRAW_CANCELLATION') log.lines.push({ action, on, recorded: this.#recorded, source: 'HAND', onBehalfOfCustomer });
  }
}

/** Does the row say, in the columns it has, something else than was imported last? Then that is kept. */
function isNews(imported: Record<string, unknown>, row: object): boolean {
  const news = Object.entries(row).filter(([column, value]) => (imported[column] ?? null) !== value);
  for (const [column, value] of news) imported[column] = value;
  return news.length > 0;
}

function announcedBy(imported: Record<string, unknown>): Announced {
  const { newMaxContacts, newEmailLimit, newTerm, newAmount } = imported as Partial<ChangeRow>;
  return {
    ...(newMaxContacts != null && { maxContacts: newMaxContacts }),
    ...(newEmailLimit != null && { emailLimit: newEmailLimit }),
    ...(newTerm != null && { subscriptionTermMonths: newTerm }),
    ...(newAmount != null && { amount: newAmount }),
  };
}
