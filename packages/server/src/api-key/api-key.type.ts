import { Field, ID, ObjectType } from 'type-graphql';
import type { PartnerUserRole } from '../access/role.rules.ts';
import { connectionOf } from '../graphql/connection.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';
import { PartnerUser, PartnerUserRoleEnum } from '../partner/partner.entity.ts';

@ObjectType({ description: 'An API key of the partner, without its secret: that was shown once.', simpleResolvers: true })
export class ApiKey {
  @Field(() => ID, {
    description: 'How the key begins; logs and the audit trail name it by this. It opens nothing, and node does not take it.',
  })
  id!: string;

  @Field(() => PartnerUserRoleEnum, { description: 'What it may do, as far as its user may.' })
  role!: PartnerUserRole;

  @Field(() => PartnerUser, { nullable: true, description: "The user it belongs to; null when it is the partner's own." })
  user!: PartnerUser | null;

  @Field(() => DateTimeScalar, { description: 'The instant it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The instant from which it is no longer taken; null when it does not expire.',
  })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The instant it was revoked; null while it was not. It is refused 5 seconds later at the latest.',
  })
  revokedAt!: Date | null;
}

export const ApiKeyConnection = connectionOf(ApiKey, {
  description: 'API keys of the partner and its users, the newest first; expired and revoked ones too.',
  edge: 'An API key in a list.',
  one: 'key',
  many: 'keys',
  counted: 'keys',
});
