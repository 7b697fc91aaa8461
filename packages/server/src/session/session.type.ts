import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../graphql/connection.type.ts';
import { Node } from '../graphql/node.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';
import { PartnerUser } from '../partner/partner.entity.ts';
import type { SessionMethod } from './session.writers.ts';

const SessionMethodEnum = registerEnum<SessionMethod>('SessionMethod', 'How somebody signed in.', {
  API_KEY: 'By an API key.',
  SIGN_ON: "By the company's sign-on.",
  SAMPLE: 'As the sample partner, in development.',
});

@ObjectType({ implements: Node, description: 'A browser that is or was signed in.', simpleResolvers: true })
export class Session extends Node {
  @Field(() => PartnerUser, {
    nullable: true,
    description: 'The user, perhaps removed; null if signed in by an API key of the partner itself.',
  })
  user!: PartnerUser | null;

  @Field(() => SessionMethodEnum, { description: 'How the user signed in.' })
  method!: SessionMethod;

  @Field(() => String, { nullable: true, description: 'Browser and system, as the browser says; null if unknown.' })
  device!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last used; some minutes late.' })
  lastUsedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends at the latest. Without requests, it ends earlier.' })
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; null while it is live.' })
  endedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether this request comes from it.' })
  isCurrent!: boolean;
}

export const SessionConnection = connectionOf(Session, { description: 'Sessions, live ones first, then those that ended last.' });
