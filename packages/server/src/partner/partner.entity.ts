import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PartnerUserRole, ViewerRole } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { Node } from '../graphql/node.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';

const roles = {
  VIEWER: 'Reads, and chooses their own columns.',
  MANAGER: "Also sets owner and contact, shares views, and records decisions on a customer's behalf.",
  ADMIN: 'Also ends associations, changes settings, imports, and manages users and keys.',
} satisfies Record<PartnerUserRole, string>;

export const PartnerUserRoleEnum = registerEnum(
  'PartnerUserRole',
  'What a user of the partner may do; each role includes the ones before it.',
  roles,
);

export const ViewerRoleEnum = registerEnum<ViewerRole>('ViewerRole', 'What the one who asks may do.', {
  ...roles,
  OPERATOR: 'Works for the vendor: records decisions and imports for any partner, named in each request.',
});

@Entity('partner_user')
@ObjectType({ implements: Node, description: 'A person at the partner with a login of their own.', simpleResolvers: true })
export class PartnerUser extends Node {
  @PrimaryColumn({ type: 'uuid', name: 'partner_id' })
  partnerId!: string;

  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The full name.' })
  name!: string;

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The e-mail address, unique within the partner.' })
  email!: string;

  @Column({ type: 'enum', enum: ViewerRoleEnum, enumName: 'viewer_role' })
  @Field(() => PartnerUserRoleEnum, { description: 'What this user may do.' })
  role!: PartnerUserRole;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}

@ObjectType({ description: 'What a partner decides for all of its customers.', simpleResolvers: true })
export class PartnerSettings {
  @Field(() => Boolean, {
    description:
      'Whether the partner owns all transactional conversations: it then is the communication owner wherever none is set by hand.',
  })
  ownsAllTransactionalConversations!: boolean;

  @Field(() => PartnerUser, { nullable: true, description: 'Whom the vendor turns to at the partner.' })
  pointOfContact!: PartnerUser | null;
}

@Entity('partner')
@ObjectType({
  implements: Node,
  description: 'A partner looks after customers of the vendor. It sees its own customers and nothing else.',
  simpleResolvers: true,
})
export class Partner extends Node {
  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The name, unique at the vendor.' })
  name!: string;

  @Column({ type: 'boolean', name: 'owns_all_transactional_conversations', default: false })
  ownsAllTransactionalConversations!: boolean;

  @Column({ type: 'uuid', name: 'point_of_contact_id', nullable: true })
  pointOfContactId!: string | null;

  @Column({ type: 'date', name: 'passed_through', nullable: true })
  passedThrough!: CalendarDate | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Field(() => PartnerSettings, { description: 'The settings that apply to all customers of the partner.' })
  settings!: PartnerSettings;
}
