// Long: the model repeats the rules on its own, in one place.
import { dateOf, monthsAfter } from './civil-day.ts';

// The product in memory, written only from its rules in words: it imports no rule, column or statement. The API must give the
// same answers. The file is long so that the whole model can be read in one place.

export type Role = 'VIEWER' | 'MANAGER' | 'ADMIN' | 'OPERATOR';
export type Owner = 'VENDOR' | 'PARTNER';
export type Type = 'RENEWAL' | 'CONTACT_TIER_UPGRADE' | 'EMAIL_OVERAGE';
export type Action = 'ACCEPT' | 'REQUEST_CANCELLATION' | 'WITHDRAW_CANCELLATION';

export type Terms = {
  maxContacts: number | null;
  emailLimit: number | null;
  billingFrequency: string;
  billingIntervalMonths: number;
  subscriptionTermMonths: number;
  mrr: { amount: string; currencyCode: string };
};

export type Line = {
  action: 'ACCEPT' | 'REQUEST_CANCELLATION';
  on: number;
  /** the order of recording; decisions recorded at once share a number */
  recorded: number;
  onBehalfOfCustomer: boolean;
  takenBackOn: number | null;
};

/** The state of the decisions on a day. */
type State = {
  isAccepted: boolean;
  isCancelled: boolean;
  /** the decision that the status follows from */
  decision: Line | null;
  /** the latest standing request after the deadline */
  late: Line | null;
};

export type Change = {
  key: string;
  externalId: string | null;
  type: Type;
  contract: Contract;
  /** date from which the new terms apply */
  on: number;
  notice: number;
  /** the first day on which it is visible */
  opened: number;
  announced: Partial<Terms>;
  lines: Line[];
  isSettled: boolean;
  /** the terms before the change, once it is settled */
  from: Terms | null;
  version: number;
};

export type Contract = {
  externalId: string;
  customer: Customer;
  product: string;
  anchor: string;
  renewalMonths: number;
  termStartMonths: number;
  notice: number;
  terms: { since: number; terms: Terms }[];
  /** what is known of renewals before they open */
  announcements: { on: number; terms: Partial<Terms>; lines: Line[] }[];
  changes: Change[];
  endedOn: number | null;
};

export type Customer = {
  hubId: string;
  name: string;
  association: { number: number; owner: Owner | null; contact: string | null; version: number } | null;
  users: { name: string; isActive: boolean }[];
  contracts: Contract[];
};

export type Partner = {
  name: string;
  ownsAll: boolean;
  customers: Customer[];
  columns: Map<string, string[]>;
  /** expected number of lines in the audit trail */
  audited: number;
};

/** Amounts in hundredths. */
export type Totals = Record<'currentMrr' | 'estimatedNewMrr' | 'renewedMrr' | 'pendingMrr' | 'atRiskMrr', number> & {
  currencyCode: string;
};

export type Refusal = { code: string; renewalDeadline?: string; nextCancellableRenewalDate?: string | null; currentVersion?: number };
export type Answer = Refusal | null | 'FORBIDDEN';

const actionsOf = (role: Role, owner: Owner) => role === 'OPERATOR' || (owner === 'PARTNER' && (role === 'MANAGER' || role === 'ADMIN'));
const manages = (role: Role) => role === 'MANAGER' || role === 'ADMIN';

export const lockedColumns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
export const defaultColumns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'PRIMARY_CONTACT', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
export const optionalColumns = [
  ...['WEBSITE', 'HUB_ID', 'RENEWAL_START_DATE', 'MAX_CONTACTS', 'EMAIL_LIMIT'],
  ...['BILLING_FREQUENCY', 'SUBSCRIPTION_TERM', 'CURRENT_MRR', 'ESTIMATED_NEW_MRR'],
];

export class DashboardModel {
  constructor(
    public today: number,
    readonly partners: Partner[],
  ) {}

  // --- reads --------------------------------------------------------------------------------------------------------

  ownerOf(partner: Partner, customer: Customer): { owner: Owner; source: string } {
    if (customer.association?.owner != null) return { owner: customer.association.owner, source: 'MANUAL' };
    return partner.ownsAll ? { owner: 'PARTNER', source: 'PARTNER_SETTING' } : { owner: 'VENDOR', source: 'VENDOR_DEFAULT' };
  }

