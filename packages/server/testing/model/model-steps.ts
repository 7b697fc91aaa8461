// Long: every step of the walks, with what the model says to it.
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { TestServer } from '../test-server.ts';
import { dateOf } from './civil-day.ts';
import {
  lockedColumns,
  optionalColumns,
  type Action,
  type Answer,
  type DashboardModel,
  type Owner,
  type Refusal,
  type Role,
} from './dashboard.model.ts';
import { announcements, type ContractPlan, type DecisionPlan, type PartnerAccess, type Plan } from './model-world.ts';

// A step is a few numbers, interpreted against the model when the step runs. So a sequence stays valid when steps are removed
// from it, and can shrink.

export type Step = {
  what: string;
  partner: number;
  role: keyof PartnerAccess['keys'];
  pick: number;
  value: number;
  version: number;
  isKeyed: boolean;
};

const rarely = { arbitrary: fc.constant('columns'), weight: 1 };

export const steps = fc.array(
  fc.record<Step>({
    what: fc.oneof(
      ...[...['owner', 'contact', 'bulk', 'settings', 'repeat'].map((what) => ({ arbitrary: fc.constant(what), weight: 2 })), rarely],
      { arbitrary: fc.constantFrom('end', 'resume'), weight: 3 },
      { arbitrary: fc.constantFrom('ACCEPT', 'REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION', 'FOR_NEXT_POSSIBLE'), weight: 14 },
      { arbitrary: fc.constant('days'), weight: 6 },
    ),
    partner: fc.nat({ max: 1 }),
    role: fc.constantFrom('VIEWER', 'MANAGER', 'MANAGER', 'ADMIN', 'ADMIN', 'OPERATOR', 'OPERATOR', 'USER'),
    pick: fc.nat(),
    value: fc.nat(),
    version: fc.nat({ max: 9 }),
    isKeyed: fc.boolean(),
  }),
  { minLength: 30, maxLength: 40, size: 'max' },
);

/** Days from a renewal's deadline, or from another change's date. */
const decisions = (inDays: readonly number[]) =>
  fc.oneof(
    { arbitrary: fc.constant<DecisionPlan[]>([]), weight: 1 },
    {
      arbitrary: fc.array(
        fc.record<DecisionPlan>({ action: fc.constantFrom('ACCEPT', 'REQUEST_CANCELLATION'), inDays: fc.constantFrom(...inDays) }),
        { minLength: 1, maxLength: 3 },
      ),
      weight: 1,
    },
  );
const aroundDeadline = [-10, 0, 1, 3, 3, 20, 40, 60];

const contractPlan = fc.record<ContractPlan>({
  anchor: fc.constantFrom('2024-01-31', '2024-02-29', '2023-08-31', '2025-03-15', '2023-11-30'),
  term: fc.constantFrom(1, 1, 3, 12),
  notice: fc.constantFrom(45, 45, 45, 0, 14),
  renewal: fc.nat({ max: announcements.length - 1 }),
  next: fc.nat({ max: announcements.length - 1 }),
  renewalDecisions: decisions(aroundDeadline),
  nextDecisions: decisions(aroundDeadline),
  changes: fc.array(
    fc.record({
      type: fc.constantFrom('CONTACT_TIER_UPGRADE' as const, 'EMAIL_OVERAGE' as const),
      inDays: fc.nat({ max: 130 }),
      terms: fc.nat({ max: announcements.length - 1 }),
      isShared: fc.boolean(),
      isWithFirst: fc.constantFrom(true, true, false),
      decisions: decisions([-40, -12, -1, 0, 1, 5]),
    }),
    { maxLength: 3 },
  ),
});

export const plans = fc.record<Plan>({
  today: fc.constantFrom('2025-12-16', '2027-12-31', '2026-01-31', '2026-11-22'),
  customers: fc
    .array(fc.array(contractPlan, { minLength: 1, maxLength: 2 }), { minLength: 3, maxLength: 3 })
    .map((all) => all.map((contracts, index) => ({ isShared: index !== 1, contracts }))),
});

/** Runs one step in the model and through the API, and returns both answers. */
export type Taken = { said: unknown; expected: unknown };

type Sent = { access: PartnerAccess; document: string; input: Record<string, unknown>; role: Step['role']; key: string; expected: unknown };

const errors = `userErrors { code ... on DeadlinePassedError { renewalDeadline nextCancellableRenewalDate } ... on ConflictError { currentVersion } }`;

