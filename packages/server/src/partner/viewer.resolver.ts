import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, Info, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { ViewerRole } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { connectionFrom, connectionSelection, noPage } from '../reading/connection.selection.ts';
import { ForwardPageArgs, PageInfo, pageOf } from '../reading/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { projectionOf } from '../reading/projection.ts';
import { DateScalar, TimeZoneScalar } from '../graphql/scalars.ts';
import { descend, selectedPaths } from '../reading/selected-fields.ts';
import { Partner, PartnerUser, ViewerRoleEnum } from './partner.entity.ts';
import { partnerFields, partnerUserFields } from './partner.fields.ts';
import { countUsersOfPartner, findPartner, findPartnerUsers, findUsersOfPartner, partnerUserOrder } from './partner.queries.ts';

@ObjectType({ description: 'The one who asks: for which partner, as whom, on which business date.', simpleResolvers: true })
export class Viewer {
  @Field(() => Partner, { description: 'The partner whose customers are seen.' })
  partner!: Partner;

  @Field(() => PartnerUser, {
    nullable: true,
    description: 'The user whose key it is; null for a key of the partner itself, or of the operator.',
  })
  user!: PartnerUser | null;

  @Field(() => ViewerRoleEnum, { description: 'What the viewer may do.' })
  role!: ViewerRole;

  @Field(() => DateScalar, { description: "Today in the vendor's time zone; every deadline counts from it." })
  businessDate!: CalendarDate;

  @Field(() => TimeZoneScalar, { description: 'The time zone that turns the clock into the business date.' })
  businessTimeZone!: string;
}

@ObjectType({ description: 'A user of the partner in a list.', simpleResolvers: true })
class PartnerUserEdge {
  @Field(() => String, { description: 'Position of the user in the list.' })
  cursor!: string;

  @Field(() => PartnerUser, { description: 'The user.' })
  node!: PartnerUser;
}

@ObjectType({ description: 'Users of the partner by name.', simpleResolvers: true })
class PartnerUserConnection {
  @Field(() => [PartnerUserEdge], { description: 'The users of this page with their cursors.' })
  edges!: PartnerUserEdge[];

  @Field(() => [PartnerUser], { description: 'The users of this page.' })
  nodes!: PartnerUser[];

  @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of all users; counted only when asked for.' })
  totalCount!: number;
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'The one who asks.' })
  async viewer(@Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo): Promise<Partial<Viewer>> {
    return await resolveViewer(context, info);
  }
}

/** The viewer as selected, at a path below the field that is being resolved. */
export async function resolveViewer(context: RequestContext, info: GraphQLResolveInfo, ...path: string[]): Promise<Partial<Viewer>> {
  const { viewer, partnerId, pool, businessDate, businessTimeZone } = context;
  const root = getNamedType(info.returnType) as GraphQLObjectType;
  const partnerAt = descend(info, root, info.fieldNodes, ...path, 'partner');
  const userAt = descend(info, root, info.fieldNodes, ...path, 'user');
  const partner = projectionOf(partnerFields, selectedPaths(info, partnerAt.type, partnerAt.nodes, partnerFields));
  const user = projectionOf(partnerUserFields, selectedPaths(info, userAt.type, userAt.nodes, partnerUserFields));
  const [partners, users] = await Promise.all([
    partnerAt.nodes.length > 0 ? findPartner(pool, partnerId, partner) : null,
    userAt.nodes.length > 0 && viewer.partnerUserId !== null ? findPartnerUsers(pool, partnerId, user, [viewer.partnerUserId]) : null,
  ]);
  const [partnerRow] = partners?.get(partnerId) ?? [];
  const [userRow] = users?.get(viewer.partnerUserId ?? '') ?? [];
  return {
    ...(partnerRow && { partner: partner.shape(partnerRow, viewer) as unknown as Partner }),
    user: userRow ? (user.shape(userRow, viewer) as unknown as PartnerUser) : null,
    role: viewer.role,
    businessDate,
    businessTimeZone,
  };
}

@Resolver(() => Partner)
export class PartnerResolver {
  @FieldResolver(() => PartnerUserConnection, { description: 'The users of the partner, by name.' })
  async users(
    @Root() _partner: Partner,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { pool, partnerId, viewer }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { projection, facts, wantsRows, wantsCount } = connectionSelection(info, partnerUserFields);
    const page = pageOf(args);
    const [found, totalCount] = await Promise.all([
      wantsRows ? findUsersOfPartner(pool, partnerId, projection, page, facts) : noPage,
      wantsCount ? countUsersOfPartner(pool, partnerId) : 0,
    ]);
    return { ...connectionFrom(found, projection, partnerUserOrder.name, partnerId, viewer), totalCount };
  }
}
