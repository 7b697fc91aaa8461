import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { mayDecide } from '../access/role.rules.ts';
import { daysBetween, type CalendarDate } from '../calendar-date.ts';
import { communicationOwner, type CommunicationOwner } from '../customer/communication-owner.rules.ts';
import { inOrder } from '../database/in-order.ts';
import { partnerSetting, type PartnerTransaction } from '../database/transaction.ts';
import { conflict, inputError, notFound } from '../graphql/user-error.ts';
import type { DeadlinePassedError, UserError } from '../graphql/user-error.type.ts';
import { lockAssociation } from '../customer/customer-lock.queries.ts';
import { holdOffDays } from '../partner/partner-record.queries.ts';
import { refreshDashboardRows, visibleChangesSql } from './dashboard-row.queries.ts';
import { appendDecisions, reviseChanges } from './decision-log.queries.ts';
import { findNextCancellableRenewal } from './next-cancellable-renewal.queries.ts';
import {
  decisionState,
  isDecidable,
  isDerived,
  standingDecision,
  type ContractChangeAction,
  type ContractChangeType,
  type Decision,
} from './contract-change.rules.ts';

export type DecisionRequest = {
  contractChangeId: string | null;
  action: ContractChangeAction;
  expectedVersion: number | null;
  /** a cancellation that is too late for this renewal counts for the first later one whose deadline it meets */
  forNextPossible: boolean;
};

type OpenChange = {
  id: string;
  customer_id: string;
  hub_id: string | null;
  external_id: string | null;
  contract_external_id: string;
  type: ContractChangeType;
  effective_date: CalendarDate;
  renewal_deadline: CalendarDate | null;
  notice_period_days: number;
  settled_on: CalendarDate | null;
  version: number;
  anchor_date: CalendarDate;
  renewal_months: number;
  subscription_term_months: number;
  contract_id: string;
  contract_notice_days: number;
  owns_all: boolean;
  partner_name: string;
};

/** Another partner that got an operator's decision. */
export type OtherPartner = { id: string; name: string };

export type DecisionOutcome = Outcome<'contractChange'> & { otherPartners?: readonly OtherPartner[] };

/** Records the customer's decision, dated today. A decision that already stands is not recorded again. */
export async function recordDecision(write: Write, request: DecisionRequest): Promise<DecisionOutcome> {
  const seen = await findVisibleChange(write.tx, request.contractChangeId);
  if (seen && write.viewer.role === 'OPERATOR') await lockForAllPartners(write.tx, seen, write.today);
  const association = seen && (await lockAssociation(write.tx, seen.customer_id));
  // Another transaction may have recorded a decision while this one waited for the lock.
  const change = association && (await findVisibleChange(write.tx, request.contractChangeId));
  if (!change || !association) return failed(notFound('contract change', 'contractChangeId'));
  const owner = communicationOwner(association.owner, change.owns_all);
  const error = await refusal(write, request, change, owner);
  if (error !== null) return failed(error);
  await append(write, change, request);
  const otherPartners = write.viewer.role === 'OPERATOR' ? await recordForOtherPartners(write, change, request) : [];
  return { contractChangeId: change.id, otherPartners, userErrors: [] };
}

/** A change that is visible to the partner now, with its contract. */
async function findVisibleChange(tx: PartnerTransaction, id: string | null): Promise<OpenChange | null> {
  const { rows } = await tx.query<OpenChange>(
    `/* findVisibleChange */ select change.*, contract.external_id as contract_external_id, contract.anchor_date,
       (select hub_id from customer where customer.partner_id = change.partner_id and customer.id = change.customer_id) as hub_id,
       contract.renewal_months, contract.subscription_term_months, contract.notice_period_days as contract_notice_days,
       partner.owns_all_transactional_conversations as owns_all, partner.name as partner_name
     from (${visibleChangesSql('$1')}) change
     join contract on contract.partner_id = change.partner_id and contract.id = change.contract_id
     join partner on partner.id = change.partner_id
     where change.id = $2`,
    [tx.partnerId, id],
  );
  return rows[0] ?? null;
}