  /** Opened changes of active customers on a day, including past ones; none after the end of their contract. */
  visible(partner: Partner, asOf = this.today): Change[] {
    return partner.customers
      .filter((customer) => customer.association !== null)
      .flatMap((customer) => customer.contracts.flatMap((contract) => contract.changes))
      .filter((change) => change.opened <= asOf && !this.#isBehindTheEnd(change, asOf));
  }

  #isBehindTheEnd({ contract, on }: Change, asOf: number): boolean {
    if (contract.endedOn !== null) return contract.endedOn < asOf && on > contract.endedOn;
    const open = contract.changes.find((change) => change.type === 'RENEWAL' && !change.isSettled);
    return open !== undefined && open.on < asOf && on > open.on && stateOf(open, asOf).isCancelled;
  }

  dashboard(partner: Partner, role: Role, asOf = this.today): Record<string, unknown>[] {
    return this.visible(partner, asOf)
      .filter((change) => change.on - asOf >= 0 && change.on - asOf <= 120)
      .map((change) => this.row(partner, change, role, asOf));
  }

  row(partner: Partner, change: Change, role: Role, asOf = this.today): Record<string, unknown> {
    const { contract } = change;
    const { customer } = contract;
    const { owner, source } = this.ownerOf(partner, customer);
    const isRenewal = change.type === 'RENEWAL';
    const deadline = isRenewal ? change.on - change.notice : null;
    const lastDecision = deadline ?? change.on - 1;
    const { decision, late } = stateOf(change, asOf);
    return {
      key: change.key,
      customer: { hubId: customer.hubId, name: customer.name, association: { version: customer.association?.version } },
      contract: { externalId: contract.externalId },
      type: change.type,
      communicationOwner: owner,
      communicationOwnerSource: source,
      primaryContact: customer.association?.contact == null ? null : { name: customer.association.contact },
      ...this.status(change, asOf),
      lateCancellationRequest: late !== null,
      effectiveDate: dateOf(change.on),
      renewalStartDate: isRenewal ? dateOf(change.on) : null,
      renewalDeadline: deadline === null ? null : dateOf(deadline),
      daysUntilEffective: change.on - asOf,
      daysUntilDeadline: deadline === null ? null : deadline - asOf,
      lastDecisionDate: dateOf(lastDecision),
      daysUntilLastDecision: lastDecision - asOf,
      ...this.#terms(change, asOf),
      availableActions: this.available(partner, change, role),
      nextCancellableRenewalDate: this.#mayCancelLate(partner, change, role) ? this.#nextCancellable(change) : null,
      decision: shown(decision),
      lateRequest: shown(late),
      version: change.version,
    };
  }

