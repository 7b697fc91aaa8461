import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { PartnerUserRole } from '../access/role.rules.ts';
import { PageInfo } from '../reading/connection.type.ts';
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

@ObjectType({ description: 'An API key in a list.', simpleResolvers: true })
class ApiKeyEdge {
  @Field(() => String, { description: 'Position of the key in the list.' })
  cursor!: string;

  @Field(() => ApiKey, { description: 'The key.' })
  node!: ApiKey;
}

@ObjectType({
  description: 'API keys of the partner and its users, the newest first; expired and revoked ones too.',
  simpleResolvers: true,
})
export class ApiKeyConnection {
  @Field(() => [ApiKeyEdge], { description: 'The keys of this page with their cursors.' })
  edges!: ApiKeyEdge[];

  @Field(() => [ApiKey], { description: 'The keys of this page.' })
  nodes!: ApiKey[];

  @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of all keys; counted only when asked for.' })
  totalCount!: number;
}