async function logOf(tx: PartnerTransaction, changeId: string): Promise<Decision[]> {
  const { rows } = await tx.query<Decision>(
    `/* logOf */ select decision.action, decision.decided_on as "decidedOn", decision.source from contract_change_decision decision
     where decision.partner_id = $1 and decision.contract_change_id = $2 order by decision.sequence`,
    [tx.partnerId, changeId],
  );
  return rows;
}

async function refusal(
  { tx, viewer, today }: Write,
  request: DecisionRequest,
  change: OpenChange,
  owner: CommunicationOwner,
): Promise<UserError | null> {
  if (!mayDecide(viewer.role, owner)) {
    const message = 'The vendor talks to this customer. Make the partner the communication owner first, then record the decision.';
    return inputError('NOT_COMMUNICATION_OWNER', message, 'contractChangeId');
  }
  if (request.expectedVersion !== null && request.expectedVersion !== change.version) return conflict(change.version);
  const daysUntilEffective = daysBetween(today, change.effective_date);
  const isSettled = change.settled_on !== null;
  if (!isSettled && isDecidable({ type: change.type, daysUntilEffective, noticePeriodDays: change.notice_period_days })) return null;
  if (change.type !== 'RENEWAL' || isSettled || change.renewal_deadline === null) {
    return inputError(
      'ALREADY_EFFECTIVE',
      `This change takes effect on ${change.effective_date}. It is too late for a decision.`,
      'contractChangeId',
    );
  }
  // A late request counts for later renewals, and can be withdrawn.
  const { hasLateCancellation, isCancelled } = decisionState(
    await logOf(tx, change.id),
    { deadline: change.renewal_deadline, effectiveDate: change.effective_date },
    today,
  );
  if (request.action === 'REQUEST_CANCELLATION' && request.forNextPossible) return null;
  if (request.action === 'WITHDRAW_CANCELLATION' && hasLateCancellation) return null;
  // After a timely cancellation the contract ends on this renewal's date.
  const next = isCancelled ? null : await findNextCancellableRenewal(tx, change, today);
  return {
    type: 'DeadlinePassedError',
    code: 'DEADLINE_PASSED',
    message: `The last day to decide on this renewal was ${change.renewal_deadline}.${request.action === 'REQUEST_CANCELLATION' && next !== null ? ` The next one that can be cancelled is that of ${next}.` : ''}`,
    field: ['input', 'contractChangeId'],
    renewalDeadline: change.renewal_deadline,
    nextCancellableRenewalDate: next,
  } as DeadlinePassedError;
}

/** Returns whether anything was recorded. */
async function append(write: Write, change: OpenChange, { action }: DecisionRequest): Promise<boolean> {
  const { tx, today, actor, viewer } = write;
  const decision = standingDecision(await logOf(tx, change.id), today);
  const standing = decision?.action ?? null;
  const onBehalfOfCustomer = viewer.role !== 'OPERATOR';
  const lines: ContractChangeAction[] =
    action === 'WITHDRAW_CANCELLATION'
      ? standing === 'REQUEST_CANCELLATION'
        ? [action]
        : []
      : standing === action && !isDerived(decision!)
        ? []
        : // An import withdraws what it requested itself, so a user's request is recorded beside it.
          // On one date cancellation wins, so an acceptance withdraws the request first.
          action === 'ACCEPT' && standing === 'REQUEST_CANCELLATION'
          ? ['WITHDRAW_CANCELLATION', 'ACCEPT']
          : [action];
  // Withdrawing the request can make an earlier acceptance stand again.
  if (lines.length === 0) return false;
  await inOrder(
    appendDecisions(tx, {
      sql: `select $2::uuid as contract_change_id, line.action, $4::date as decided_on, $5 as recorded_by,
        $6::boolean as on_behalf_of_customer, 'MANUAL' as source, now() as recorded_at, line.position
      from unnest($3::contract_change_action[]) with ordinality line(action, position)`,
      values: [change.id, lines, today, actor.name, onBehalfOfCustomer],
    }),
    reviseChanges(tx, { sql: 'select $2::uuid as contract_change_id', values: [change.id] }),
    recordAuditEvent(write, {
      action,
      customerId: change.customer_id,
      contractChangeId: change.id,
      onBehalfOfCustomer,
      before: { decision: standing },
      after: { decision: action === 'WITHDRAW_CANCELLATION' ? null : action },
    }),
    refreshDashboardRows(tx, { customerIds: [change.customer_id] }),
  );
  return true;
}

