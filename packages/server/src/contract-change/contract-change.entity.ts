import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
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
} from './contract-change.rules.ts';

@ObjectType({ description: "The customer's standing decision on a change.", simpleResolvers: true })
export class ContractChangeDecision {
  @Field(() => ContractChangeActionEnum, { description: 'ACCEPT or REQUEST_CANCELLATION: the latest that has not been withdrawn.' })
  action!: ContractChangeAction;

  @Field(() => DateScalar, { description: 'The date of the decision.' })
  decidedOn!: CalendarDate;

  @Field(() => String, { description: 'Who recorded it.' })
  recordedBy!: string;

  @Field(() => Boolean, { description: "Whether a user of the partner recorded it on the customer's behalf." })
  onBehalfOfCustomer!: boolean;
}

/** The log of decisions: the standing one is the latest that was not withdrawn. */
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
  source!: 'MANUAL' | 'IMPORT' | 'AUTO_RENEW' | 'CARRIED';

  @Column({ type: 'timestamptz', name: 'recorded_at', default: () => 'now()' })
  recordedAt!: Date;
}

@Entity('contract_change')
@ObjectType({
  implements: Node,
  description: "A change of a customer's contract that takes effect on a date: a renewal, a contact tier upgrade or an email overage.",
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

  @Field(() => Customer, { description: 'Whose contract changes.' })
  customer!: Customer;

  @Field(() => Contract, { description: 'The contract that changes.' })
  contract!: Contract;

  @Field(() => CommunicationOwnerEnum, { description: 'Who communicates this change; the same for all changes of a customer.' })
  communicationOwner!: CommunicationOwner;

  @Field(() => CommunicationOwnerSourceEnum, { description: 'Where the communication owner comes from.' })
  communicationOwnerSource!: CommunicationOwnerSource;

  @Field(() => CustomerUser, {
    nullable: true,
    description: 'Who at the customer receives information about the change; null while nobody is set.',
  })
  primaryContact!: CustomerUser | null;

  @Column({ type: 'enum', enum: ContractChangeTypeEnum, enumName: 'contract_change_type' })
  @Field(() => ContractChangeTypeEnum, { description: 'What kind of change it is.' })
  type!: ContractChangeType;

  @Field(() => ContractChangeStatusEnum, { description: 'Follows from decisions and dates on the business date asked for; never stored.' })
  status!: ContractChangeStatus;

  @Field(() => ContractChangeStatusReasonEnum, { description: 'Why the status is what it is.' })
  statusReason!: ContractChangeStatusReason;

  @Field(() => Boolean, {
    description: 'Whether a cancellation was requested only after the deadline; it counts for the next renewal whose deadline it meets.',
  })
  lateCancellationRequest!: boolean;

  @Column({ type: 'date', name: 'effective_date' })
  @Field(() => DateScalar, { description: 'The day the new terms apply.' })
  effectiveDate!: CalendarDate;

  @Field(() => DateScalar, { nullable: true, description: 'The effective date of a renewal; null for the other types.' })
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
      'The last day on which the terms of a renewal can change: its effective date minus the notice period, 45 days unless agreed otherwise; null for the other types.',
  })
  renewalDeadline!: CalendarDate | null;

  @Field(() => Int, { description: 'Whole days from the business date to the effective date; negative once it has passed.' })
  daysUntilEffective!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Whole days from the business date to the deadline, 0 on the day itself; null without a deadline.',
  })
  daysUntilDeadline!: number | null;

  @Field(() => ContractTerms, { description: 'The terms the contract changes from.' })
  currentTerms!: ContractTerms;

  @Field(() => ContractTerms, { description: 'The terms the contract changes to; what nobody announced stays as it is.' })
  newTerms!: ContractTerms;

  @Field(() => Money, { nullable: true, description: 'New MRR less current MRR; null when their currencies differ.' })
  estimatedMrrChange!: Money | null;

  @Field(() => [ContractChangeActionEnum], { description: 'What the viewer may still record today, whatever asOf says.' })
  availableActions!: ContractChangeAction[];

  @Field(() => ContractChangeDecision, { nullable: true, description: 'The standing decision; null while there is none.' })
  decision!: ContractChangeDecision | null;

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
  @Field(() => Int, { description: 'Grows by one whenever the change itself is edited or decided.' })
  version!: number;

  @Column({ type: 'text', name: 'imported_digest', nullable: true })
  importedDigest!: string | null;
}
