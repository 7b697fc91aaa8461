import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CalendarDate } from '../calendar-date.ts';
import { Node } from '../graphql/node.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { DateScalar, DateTimeScalar, HubIdScalar, UrlScalar } from '../graphql/scalars.ts';
import type { CommunicationOwner, CommunicationOwnerSource } from './communication-owner.rules.ts';

export const CommunicationOwnerEnum = registerEnum<CommunicationOwner>(
  'CommunicationOwner',
  'Who communicates the details of a contract change to the customer.',
  {
    VENDOR: 'The vendor talks to the customer.',
    PARTNER: 'The partner talks to the customer.',
  },
);

export const CommunicationOwnerSourceEnum = registerEnum<CommunicationOwnerSource>(
  'CommunicationOwnerSource',
  'Where the communication owner comes from; the first that applies wins.',
  {
    VENDOR_DEFAULT: 'Nobody said otherwise: the vendor.',
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
  @Field(() => Boolean, { description: 'Whether the login is active; only active users can be primary contact.' })
  isActive!: boolean;

  @Column({ type: 'text', name: 'imported_digest', nullable: true })
  importedDigest!: string | null;
}

@Entity('customer_association')
@ObjectType({
  implements: Node,
  description: 'That the partner looks after the customer: since when, who talks to the customer, and to whom.',
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
  @Field(() => DateTimeScalar, { description: 'When the association began.' })
  startedAt!: Date;

  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the association was ended; null while it is active.' })
  endedAt!: Date | null;

  @Column({ type: 'enum', enum: CommunicationOwnerEnum, enumName: 'communication_owner', name: 'communication_owner', nullable: true })
  manualOwner!: CommunicationOwner | null;

  @Field(() => CommunicationOwnerEnum, {
    description:
      'Who talks to the customer: set by hand, else by the partner\'s setting "owns all transactional conversations", else the vendor.',
  })
  communicationOwner!: CommunicationOwner;

  @Field(() => CommunicationOwnerSourceEnum, { description: 'Where the communication owner comes from.' })
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
    description: "Who receives information about the customer's contract changes: an active user of the account; null while none is set.",
  })
  primaryContact!: CustomerUser | null;

  @Column({ type: 'integer', default: 1 })
  @Field(() => Int, {
    description: 'Grows by one with every change of owner or contact; expected by edits that must not overwrite another.',
  })
  version!: number;
}

@Entity('app_usage')
@ObjectType({ description: "How much of an app the customer's account used on a day.", simpleResolvers: true })
export class AppUsage {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid', name: 'customer_id' })
  customerId!: string;

  @PrimaryColumn({ type: 'text' })
  @Field(() => String, { description: 'The name of the app.' })
  app!: string;

  @PrimaryColumn({ type: 'date' })
  @Field(() => DateScalar, { description: 'The day on which the usage was measured.' })
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
  description: 'A customer of the vendor that the partner looks after. Two partners of one account each have a record of their own.',
  simpleResolvers: true,
})
export class Customer extends Node {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'bigint', name: 'hub_id' })
  @Field(() => HubIdScalar, { description: "The vendor's id of the customer's account." })
  hubId!: string;

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

  @Field(() => CustomerAssociation, { description: 'The active association of the partner with this customer.' })
  association!: CustomerAssociation;
}
