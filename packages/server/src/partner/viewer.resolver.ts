import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, ID, Info, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { permissionsOf, type ViewerPermission, type ViewerRole } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { connectionOf, ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { cacheIdDescription } from '../graphql/node.type.ts';
import { DateScalar, TimeZoneScalar } from '../graphql/scalars.ts';
import { oncePerField, resolveConnection } from '../reading/list.resolver.ts';
import { findSelected } from '../reading/source.ts';
import { wantedOf } from '../reading/wanted.ts';
import { Partner, PartnerUser, ViewerPermissionEnum, ViewerRoleEnum } from './partner.entity.ts';
import { countUsersOfPartner, findUsersOfPartner } from './partner.queries.ts';
import { partners, partnerUsers } from './partner.source.ts';

@ObjectType({ description: 'The user, API key or operator that makes the request.', simpleResolvers: true })
export class Viewer {
  @Field(() => ID, { description: cacheIdDescription })
  id!: string;

  @Field(() => Partner, { description: 'The partner whose data the viewer sees.' })
  partner!: Partner;

  @Field(() => PartnerUser, {
    nullable: true,
    description: 'The user of the viewer; null for the operator and for an API key of the partner itself.',
  })
  user!: PartnerUser | null;

  @Field(() => ViewerRoleEnum, { description: 'The role of the viewer.' })
  role!: ViewerRole;

  @Field(() => [ViewerPermissionEnum], { description: 'What the role allows.' })
  permissions!: ViewerPermission[];

  @Field(() => DateScalar, { description: "Today in the vendor's time zone; all deadlines depend on it." })
  businessDate!: CalendarDate;

  @Field(() => TimeZoneScalar, { description: 'The time zone that determines the business date.' })
  businessTimeZone!: string;
}

export const PartnerUserConnection = connectionOf(PartnerUser, { description: 'Users of the partner, by name.' });

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'The viewer of this request.' })
  async viewer(@Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo): Promise<Partial<Viewer>> {
    return await resolveViewer(context, info);
  }
}

/** The viewer with the fields selected at a path below the current field. */
export async function resolveViewer(context: RequestContext, info: GraphQLResolveInfo, ...path: string[]): Promise<Partial<Viewer>> {
  const { reader, businessTimeZone } = context;
  const { partnerId, viewer, today } = reader;
  const userIds = viewer.partnerUserId === null ? [] : [viewer.partnerUserId];
  const [foundPartners, foundUsers] = await Promise.all([
    findSelected(reader, info, partners, [partnerId], ...path, 'partner'),
    findSelected(reader, info, partnerUsers, userIds, ...path, 'user'),
  ]);
  const partner = foundPartners.get(partnerId);
  return {
    id: `viewer_${viewer.role === 'OPERATOR' ? 'operator_' : ''}${viewer.partnerUserId ?? partnerId}`,
    ...(partner && { partner: partner as unknown as Partner }),
    user: (foundUsers.get(viewer.partnerUserId ?? '') ?? null) as PartnerUser | null,
    role: viewer.role,
    permissions: permissionsOf(viewer.role),
    businessDate: today,
    businessTimeZone,
  };
}

@Resolver(() => Partner)
export class PartnerResolver {
  @FieldResolver(() => PartnerUserConnection, { description: 'Users of the partner, by name.' })
  async users(
    @Root() _partner: Partner,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { reader } = context;
    return await oncePerField(context, info, async () => {
      const wanted = wantedOf(info, partnerUsers.fields, args);
      return await resolveConnection(
        context,
        wanted,
        () => findUsersOfPartner(reader, wanted),
        () => countUsersOfPartner(reader),
      );
    });
  }
}
