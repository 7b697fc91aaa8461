import { Field, ID, ObjectType } from 'type-graphql';
import type { PartnerUserRole } from '../access/role.rules.ts';
import { connectionOf } from '../graphql/connection.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';
import { PartnerUser, PartnerUserRoleEnum } from '../partner/partner.entity.ts';

@ObjectType({ description: 'An API key of the partner, without its secret.', simpleResolvers: true })
export class ApiKey {
  @Field(() => ID, {
    description: 'The beginning of the key, used in logs and the audit trail. It grants no access, and node does not accept it.',
  })
  id!: string;

  @Field(() => PartnerUserRoleEnum, { description: "The role of the key; limited by the role of the key's user." })
  role!: PartnerUserRole;

  @Field(() => PartnerUser, { nullable: true, description: 'The user of the key, perhaps removed; null for a key of the partner itself.' })
  user!: PartnerUser | null;

  @Field(() => DateTimeScalar, { description: 'When the key was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the key expires; null if never.',
  })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the key was revoked; null if it was not.',
  })
  revokedAt!: Date | null;
}

export const ApiKeyConnection = connectionOf(ApiKey, {
  description: 'API keys of the partner and its users, newest first. Includes expired and revoked keys.',
});
