import { Field, ObjectType } from 'type-graphql';
import { Column } from 'typeorm/decorator/columns/Column.js';
import { PrimaryColumn } from 'typeorm/decorator/columns/PrimaryColumn.js';
import { Entity } from 'typeorm/decorator/entity/Entity.js';
import type { PartnerUserRole, ViewerPermission, ViewerRole } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { Node } from '../graphql/node.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';

const roles = {
  VIEWER: 'Reads data; manages their own columns and saved views.',
  MANAGER: "Also sets communication owners and primary contacts, shares views, and records decisions on a customer's behalf.",
  ADMIN: 'Also ends and resumes associations, changes settings, imports data, and manages users and API keys.',
} satisfies Record<PartnerUserRole, string>;

export const PartnerUserRoleEnum = registerEnum(
  'PartnerUserRole',
  'Role of a partner user. MANAGER includes VIEWER; ADMIN includes MANAGER.',
  roles,
);

export const ViewerRoleEnum = registerEnum<ViewerRole>('ViewerRole', 'Role of the viewer.', {
  VIEWER: 'As in PartnerUserRole.',
  MANAGER: 'As in PartnerUserRole.',
  ADMIN: 'As in PartnerUserRole.',
  OPERATOR: 'Works for the vendor: records decisions and imports data for the partner named in the request.',
});

export const ViewerPermissionEnum = registerEnum<ViewerPermission>('ViewerPermission', 'What the role of the viewer allows.', {
  SET_COMMUNICATION_OWNER: 'Set communication owners.',
  SET_PRIMARY_CONTACT: 'Set primary contacts.',
  RECORD_DECISIONS: 'Record decisions of customers; a partner only while it is the communication owner.',
  END_ASSOCIATION: 'End associations.',
  RESUME_ASSOCIATION: 'List ended customers and resume associations.',
  CHOOSE_COLUMNS: 'Choose columns.',
  SAVE_VIEWS: 'Save private views.',
  SHARE_VIEWS: 'Share views.',
  EDIT_SHARED_VIEWS: 'Edit shared views of others.',
  SET_DEFAULT_VIEW_FOR_EVERYONE: 'Set the default view for everyone.',
  MUTE_REMINDERS: 'Mute or snooze their own reminders.',
  MUTE_REMINDERS_FOR_EVERYONE: 'Mute or snooze reminders for everyone.',
  UPDATE_REMINDER_SETTINGS: "Change the partner's reminder settings.",
  LIFT_SUPPRESSIONS: 'Lift suppressions.',
  UPDATE_SETTINGS: "Change the partner's settings.",
  MANAGE_USERS: 'Create and remove users, and change their roles.',
  MANAGE_API_KEYS: 'List, create and revoke API keys.',
  MANAGE_SESSIONS: 'List and end sessions of others.',
});

@Entity('partner_user')
@ObjectType({ implements: Node, description: 'A person at the partner with their own login.', simpleResolvers: true })
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
  @Field(() => PartnerUserRoleEnum, { description: 'The role of the user.' })
  role!: PartnerUserRole;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'removed_at', nullable: true })
  removedAt!: Date | null;
}

@ObjectType({ description: 'Settings that apply to all customers of a partner.', simpleResolvers: true })
export class PartnerSettings {
  @Field(() => Boolean, {
    description: 'Whether the partner owns all transactional conversations; if so, it is the default communication owner.',
  })
  ownsAllTransactionalConversations!: boolean;

  @Field(() => PartnerUser, { nullable: true, description: 'The partner user whom the vendor contacts; null if none is set.' })
  pointOfContact!: PartnerUser | null;
}

@Entity('partner')
@ObjectType({
  implements: Node,
  description: 'A partner looks after customers of the vendor. It sees only its own customers.',
  simpleResolvers: true,
})
export class Partner extends Node {
  @PrimaryColumn({ type: 'uuid' })
  override id!: string;

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The name, unique among partners.' })
  name!: string;

  @Column({ type: 'boolean', name: 'owns_all_transactional_conversations', default: false })
  ownsAllTransactionalConversations!: boolean;

  @Column({ type: 'uuid', name: 'point_of_contact_id', nullable: true })
  pointOfContactId!: string | null;

  @Column({ type: 'date', name: 'passed_through', nullable: true })
  passedThrough!: CalendarDate | null;

  @Column({ type: 'date', name: 'passing_through', nullable: true })
  passingThrough!: CalendarDate | null;

  @Column({ type: 'uuid', name: 'passing_after', nullable: true })
  passingAfter!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Field(() => PartnerSettings, { description: 'Settings that apply to all customers of the partner.' })
  settings!: PartnerSettings;
}