  /** New terms: the current ones, then those of each earlier change that is going to be applied, then those of this one. */
  #terms(change: Change, asOf: number): { currentTerms: Terms; newTerms: Terms } {
    const { contract, from, announced } = change;
    if (from !== null && asOf > change.on) return { currentTerms: from, newTerms: { ...from, ...announced } };
    const currentTerms = termsOn(contract, asOf);
    const isAhead = (each: Change) => (asOf < this.today ? each.on >= asOf && each.opened <= asOf : !each.isSettled);
    const newTerms = contract.changes
      .filter((each) => isAhead(each) && inOrder(each, change, asOf) < 0)
      .filter((each) => (each.type === 'RENEWAL' ? !stateOf(each, asOf).isCancelled : stateOf(each, asOf).isAccepted))
      .toSorted((a, b) => inOrder(a, b, asOf))
      .reduce((terms, each) => ({ ...terms, ...each.announced }), currentTerms);
    return { currentTerms, newTerms: { ...newTerms, ...announced } };
  }

  customers(partner: Partner, role: Role): Record<string, unknown>[] {
    return partner.customers
      .filter((customer) => customer.association !== null)
      .map((customer) => {
        const { owner, source } = this.ownerOf(partner, customer);
        const { contact, version } = customer.association!;
        return {
          hubId: customer.hubId,
          name: customer.name,
          association: {
            communicationOwner: owner,
            communicationOwnerSource: source,
            primaryContact: contact === null ? null : { name: contact },
            version,
          },
          products: customer.contracts
            .filter((contract) => contract.endedOn === null)
            .map((contract) => ({
              product: contract.product,
              contract: {
                externalId: contract.externalId,
                termStart: dateOf(monthsAfter(contract.anchor, contract.termStartMonths)),
                renewalStartDate: dateOf(monthsAfter(contract.anchor, contract.renewalMonths)),
                terms: termsOn(contract, this.today),
              },
            }))
            .toSorted((a, b) => (a.product < b.product ? -1 : 1)),
          contractChanges: this.visible(partner)
            .filter((change) => change.contract.customer === customer)
            .map((change) => this.row(partner, change, role)),
        };
      });
  }

  summary(partner: Partner, asOf = this.today): Record<string, unknown> {
    const changes = this.visible(partner, asOf).filter((change) => change.on - asOf >= 0 && change.on - asOf <= 120);
    return {
      totalCount: changes.length,
      actionRequiredCount: changes.filter(
        (change) =>
          this.status(change, asOf).status === 'PENDING' &&
          isDecidable(change, asOf) &&
          this.ownerOf(partner, change.contract.customer).owner === 'PARTNER',
      ).length,
      byStatus: ['RENEWED', 'CONFIRMED', 'PENDING', 'CANCELLATION_REQUESTED'].map((status) => ({
        status,
        count: changes.filter((change) => this.status(change, asOf).status === status).length,
      })),
      totals: this.#totals(changes, asOf),
    };
  }

  /** A contract counts once: its MRR today, that after its latest change that happens (0 if its renewal is cancelled), its renewal's status. */
  #totals(changes: readonly Change[], asOf: number): Totals[] {
    const totals = new Map<string, Totals>();
    const inCurrency = (currencyCode: string) => {
      const none = { currencyCode, currentMrr: 0, estimatedNewMrr: 0, renewedMrr: 0, pendingMrr: 0, atRiskMrr: 0 };
      return totals.get(currencyCode) ?? totals.set(currencyCode, none).get(currencyCode)!;
    };
    for (const contract of new Set(changes.map((change) => change.contract))) {
      const inTurn = changes.filter((change) => change.contract === contract).toSorted((a, b) => inOrder(a, b, asOf));
      // A cancelled upgrade or overage changes nothing.
      const latest = inTurn.findLast((change) => change.type === 'RENEWAL' || !stateOf(change, asOf).isCancelled);
      const { currentTerms } = this.#terms(inTurn.at(-1)!, asOf);
      const newTerms = latest ? this.#terms(latest, asOf).newTerms : currentTerms;
      const renewal = inTurn.find(({ type }) => type === 'RENEWAL');
      const status = renewal && this.status(renewal, asOf).status;
      const mrr = hundredths(currentTerms.mrr.amount);
      const total = inCurrency(currentTerms.mrr.currencyCode);
      total.currentMrr += mrr;
      if (status === 'RENEWED') total.renewedMrr += mrr;
      if (status === 'PENDING') total.pendingMrr += mrr;
      if (status === 'CANCELLATION_REQUESTED') total.atRiskMrr += mrr;
      inCurrency(newTerms.mrr.currencyCode).estimatedNewMrr += status === 'CANCELLATION_REQUESTED' ? 0 : hundredths(newTerms.mrr.amount);
    }
    return [...totals.values()].toSorted((a, b) => (a.currencyCode < b.currencyCode ? -1 : 1));
  }

  status(change: Change, asOf: number): { status: string; statusReason: string } {
    const { isAccepted, isCancelled } = stateOf(change, asOf);
    if (isCancelled) return { status: 'CANCELLATION_REQUESTED', statusReason: 'CANCELLATION_REQUESTED' };
    if (isAccepted) return { status: change.type === 'RENEWAL' ? 'RENEWED' : 'CONFIRMED', statusReason: 'ACCEPTED' };
    return change.type === 'RENEWAL' && change.on - asOf < change.notice
      ? { status: 'RENEWED', statusReason: 'AUTO_RENEWED' }
      : { status: 'PENDING', statusReason: 'AWAITING_DECISION' };
  }

  /** Actions of this viewer that would change something today. A late request can be withdrawn until its renewal has passed. */
  available(partner: Partner, change: Change, role: Role): Action[] {
    if (!actionsOf(role, this.ownerOf(partner, change.contract.customer).owner)) return [];
    // A change shown on another day may be gone today.
    if (!this.visible(partner).includes(change)) return [];
    const { isAccepted, isCancelled, late } = stateOf(change, this.today);
    if (!isDecidable(change, this.today)) return late !== null && !change.isSettled ? ['WITHDRAW_CANCELLATION'] : [];
    if (isCancelled) return ['ACCEPT', 'WITHDRAW_CANCELLATION'];
    return isAccepted ? ['REQUEST_CANCELLATION'] : ['ACCEPT', 'REQUEST_CANCELLATION'];
  }

  #mayCancelLate(partner: Partner, change: Change, role: Role): boolean {
    if (!actionsOf(role, this.ownerOf(partner, change.contract.customer).owner) || !this.visible(partner).includes(change)) return false;
    const { isCancelled, late } = stateOf(change, this.today);
    return change.type === 'RENEWAL' && !change.isSettled && !isDecidable(change, this.today) && !isCancelled && late === null;
  }

  // --- writes -------------------------------------------------------------------------------------------------------

  #active(partner: Partner, hubId: string | null): Customer | undefined {
    return partner.customers.find((customer) => customer.hubId === hubId && customer.association !== null);
  }

  #edit(
    partner: Partner,
    role: Role,
    hubId: string | null,
    expectedVersion: number | null,
    edit: (association: NonNullable<Customer['association']>, customer: Customer) => Refusal | boolean,
  ): Answer {
    if (!manages(role)) return 'FORBIDDEN';
    const customer = this.#active(partner, hubId);
    if (!customer?.association) return { code: 'NOT_FOUND' };
    const { association } = customer;
    if (expectedVersion !== null && expectedVersion !== association.version)
      return { code: 'CONFLICT', currentVersion: association.version };
    const done = edit(association, customer);
    if (typeof done !== 'boolean') return done;
    if (done) {
      association.version += 1;
      partner.audited += 1;
    }
    return null;
  }

  setCommunicationOwner(partner: Partner, role: Role, hubId: string | null, owner: Owner | null, expectedVersion: number | null): Answer {
    return this.#edit(partner, role, hubId, expectedVersion, (association) => {
      if (association.owner === owner) return false;
      association.owner = owner;
      return true;
    });
  }

  setPrimaryContact(partner: Partner, role: Role, hubId: string | null, contact: string | null, expectedVersion: number | null): Answer {
    return this.#edit(partner, role, hubId, expectedVersion, (association, customer) => {
      if (contact !== null && !customer.users.some((user) => user.isActive && user.name === contact))
        return { code: 'CONTACT_NOT_IN_ACCOUNT' };
      if (association.contact === contact) return false;
      association.contact = contact;
      return true;
    });
  }

  bulkSetCommunicationOwner(partner: Partner, role: Role, hubIds: (string | null)[], owner: Owner | null): Answer[] | 'FORBIDDEN' {
    if (!manages(role)) return 'FORBIDDEN';
    return hubIds.map((hubId) => this.setCommunicationOwner(partner, role, hubId, owner, null));
  }

  endAssociation(partner: Partner, role: Role, hubId: string | null): Answer {
    if (role !== 'ADMIN') return 'FORBIDDEN';
    const customer = partner.customers.find((each) => each.hubId === hubId);
    if (!customer) return { code: 'NOT_FOUND' };
    if (customer.association) partner.audited += 1;
    customer.association = null;
    return null;
  }

  #associations = 0;

  resumeAssociation(partner: Partner, role: Role, hubId: string | null): Answer {
    if (role !== 'ADMIN') return 'FORBIDDEN';
    const customer = partner.customers.find((each) => each.hubId === hubId);
    if (!customer) return { code: 'NOT_FOUND' };
    if (customer.association) return null;
    partner.audited += 1;
    customer.association = { number: (this.#associations += 1), owner: null, contact: null, version: 1 };
    return null;
  }

  updateDashboardColumns(partner: Partner, role: Role, viewer: string, columns: string[]): Answer {
    if (role === 'OPERATOR') return 'FORBIDDEN';
    if (new Set(columns).size < columns.length) return { code: 'INVALID' };
    if (lockedColumns.some((key) => !columns.includes(key))) return { code: 'LOCKED_COLUMN' };
    if (partner.columns.get(viewer)?.join() !== columns.join()) partner.audited += 1;
    partner.columns.set(viewer, columns);
    return null;
  }

  updatePartnerSettings(partner: Partner, role: Role, ownsAll: boolean): Answer {
    if (role !== 'ADMIN') return 'FORBIDDEN';
    if (partner.ownsAll !== ownsAll) partner.audited += 1;
    partner.ownsAll = ownsAll;
    return null;
  }

  decide(
    partner: Partner,
    role: Role,
    key: string | null,
    action: Action,
    { expectedVersion = null as number | null, forNextPossible = false } = {},
  ): Answer {
    if (role === 'VIEWER') return 'FORBIDDEN';
    const change = this.visible(partner).find((each) => each.key === key);
    if (!change) return { code: 'NOT_FOUND' };
    if (!actionsOf(role, this.ownerOf(partner, change.contract.customer).owner)) return { code: 'NOT_COMMUNICATION_OWNER' };
    if (expectedVersion !== null && expectedVersion !== change.version) return { code: 'CONFLICT', currentVersion: change.version };
    const refusal = this.#refusal(change, action, forNextPossible);
    if (refusal) return refusal;
    this.#record(partner, change, action, role);
    if (role === 'OPERATOR') {
      for (const other of this.partners.filter((each) => each !== partner)) {
        // Renewals match by contract and date, other changes by their id.
        const same = this.visible(other).find(
          (each) =>
            each.contract.externalId === change.contract.externalId &&
            each.type === change.type &&
            (change.type === 'RENEWAL' ? each.on === change.on : change.externalId !== null && each.externalId === change.externalId),
        );
        if (same && !this.#refusal(same, action, forNextPossible)) this.#record(other, same, action, role);
      }
    }
    return null;
  }

  #refusal(change: Change, action: Action, forNextPossible: boolean): Refusal | null {
    if (isDecidable(change, this.today)) return null;
    if (change.type !== 'RENEWAL' || change.isSettled) return { code: 'ALREADY_EFFECTIVE' };
    if (action === 'REQUEST_CANCELLATION' && forNextPossible) return null;
    if (action === 'WITHDRAW_CANCELLATION' && stateOf(change, this.today).late !== null) return null;
    return {
      code: 'DEADLINE_PASSED',
      renewalDeadline: dateOf(change.on - change.notice),
      nextCancellableRenewalDate: this.#nextCancellable(change),
    };
  }

  /** Passes days on a copy of the contract, with today's decisions, until a renewal opens that can still be cancelled today. */
  #nextCancellable(change: Change): string | null {
    const contract: Contract = { ...change.contract, terms: [...change.contract.terms] };
    contract.changes = change.contract.changes.map((each) => ({
      ...{ ...each, contract },
      lines: each.lines.filter((line) => line.on <= this.today).map((line) => ({ ...line })),
    }));
    for (let day = this.today; contract.endedOn === null; day += 1) {
      const open = contract.changes.find((each) => each.type === 'RENEWAL' && !each.isSettled)!;
      if (open.on > change.on && open.on - open.notice >= this.today) return dateOf(open.on);
      // Separates the late request from later ones.
      for (const each of contract.changes) {
        if (each.type === 'RENEWAL' && each.on > change.on) each.lines = [];
      }
      this.#settle(contract, day + 1);
    }
    return null;
  }

  #recorded = 0;

  #record(partner: Partner, change: Change, action: Action, role: Role): void {
    const standing = standingOn(change, this.today)?.action ?? null;
    if (action === 'WITHDRAW_CANCELLATION' ? standing !== 'REQUEST_CANCELLATION' : standing === action) return;
    // What is dated ahead does not stand yet: an acceptance takes nothing of it back.
    if (action !== 'REQUEST_CANCELLATION' && standing === 'REQUEST_CANCELLATION') {
      for (const line of change.lines) if (line.action === 'REQUEST_CANCELLATION') line.takenBackOn ??= this.today;
    }
    this.#recorded += 1;
    if (action !== 'WITHDRAW_CANCELLATION') {
      const [on, recorded] = [this.today, this.#recorded];
      change.lines.push({ action, on, recorded, onBehalfOfCustomer: role !== 'OPERATOR', takenBackOn: null });
    }
    change.version += 1;
    partner.audited += 1;
  }

  // --- days ---------------------------------------------------------------------------------------------------------

  passTo(day: number): void {
    while (this.today < day) {
      this.today += 1;
      for (const { customers } of this.partners) {
        for (const contract of customers.flatMap((customer) => customer.contracts)) this.#settle(contract, this.today);
      }
    }
  }

  /** Settles the changes of the day before, in their order. */
  #settle(contract: Contract, today: number): void {
    if (contract.endedOn !== null) return;
    const due = contract.changes.filter((change) => !change.isSettled && change.on < today);
    for (const change of due.toSorted((a, b) => inOrder(a, b, today - 1))) {
      const { isAccepted, isCancelled } = stateOf(change, change.on);
      change.isSettled = true;
      change.from = termsOn(contract, today);
      if (change.type !== 'RENEWAL' && !isAccepted) continue;
      if (isCancelled) {
        contract.endedOn = change.on;
        continue;
      }
      const terms = { ...termsOn(contract, today), ...change.announced };
      contract.terms.push({ since: today, terms });
      if (change.type === 'RENEWAL') {
        contract.termStartMonths = contract.renewalMonths;
        contract.renewalMonths += terms.subscriptionTermMonths;
        openRenewal(contract, today, carriedOn(change));
      }
    }
  }
}

