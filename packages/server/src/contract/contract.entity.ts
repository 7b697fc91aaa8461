import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column } from 'typeorm/decorator/columns/Column.js';
import { PrimaryColumn } from 'typeorm/decorator/columns/PrimaryColumn.js';
import { Entity } from 'typeorm/decorator/entity/Entity.js';
import type { CalendarDate } from '../calendar-date.ts';
import { Customer } from '../customer/customer.entity.ts';
import { Money } from '../graphql/money.type.ts';
import { cacheIdDescription, Node } from '../graphql/node.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { DateScalar } from '../graphql/scalars.ts';

export const BillingFrequencyEnum = registerEnum(
  'BillingFrequency',
  'How often a contract is billed; billingIntervalMonths has the number of months. Order: by months.',
  {
    MONTHLY: 'Every month.',
    QUARTERLY: 'Every three months.',
    SEMI_ANNUALLY: 'Every six months.',
    ANNUALLY: 'Every twelve months.',
    OTHER: 'Every n months; billingIntervalMonths has n.',
  },
);
export type BillingFrequency = keyof typeof BillingFrequencyEnum;

@ObjectType({ description: 'Limits, billing, term and price of a contract.', simpleResolvers: true })
export class ContractTerms {
  @Field(() => Int, { nullable: true, description: 'Limit of the contact tier, in contacts; null if the product has none.' })
  maxContacts!: number | null;

  @Field(() => Int, { nullable: true, description: 'Limit of e-mails sent per month; null if the product has none.' })
  emailLimit!: number | null;

  @Field(() => BillingFrequencyEnum, {
    nullable: true,
    description: 'How often the contract is billed; null if unknown.',
  })
  billingFrequency!: BillingFrequency | null;

  @Field(() => Int, { nullable: true, description: 'Months between two bills; null if the frequency is.' })
  billingIntervalMonths!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Length of the subscription term in months, usually 1, 3, 6, 12 or 24; null if the contract has no term.',
  })
  subscriptionTermMonths!: number | null;

  @Field(() => Money, { description: 'Monthly recurring revenue (MRR).' })
  mrr!: Money;
}

@Entity('contract')
@ObjectType({
  implements: Node,
  description: "A customer's subscription to one product. It renews automatically at the end of each term.",
  simpleResolvers: true,
})
export class Contract extends Node {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'text', name: 'external_id' })
  @Field(() => String, { description: 'ID of the contract in the system it was imported from.' })
  externalId!: string;

  @Column({ type: 'uuid', name: 'customer_id' })
  customerId!: string;

  @Field(() => Customer, { description: 'The customer of the contract.' })
  customer!: Customer;

  @Column({ type: 'text' })
  product!: string;

  @Column({ type: 'integer', name: 'max_contacts', nullable: true })
  maxContacts!: number | null;

  @Column({ type: 'integer', name: 'email_limit', nullable: true })
  emailLimit!: number | null;

  @Column({ type: 'enum', enum: BillingFrequencyEnum, enumName: 'billing_frequency', name: 'billing_frequency', nullable: true })
  billingFrequency!: BillingFrequency | null;

  @Column({ type: 'integer', name: 'billing_interval_months', nullable: true })
  billingIntervalMonths!: number | null;

  @Column({ type: 'integer', name: 'subscription_term_months', nullable: true })
  subscriptionTermMonths!: number | null;

  @Column({ type: 'numeric' })
  mrr!: string;

  @Column({ type: 'text', name: 'currency_code' })
  currencyCode!: string;

  @Field(() => ContractTerms, { description: 'The terms of today.' })
  terms!: ContractTerms;

  @Column({ type: 'date', name: 'anchor_date' })
  anchorDate!: CalendarDate;

  @Column({ type: 'integer', name: 'term_start_months' })
  termStartMonths!: number;

  @Column({ type: 'integer', name: 'renewal_months', nullable: true })
  renewalMonths!: number | null;

  @Column({ type: 'date', name: 'term_start', insert: false, update: false })
  @Field(() => DateScalar, { description: 'First day of the current term.' })
  termStart!: CalendarDate;

  @Column({ type: 'date', name: 'renewal_start_date', nullable: true, insert: false, update: false })
  @Field(() => DateScalar, { nullable: true, description: 'First day of the next term; null if the contract ends or has no term.' })
  renewalStartDate!: CalendarDate | null;

  @Column({ type: 'integer', name: 'notice_period_days', default: 45 })
  @Field(() => Int, {
    description: 'Notice period in days: the terms can change until this many days before a renewal. Applies to renewals that open later.',
  })
  noticePeriodDays!: number;

  @Column({ type: 'integer', name: 'notice_period_months', nullable: true })
  @Field(() => Int, { nullable: true, description: 'Notice period in months of the calendar; null if it is in days.' })
  noticePeriodMonths!: number | null;

  @Column({ type: 'boolean', name: 'auto_renew', nullable: true })
  autoRenew!: boolean | null;

  @Column({ type: 'integer', name: 'imported_term_months', nullable: true })
  importedTermMonths!: number | null;

  @Column({ type: 'date', name: 'cancelled_on', nullable: true })
  cancelledOn!: CalendarDate | null;

  @Column({ type: 'date', name: 'stated_end', nullable: true })
  statedEnd!: CalendarDate | null;

  @Column({ type: 'date', name: 'ended_on', nullable: true, insert: false, update: false })
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which the contract ends; null if it goes on.',
  })
  endedOn!: CalendarDate | null;

  @Column({ type: 'date', name: 'imported_on', nullable: true })
  importedOn!: CalendarDate | null;

  @Column({ type: 'date', name: 'scheduled_on', nullable: true })
  scheduledOn!: CalendarDate | null;

  @Column({ type: 'text', name: 'imported_digest', nullable: true })
  importedDigest!: string | null;
}

@ObjectType({ description: 'A product to which the customer is subscribed.', simpleResolvers: true })
export class ProductSubscription {
  @Field(() => ID, { description: cacheIdDescription })
  id!: string;

  @Field(() => String, { description: 'The name of the product.' })
  product!: string;

  @Field(() => Contract, { description: 'The contract for the product.' })
  contract!: Contract;
}