/** Locks all partners in the same order, so that concurrent operators cannot deadlock. */
async function lockForAllPartners(tx: PartnerTransaction, change: OpenChange, today: CalendarDate): Promise<void> {
  await inEachHolder(tx, change, async (there) => {
    const same = await findSameChange(there, change);
    // Rows of the day before do not count the decision, and days that pass meanwhile would not derive them again.
    if (same) await holdOffDays(there, today);
    if (same) await lockAssociation(there, same.customer_id);
  });
}

/** The vendor's operator speaks for the customer, so every partner with the same contract and change gets the decision. */
async function recordForOtherPartners(write: Write, change: OpenChange, request: DecisionRequest): Promise<OtherPartner[]> {
  const changed: OtherPartner[] = [];
  await inEachHolder(write.tx, change, async (tx) => {
    if (tx.partnerId === write.tx.partnerId) return;
    const there: Write = { ...write, tx };
    const same = await findSameChange(tx, change);
    const theirs = same && (await findVisibleChange(tx, same.id));
    if (theirs && (await refusal(there, { ...request, expectedVersion: null }, theirs, 'PARTNER')) === null) {
      if (await append(there, theirs, request)) changed.push({ id: tx.partnerId, name: theirs.partner_name });
    }
  });
  return changed;
}

/**
 * Runs work in the context of each partner that holds the contract of the customer, one after another in this transaction. External IDs
 * agree by chance, so the Hub ID must agree too: a customer without one is nobody else's.
 */
async function inEachHolder(tx: PartnerTransaction, change: OpenChange, work: (there: PartnerTransaction) => Promise<void>): Promise<void> {
  const { rows } = await tx.query<{ partner_id: string }>(
    '/* inEachHolder */ select partner_id from partners_holding_contract($1, $2) order by partner_id',
    [change.contract_external_id, change.hub_id],
  );
  for (const { partner_id: partnerId } of rows) {
    await enterContext(tx, partnerId);
    await work(Object.assign(Object.create(tx) as PartnerTransaction, { partnerId }));
  }
  await enterContext(tx, tx.partnerId);
}

async function enterContext(tx: PartnerTransaction, partnerId: string): Promise<void> {
  await tx.query(`/* enterContext */ ${partnerSetting(partnerId)}`);
}

/** The same change has the same Hub ID, contract, type and effective date, and unless it is a renewal the same external ID. */
async function findSameChange(tx: PartnerTransaction, change: OpenChange): Promise<{ id: string; customer_id: string } | null> {
  const { rows } = await tx.query<{ id: string; customer_id: string }>(
    `/* findSameChange */ select change.id, change.customer_id
     from contract_change change join contract on contract.partner_id = change.partner_id and contract.id = change.contract_id
       join customer on customer.partner_id = change.partner_id and customer.id = change.customer_id
     where change.partner_id = $1 and contract.external_id = $2 and change.type = $3 and change.effective_date = $4
       and (change.type = 'RENEWAL' or change.external_id = $5) and customer.hub_id = $6`,
    [tx.partnerId, change.contract_external_id, change.type, change.effective_date, change.external_id, change.hub_id],
  );
  // Keys make it one: a second row would be another partner's.
  if (rows.length > 1) throw new Error(`${rows.length} changes match the change ${change.id} of another partner.`);
  return rows[0] ?? null;
}