/** The contract's next renewal, with what is known of its date and the requests carried on to it. */
export function openRenewal(contract: Contract, opened: number, carried: Line[] = []): void {
  const on = monthsAfter(contract.anchor, contract.renewalMonths);
  const { terms = {}, lines = [] } = contract.announcements.find((each) => each.on === on) ?? {};
  contract.changes.push({
    key: keyOf(contract.externalId, 'RENEWAL', dateOf(on)),
    externalId: null,
    type: 'RENEWAL',
    contract,
    on,
    notice: contract.notice,
    opened,
    announced: terms,
    lines: [...lines, ...carried],
    isSettled: false,
    from: null,
    version: 1,
  });
}

export const keyOf = (contract: string, type: string, date: string) => `${contract} ${type} ${date}`;

function isDecidable({ type, on, notice }: Change, today: number): boolean {
  return on - today >= (type === 'RENEWAL' ? notice : 1);
}

/** What stands on a renewal's deadline, or on another change's date, stands for good. An acceptance after the deadline is still one. */
function stateOf(change: Change, asOf: number): State {
  const isRenewal = change.type === 'RENEWAL';
  const last = isRenewal ? change.on - change.notice : change.on;
  const inTime = standingOn(change, Math.min(asOf, last));
  if (inTime?.action === 'REQUEST_CANCELLATION') return { isAccepted: false, isCancelled: true, decision: inTime, late: null };
  const after = change.lines.filter((line) => isRenewal && line.action === 'ACCEPT' && line.on > last && line.on <= asOf);
  const accepted = inTime ?? after.toSorted((a, b) => a.on - b.on).at(-1) ?? null;
  const standing = isRenewal && asOf > last ? standingOn(change, asOf) : null;
  const late = standing?.action === 'REQUEST_CANCELLATION' ? standing : null;
  return { isAccepted: accepted !== null, isCancelled: false, decision: accepted, late };
}

