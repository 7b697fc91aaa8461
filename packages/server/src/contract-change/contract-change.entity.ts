// Long: every field of a contract change, each with its description.
import { Field, Int, ObjectType } from 'type-graphql';
import { Column } from 'typeorm/decorator/columns/Column.js';
import { PrimaryColumn } from 'typeorm/decorator/columns/PrimaryColumn.js';
import { Entity } from 'typeorm/decorator/entity/Entity.js';
import type { CalendarDate } from '../calendar-date.ts';
import { BillingFrequencyEnum, Contract, ContractTerms, type BillingFrequency } from '../contract/contract.entity.ts';
import type { CommunicationOwner, CommunicationOwnerSource } from '../customer/communication-owner.rules.ts';
import { CommunicationOwnerEnum, CommunicationOwnerSourceEnum, Customer, CustomerUser } from '../customer/customer.entity.ts';
import { Money } from '../graphql/money.type.ts';
import { Node } from '../graphql/node.type.ts';
import { DateScalar } from '../graphql/scalars.ts';
import {
  ContractChangeActionEnum,
  ContractChangeStatusEnum,
  ContractChangeStatusReasonEnum,
  ContractChangeTypeEnum,
} from './contract-change.enums.ts';
import type {
  ContractChangeAction,
  ContractChangeStatus,
  ContractChangeStatusReason,
  ContractChangeType,
  DecisionSource,
} from './contract-change.rules.ts';

@ObjectType({ description: "A customer's decision on a contract change.", simpleResolvers: true })
export class ContractChangeDecision {
  @Field(() => ContractChangeActionEnum, { description: 'ACCEPT or REQUEST_CANCELLATION.' })
  action!: ContractChangeAction;

  @Field(() => DateScalar, { description: 'The date of the decision.' })
  decidedOn!: CalendarDate;

  @Field(() => String, { description: 'Who recorded the decision, by name.' })
  recordedBy!: string;

  @Field(() => Boolean, { description: "Whether the partner recorded the decision on the customer's behalf." })
  onBehalfOfCustomer!: boolean;
}

/** The log of decisions. */
@Entity('contract_change_decision')
export class ContractChangeDecisionRecord {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid', name: 'contract_change_id' })
  contractChangeId!: string;

  @PrimaryColumn({ type: 'integer' })
  sequence!: number;

  @Column({ type: 'enum', enum: ContractChangeActionEnum, enumName: 'contract_change_action' })
  action!: ContractChangeAction;

  @Column({ type: 'date', name: 'decided_on' })
  decidedOn!: CalendarDate;

  @Column({ type: 'text', name: 'recorded_by' })
  recordedBy!: string;

  @Column({ type: 'boolean', name: 'on_behalf_of_customer' })
  onBehalfOfCustomer!: boolean;

  @Column({ type: 'text' })
  source!: DecisionSource;

  @Column({ type: 'timestamptz', name: 'recorded_at', default: () => 'now()' })
  recordedAt!: Date;
}

