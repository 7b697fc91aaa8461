import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { adminRoles, partnerRoles } from '../access/role.rules.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { forbidden } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { NullOnlyOnError } from '../graphql/semantic-non-null.ts';
import { Partner } from '../partner/partner.entity.ts';
import { Viewer } from '../partner/viewer.resolver.ts';
import { oncePerField, resolveConnection } from '../reading/list.resolver.ts';
import { findSelected } from '../reading/source.ts';
import { wantedOf } from '../reading/wanted.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { endSession } from './session-edit.queries.ts';
import { sessionFields } from './session.fields.ts';
import { countSessions, findSessions, type SessionSet } from './session-list.queries.ts';
import { sessions } from './session.source.ts';
import { Session, SessionConnection } from './session.type.ts';

@InputType({ description: 'Input of endSession.' })
class EndSessionInput {
  @Field(() => ID, { description: 'ID of the session.' })
  sessionId!: string;
}

const EndSessionPayload = payloadOf('EndSession', { session: Session });

async function list(context: RequestContext, info: GraphQLResolveInfo, args: ForwardPageArgs, set: SessionSet) {
  const { reader } = context;
  const wanted = wantedOf(info, sessionFields, args);
  return await resolveConnection(
    context,
    wanted,
    () => findSessions(reader, wanted, set),
    () => countSessions(reader, set),
  );
}

@Resolver(() => Viewer)
export class ViewerSessionsResolver {
  @FieldResolver(() => Session, { nullable: true, description: 'The session of this request; null if it has a key or token of its own.' })
  async session(@Root() _viewer: Viewer, @Ctx() { reader }: RequestContext, @Info() info: GraphQLResolveInfo) {
    const { sessionId } = reader.viewer;
    return sessionId === undefined ? null : ((await findSelected(reader, info, sessions, [sessionId])).get(sessionId) ?? null);
  }

  @FieldResolver(() => SessionConnection, { description: 'Sessions of the user, or of the API key if it has no user.' })
  async sessions(
    @Root() _viewer: Viewer,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await list(context, info, args, 'OWN');
  }
}

@Resolver(() => Partner)
export class PartnerSessionsResolver {
  @NullOnlyOnError()
  @FieldResolver(() => SessionConnection, {
    nullable: true,
    description: 'Sessions of all users. Requires role ADMIN; otherwise null, with an error.',
  })
  async sessions(
    @Root() _partner: Partner,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (!adminRoles.includes(context.reader.viewer.role)) throw forbidden(info.fieldName);
    return await oncePerField(context, info, async () => await list(context, info, args, 'ALL'));
  }

  @Mutation(() => EndSessionPayload, {
    description: "Ends a session at once, even the current one. Others' sessions require role ADMIN.",
  })
  async endSession(@Input(() => EndSessionInput) input: EndSessionInput, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    const outcome: Outcome<'session'> = await mutate({ context, info, input, allowed: partnerRoles, changesRights: true }, (write) =>
      endSession(write, uuidOf('Session', input.sessionId)),
    );
    if (outcome.sessionId) context.forgetSession(outcome.sessionId);
    return await readBack(context, info, outcome, { session: sessions });
  }
}