/** Late requests count for a later renewal, unless an acceptance of their own renewal follows. */
function carriedOn({ lines, on, notice }: Change): Line[] {
  const isFollowed = (request: Line) => lines.some((line) => line.action === 'ACCEPT' && line.on > request.on);
  return lines
    .filter((line) => line.action === 'REQUEST_CANCELLATION' && line.on > on - notice && line.takenBackOn === null && !isFollowed(line))
    .toSorted((a, b) => a.on - b.on)
    .map((line) => ({ ...line }));
}

/** The order in which changes of a contract take effect: on one day that of their acceptance, and the renewal last. */
function inOrder(a: Change, b: Change, asOf: number): number {
  const renewalLast = Number(a.type === 'RENEWAL') - Number(b.type === 'RENEWAL');
  if (a.on !== b.on || renewalLast !== 0) return a.on - b.on || renewalLast;
  const [first, second] = [a, b].map((each) => {
    const { isAccepted, decision } = stateOf(each, asOf);
    return isAccepted && decision !== null ? decision : { on: Number.MAX_SAFE_INTEGER, recorded: 0 };
  }) as [Line, Line];
  const byCodePoint = (a.externalId ?? '') < (b.externalId ?? '') ? -1 : 1;
  return first.on - second.on || first.recorded - second.recorded || (a === b ? 0 : byCodePoint);
}

const shown = (line: Line | null) =>
  line && { action: line.action, decidedOn: dateOf(line.on), onBehalfOfCustomer: line.onBehalfOfCustomer };

export const hundredths = (amount: string) => Math.round(Number(amount) * 100);

/** The latest acceptance or unwithdrawn request; on one date cancellation wins. */
function standingOn({ lines }: Change, day: number): Line | null {
  const standing = lines.filter((line) => line.on <= day && (line.takenBackOn === null || line.takenBackOn > day));
  return standing.reduce<Line | null>((best, line) => {
    if (best === null || line.on > best.on) return line;
    return line.on === best.on && (line.action === 'REQUEST_CANCELLATION' || best.action === 'ACCEPT') ? line : best;
  }, null);
}

/** The terms on a day. Terms agreed for a day apply from the next day on. */
function termsOn({ terms }: Contract, day: number): Terms {
  return terms.findLast(({ since }) => since <= day)!.terms;
}