export class Walk {
  #last: Sent | null = null;

  constructor(
    readonly server: TestServer,
    readonly model: DashboardModel,
    readonly accesses: PartnerAccess[],
  ) {}

  /** The steps so far, for the message of a failure. */
  readonly history: string[] = [];

  async take(step: Step): Promise<Taken> {
    const { model } = this;
    const access = this.accesses[step.partner]!;
    const other = this.accesses[1 - step.partner]!;
    const { partner } = access;
    const role: Role = step.role === 'USER' ? 'MANAGER' : step.role;
    const pick = <T>(all: readonly T[], by = step.pick) => all[by % all.length] as T;

    if (step.what === 'days') {
      // Often only a few days, so that walks hit deadlines exactly.
      const days = step.value % 3 === 0 ? step.pick % 41 : step.pick % 4;
      model.passTo(model.today + days);
      this.server.setBusinessDate(dateOf(model.today));
      this.history.push(`it is ${dateOf(model.today)}`);
      return { said: null, expected: null };
    }
    if (step.what === 'repeat') {
      const last = this.#last;
      if (last === null) return { said: null, expected: null };
      this.history.push('the same again with the same key');
      return { said: await this.#send(last), expected: last.expected };
    }
    if (step.what === 'settings') {
      const ownsAllTransactionalConversations = step.value % 2 === 0;
      const answer = model.updatePartnerSettings(partner, role, ownsAllTransactionalConversations);
      return await this.#mutate(step, access, 'updatePartnerSettings', errors, { ownsAllTransactionalConversations }, errorsOf(answer));
    }
    if (step.what === 'columns') {
      const chosen = [...lockedColumns, 'PRIMARY_CONTACT', ...optionalColumns].filter(
        (_, index) => ((step.pick >> index) & 1) === 1 || (index < lockedColumns.length && step.value % 4 > 0),
      );
      const columns = step.value % 7 === 0 ? [...chosen, ...chosen.slice(-1)] : step.value % 2 === 0 ? chosen.toReversed() : chosen;
      const viewer = step.role === 'USER' ? 'USER' : 'PARTNER';
      const answer = model.updateDashboardColumns(partner, role, viewer, columns);
      return await this.#mutate(step, access, 'updateDashboardColumns', errors, { columns }, errorsOf(answer));
    }

    const hubIds = [...partner.customers.map(({ hubId }) => hubId)];
    const idOf = (hubId: string | null) =>
      hubId === null ? `cus_${pick([...other.customerIds.values()])}` : `cus_${access.customerIds.get(hubId)}`;
    const owner = pick<Owner | null>(['PARTNER', 'VENDOR', 'PARTNER', null], step.value);
    if (step.what === 'bulk') {
      const wanted = [...hubIds, null].filter((_, index) => ((step.pick >> index) & 1) === 1);
      const answers = model.bulkSetCommunicationOwner(partner, role, wanted, owner);
      const expected = answers === 'FORBIDDEN' ? answers : { results: answers.map((each) => errorsOf(each)), userErrors: [] };
      const input = { customerIds: wanted.map(idOf), owner };
      return await this.#mutate(step, access, 'bulkSetCommunicationOwner', `results { ${errors} } ${errors}`, input, expected);
    }
    // Sometimes another partner's customer, which must not be found.
    const hubId = step.pick % 13 === 0 ? null : pick(hubIds);
    const customer = partner.customers.find((each) => each.hubId === hubId);
    const expectedVersion = versionOf(step, customer?.association?.version);
    const input = { customerId: idOf(hubId), ...(expectedVersion !== null && { expectedVersion }) };
    const association = `association { version communicationOwner primaryContact { name } } ${errors}`;
    const shown = () =>
      customer?.association && {
        version: customer.association.version,
        communicationOwner: model.ownerOf(partner, customer).owner,
        primaryContact: customer.association.contact === null ? null : { name: customer.association.contact },
      };
    if (step.what === 'owner') {
      const answer = model.setCommunicationOwner(partner, role, hubId, owner, expectedVersion);
      const expected = errorsOf(answer, () => ({ association: shown() }), { association: null });
      return await this.#mutate(step, access, 'setCommunicationOwner', association, { ...input, owner }, expected);
    }
    if (step.what === 'contact') {
      const known = partner.customers.flatMap((each) => each.users).map(({ name }) => name);
      const contact =
        step.value % 4 === 0
          ? null
          : step.value % 4 === 1
            ? pick(known, step.value)
            : (pick(customer?.users ?? [], step.value)?.name ?? null);
      const answer = model.setPrimaryContact(partner, role, hubId, contact, expectedVersion);
      const contactId = contact === null ? null : `cusr_${access.contactIds.get(contact)}`;
      const expected = errorsOf(answer, () => ({ association: shown() }), { association: null });
      return await this.#mutate(step, access, 'setPrimaryContact', association, { ...input, contactId }, expected);
    }
    if (step.what === 'end' || step.what === 'resume') {
      const answer = step.what === 'end' ? model.endAssociation(partner, role, hubId) : model.resumeAssociation(partner, role, hubId);
      const field = step.what === 'end' ? 'endAssociation' : 'resumeAssociation';
      return await this.#mutate(step, access, field, errors, { customerId: input.customerId }, errorsOf(answer));
    }

    const action: Action = step.what === 'FOR_NEXT_POSSIBLE' ? 'REQUEST_CANCELLATION' : (step.what as Action);
    const forNextPossible = step.what === 'FOR_NEXT_POSSIBLE';
    // Mostly a change on the dashboard; otherwise any change that ever existed, or another partner's.
    const onDashboard = model.dashboard(partner, role).map((row) => row['key'] as string);
    const all = [...access.changeIds.keys()];
    const isElses = step.value % 17 === 0;
    const key = isElses || all.length === 0 ? null : pick(step.value % 6 > 0 && onDashboard.length > 0 ? onDashboard : all);
    const id = key === null ? pick([...other.changeIds.values()]) : access.changeIds.get(key);
    const find = () => model.visible(partner).find((each) => each.key === key);
    const version = versionOf(step, find()?.version);
    const answer = model.decide(partner, role, key, action, { expectedVersion: version, forNextPossible });
    const field = {
      ACCEPT: 'acceptContractChange',
      REQUEST_CANCELLATION: 'requestCancellation',
      WITHDRAW_CANCELLATION: 'withdrawCancellation',
    }[action];
    const payload = `contractChange { status statusReason lateCancellationRequest availableActions version } ${errors}`;
    const shownChange = () => {
      const { status, statusReason, lateCancellationRequest, availableActions, version: now } = model.row(partner, find()!, role);
      return { contractChange: { status, statusReason, lateCancellationRequest, availableActions, version: now } };
    };
    const expected = errorsOf(answer, shownChange, { contractChange: null });
    const decision = {
      contractChangeId: `cch_${id}`,
      ...(forNextPossible && { forNextPossible }),
      ...(version !== null && { expectedVersion: version }),
    };
    return await this.#mutate(step, access, field, payload, decision, expected, key ?? 'of another partner');
  }

  async #mutate(
    step: Step,
    access: PartnerAccess,
    field: string,
    selection: string,
    input: Record<string, unknown>,
    expected: unknown,
    about = '',
  ): Promise<Taken> {
    const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input!`;
    const document = `mutation ($input: ${type}) { payload: ${field}(input: $input) { ${selection} } }`;
    const sent: Sent = { access, document, input, role: step.role, key: step.isKeyed ? randomUUID() : '', expected };
    this.history.push(`${access.partner.name}, ${step.role}: ${field} ${JSON.stringify(input)} ${about}`);
    const said = await this.#send(sent);
    this.#last = step.isKeyed && expected !== 'FORBIDDEN' ? sent : null;
    return { said, expected };
  }

  async #send({ access, document, input, role, key }: Sent): Promise<unknown> {
    const headers = { ...(key !== '' && { 'idempotency-key': key }), ...(role === 'OPERATOR' && { 'x-partner-id': access.data.globalId }) };
    const { body } = await this.server.query(document, { input }, { token: access.keys[role], headers });
    if (body.errors?.length === 1 && body.errors[0]!.extensions['code'] === 'FORBIDDEN') return 'FORBIDDEN';
    return body.errors ?? body.data.payload;
  }
}

/** None, the current one, or an outdated one. */
function versionOf({ version }: Step, now: number | undefined): number | null {
  return version < 6 || now === undefined ? null : version < 9 ? now : now - 1;
}

function errorsOf(answer: Answer, whenDone = (): object => ({}), whenRefused: object = {}): unknown {
  if (answer === 'FORBIDDEN') return answer;
  const refusals: Refusal[] = answer === null ? [] : [answer];
  return { ...(answer === null ? whenDone() : whenRefused), userErrors: refusals };
}