@Entity('contract_change')
@ObjectType({
  implements: Node,
  description: "A change of a customer's contract on an effective date: a renewal, contact tier upgrade or email overage.",
  simpleResolvers: true,
})
export class ContractChange extends Node {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'uuid', name: 'contract_id' })
  contractId!: string;

  @Column({ type: 'uuid', name: 'customer_id' })
  customerId!: string;

  @Column({ type: 'text', name: 'external_id', nullable: true })
  externalId!: string | null;

  @Field(() => Customer, { description: 'The customer whose contract changes.' })
  customer!: Customer;

  @Field(() => Contract, { description: 'The contract that changes.' })
  contract!: Contract;

  @Field(() => CommunicationOwnerEnum, { description: 'Who communicates the change; the same for all changes of a customer.' })
  communicationOwner!: CommunicationOwner;

  @Field(() => CommunicationOwnerSourceEnum, { description: 'Source of the communication owner.' })
  communicationOwnerSource!: CommunicationOwnerSource;

  @Field(() => CustomerUser, {
    nullable: true,
    description: 'Who at the customer receives information about the change; null if none is set.',
  })
  primaryContact!: CustomerUser | null;

  @Column({ type: 'enum', enum: ContractChangeTypeEnum, enumName: 'contract_change_type' })
  @Field(() => ContractChangeTypeEnum, { description: 'Type of the change.' })
  type!: ContractChangeType;

  @Field(() => ContractChangeStatusEnum, { description: 'Status on the requested business date, derived from decisions and dates.' })
  status!: ContractChangeStatus;

  @Field(() => ContractChangeStatusReasonEnum, { description: 'Reason for the status.' })
  statusReason!: ContractChangeStatusReason;

  @Field(() => Boolean, {
    description: 'Whether cancellation was requested only after the deadline. It then applies to the next renewal whose deadline it meets.',
  })
  lateCancellationRequest!: boolean;

  @Column({ type: 'date', name: 'effective_date' })
  @Field(() => DateScalar, { description: 'The day the new terms take effect.' })
  effectiveDate!: CalendarDate;

  @Field(() => DateScalar, { nullable: true, description: 'The effective date of a renewal; null for other types.' })
  renewalStartDate!: CalendarDate | null;

  @Column({ type: 'integer', name: 'notice_period_days', default: 45 })
  noticePeriodDays!: number;

  @Column({
    type: 'date',
    name: 'renewal_deadline',
    nullable: true,
    insert: false,
    update: false,
  })
  @Field(() => DateScalar, {
    nullable: true,
    description:
      'Last day on which the terms of a renewal can change; null for other types. It is the effective date minus the notice period, by default 45 days.',
  })
  renewalDeadline!: CalendarDate | null;

  @Field(() => Int, { description: 'Whole days from the business date to the effective date; negative after it.' })
  daysUntilEffective!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Whole days from the business date to the deadline: 0 on that day, negative after it; null without a deadline.',
  })
  daysUntilDeadline!: number | null;

  @Field(() => DateScalar, {
    description: 'Last day on which the change can be decided: the deadline of a renewal, otherwise the day before the effective date.',
  })
  lastDecisionDate!: CalendarDate;

  @Field(() => Int, { description: 'Whole days from the business date to lastDecisionDate; negative after it.' })
  daysUntilLastDecision!: number;

  @Field(() => ContractTerms, { description: 'The terms of the contract today; of a past change, the terms before it.' })
  currentTerms!: ContractTerms;

  @Field(() => ContractTerms, {
    description: 'The terms after this change and after all earlier changes of the contract that are expected to apply.',
  })
  newTerms!: ContractTerms;

  @Field(() => Money, { nullable: true, description: 'New MRR minus current MRR; null if their currencies differ.' })
  estimatedMrrChange!: Money | null;

  @Field(() => [ContractChangeActionEnum], { description: 'Actions that the viewer can record today, regardless of asOf.' })
  availableActions!: ContractChangeAction[];

  @Field(() => ContractChangeDecision, { nullable: true, description: 'The decision that the status follows from; null if there is none.' })
  decision!: ContractChangeDecision | null;

  @Field(() => ContractChangeDecision, {
    nullable: true,
    description: 'The latest cancellation request after the deadline that still stands; null if there is none.',
  })
  lateRequest!: ContractChangeDecision | null;

  @Column({ type: 'date', name: 'opened_on', nullable: true })
  openedOn!: CalendarDate | null;

  @Column({ type: 'integer', name: 'new_max_contacts', nullable: true })
  newMaxContacts!: number | null;

  @Column({ type: 'integer', name: 'new_email_limit', nullable: true })
  newEmailLimit!: number | null;

  @Column({ type: 'enum', enum: BillingFrequencyEnum, enumName: 'billing_frequency', name: 'new_billing_frequency', nullable: true })
  newBillingFrequency!: BillingFrequency | null;

  @Column({ type: 'integer', name: 'new_billing_interval_months', nullable: true })
  newBillingIntervalMonths!: number | null;

  @Column({ type: 'integer', name: 'new_subscription_term_months', nullable: true })
  newSubscriptionTermMonths!: number | null;

  @Column({ type: 'numeric', name: 'new_mrr', nullable: true })
  newMrr!: string | null;

  @Column({ type: 'text', name: 'new_currency_code', nullable: true })
  newCurrencyCode!: string | null;

  @Column({ type: 'date', name: 'settled_on', nullable: true })
  settledOn!: CalendarDate | null;

  @Column({ type: 'integer', name: 'settled_position', nullable: true })
  settledPosition!: number | null;

  @Column({ type: 'boolean', name: 'is_history', default: false })
  isHistory!: boolean;

  @Column({ type: 'boolean', name: 'has_late_terms', default: false })
  hasLateTerms!: boolean;

  @Column({ type: 'boolean', name: 'kept_result', nullable: true })
  keptResult!: boolean | null;

  @Column({ type: 'boolean', name: 'is_applied', nullable: true })
  isApplied!: boolean | null;

  @Column({ type: 'integer', name: 'from_max_contacts', nullable: true })
  fromMaxContacts!: number | null;

  @Column({ type: 'integer', name: 'from_email_limit', nullable: true })
  fromEmailLimit!: number | null;

  @Column({ type: 'enum', enum: BillingFrequencyEnum, enumName: 'billing_frequency', name: 'from_billing_frequency', nullable: true })
  fromBillingFrequency!: BillingFrequency | null;

  @Column({ type: 'integer', name: 'from_billing_interval_months', nullable: true })
  fromBillingIntervalMonths!: number | null;

  @Column({ type: 'integer', name: 'from_subscription_term_months', nullable: true })
  fromSubscriptionTermMonths!: number | null;

  @Column({ type: 'numeric', name: 'from_mrr', nullable: true })
  fromMrr!: string | null;

  @Column({ type: 'text', name: 'from_currency_code', nullable: true })
  fromCurrencyCode!: string | null;

  @Column({ type: 'integer', default: 1 })
  @Field(() => Int, { description: 'Increases by one with each edit or decision; pass it as expectedVersion to detect conflicts.' })
  version!: number;

  @Column({ type: 'text', name: 'imported_digest', nullable: true })
  importedDigest!: string | null;
}
