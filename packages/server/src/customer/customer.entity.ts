import { Field, Int, ObjectType } from 'type-graphql';
import { Column } from 'typeorm/decorator/columns/Column.js';
import { PrimaryColumn } from 'typeorm/decorator/columns/PrimaryColumn.js';
import { Entity } from 'typeorm/decorator/entity/Entity.js';
import type { CalendarDate } from '../calendar-date.ts';
import { Node } from '../graphql/node.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { DateScalar, DateTimeScalar, HubIdScalar, UrlScalar } from '../graphql/scalars.ts';
import type { CommunicationOwner, CommunicationOwnerSource } from './communication-owner.rules.ts';

export const CommunicationOwnerEnum = registerEnum<CommunicationOwner>(
  'CommunicationOwner',
  'Who communicates the details of a contract change to the customer. Order: VENDOR, PARTNER.',
  {
    VENDOR: 'The vendor communicates.',
    PARTNER: 'The partner communicates.',
  },
);

export const CommunicationOwnerSourceEnum = registerEnum<CommunicationOwnerSource>(
  'CommunicationOwnerSource',
  'Source of the communication owner. MANUAL takes precedence over PARTNER_SETTING, and PARTNER_SETTING over VENDOR_DEFAULT.',
  {
    VENDOR_DEFAULT: 'The default: the vendor communicates.',
    PARTNER_SETTING: 'The partner owns all transactional conversations.',
    MANUAL: 'Set by hand for this customer.',
  },
);

@Entity('customer_user')
@ObjectType({ implements: Node, description: "A person with a login at the customer's account.", simpleResolvers: true })
export class CustomerUser extends Node {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'uuid', name: 'customer_id' })
  customerId!: string;

  @Column({ type: 'text', name: 'external_id', nullable: true })
  externalId!: string | null;

  @Column({ type: 'text', name: 'first_name', nullable: true })
  firstName!: string | null;

  @Column({ type: 'text', name: 'last_name', nullable: true })
  lastName!: string | null;

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The full name.' })
  name!: string;

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The e-mail address.' })
  email!: string;

  @Column({ type: 'text', name: 'job_title', nullable: true })
  @Field(() => String, { nullable: true, description: 'The job title; null if unknown.' })
  jobTitle!: string | null;

  @Column({ type: 'boolean', name: 'is_active' })
  @Field(() => Boolean, { description: 'Whether the login is active; only active users can be the primary contact.' })
  isActive!: boolean;

  @Column({ type: 'text', name: 'imported_digest', nullable: true })
  importedDigest!: string | null;
}

@Entity('customer_association')
@ObjectType({
  implements: Node,
  description: 'The association between the partner and a customer, with its communication owner and primary contact.',
  simpleResolvers: true,
})
export class CustomerAssociation extends Node {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'uuid', name: 'customer_id' })
  customerId!: string;

  @Column({ type: 'timestamptz', name: 'started_at', default: () => 'now()' })
  @Field(() => DateTimeScalar, { description: 'When the association started.' })
  startedAt!: Date;

  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the association ended; null if it is active.' })
  endedAt!: Date | null;

  @Column({ type: 'enum', enum: CommunicationOwnerEnum, enumName: 'communication_owner', name: 'communication_owner', nullable: true })
  manualOwner!: CommunicationOwner | null;

  @Field(() => CommunicationOwnerEnum, {
    description: 'The owner set by hand; otherwise the partner if it owns all transactional conversations; otherwise the vendor.',
  })
  communicationOwner!: CommunicationOwner;

  @Field(() => CommunicationOwnerSourceEnum, { description: 'Source of the communication owner.' })
  communicationOwnerSource!: CommunicationOwnerSource;

  @Column({ type: 'uuid', name: 'primary_contact_id', nullable: true })
  primaryContactId!: string | null;

  @Column({
    type: 'boolean',
    name: 'primary_contact_is_active',
    nullable: true,
    insert: false,
    update: false,
  })
  primaryContactIsActive!: boolean | null;

  @Field(() => CustomerUser, {
    nullable: true,
    description: "The active user of the customer's account who receives information about contract changes; null if none is set.",
  })
  primaryContact!: CustomerUser | null;

  @Column({ type: 'integer', default: 1 })
  @Field(() => Int, {
    description: 'Increases by one with each edit; pass it as expectedVersion to detect conflicts.',
  })
  version!: number;
}

@Entity('app_usage')
@ObjectType({ description: "Usage of one app by the customer's account on one day.", simpleResolvers: true })
export class AppUsage {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid', name: 'customer_id' })
  customerId!: string;

  @PrimaryColumn({ type: 'text' })
  @Field(() => String, { description: 'The name of the app.' })
  app!: string;

  @PrimaryColumn({ type: 'date' })
  @Field(() => DateScalar, { description: 'The day of the measurement.' })
  date!: CalendarDate;

  @Column({ type: 'integer', name: 'contacts_used', nullable: true })
  @Field(() => Int, { nullable: true, description: 'Number of contacts in use; null if not measured.' })
  contactsUsed!: number | null;

  @Column({ type: 'integer', name: 'emails_sent', nullable: true })
  @Field(() => Int, { nullable: true, description: 'Number of e-mails sent; null if not measured.' })
  emailsSent!: number | null;

  @Column({ type: 'integer', name: 'active_users', nullable: true })
  @Field(() => Int, { nullable: true, description: 'Number of active users; null if not measured.' })
  activeUsers!: number | null;

  @Column({ type: 'text', name: 'imported_digest', nullable: true })
  importedDigest!: string | null;
}

@Entity('customer')
@ObjectType({
  implements: Node,
  description: 'A customer of the vendor that the partner looks after. Each partner of an account has its own record of it.',
  simpleResolvers: true,
})
export class Customer extends Node {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'bigint', name: 'hub_id', nullable: true })
  @Field(() => HubIdScalar, { nullable: true, description: 'Hub ID of the account; null if no import told one.' })
  hubId!: string | null;

  @Column({ type: 'text', name: 'external_id', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'ID of the account in the system it was imported from, such as Stripe; null if no import named one.',
  })
  externalId!: string | null;

  @Column({ type: 'uuid', name: 'merged_into_id', nullable: true })
  mergedIntoId!: string | null;

  @Column({ type: 'text' })
  @Field(() => String, { description: "The customer's name." })
  name!: string;

  @Column({ type: 'text', nullable: true })
  @Field(() => UrlScalar, { nullable: true, description: 'The website as https:// and its host; null if unknown.' })
  website!: string | null;

  @Column({ type: 'text', name: 'website_key', nullable: true })
  websiteKey!: string | null;

  @Column({ type: 'text', name: 'search_text' })
  searchText!: string;

  @Column({ type: 'text', name: 'imported_digest', nullable: true })
  importedDigest!: string | null;

  @Field(() => CustomerAssociation, { description: 'The active association between the partner and the customer.' })
  association!: CustomerAssociation;
}
