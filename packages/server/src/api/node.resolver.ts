import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { changesOnDay, contractChanges } from '../contract-change/contract-change.source.ts';
import { contracts } from '../contract/contract.source.ts';
import { associations, customers, customerUsers } from '../customer/customer.source.ts';
import { savedViews } from '../dashboard/saved-view.source.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { parseGlobalId, type NodeKey, type NodeType } from '../graphql/global-id.ts';
import { Node } from '../graphql/node.type.ts';
import { partners, partnerUsers } from '../partner/partner.source.ts';
import { findSelected, type Source } from '../reading/source.ts';
import { reminders } from '../reminder/reminder.source.ts';
import { suppressions } from '../reminder/suppression.source.ts';
import { sessions } from '../session/session.source.ts';

const sources: Record<NodeType, Source> = {
  Partner: partners,
  PartnerUser: partnerUsers,
  Customer: customers,
  CustomerUser: customerUsers,
  CustomerAssociation: associations,
  Contract: contracts,
  ContractChange: contractChanges,
  SavedView: savedViews,
  Reminder: reminders,
  Suppression: suppressions,
  Session: sessions,
};

const maxIds = 250;
const maxDays = 10;

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'One object by its ID; null if it does not exist or the viewer may not see it.' })
  async node(
    @Arg('id', () => ID, { description: 'ID of the object.' }) id: string,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return (await findNodes(context, info, [id]))[0];
  }

  @Query(() => [Node], { nullable: 'items', description: 'Objects by their IDs, in the same order; null for each that is not found.' })
  async nodes(
    @Arg('ids', () => [ID], { description: `IDs of the objects, at most ${maxIds}.` }) ids: string[],
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown[]> {
    if (ids.length > maxIds) throw badInput(`At most ${maxIds} ids can be asked for at once.`);
    return await findNodes(context, info, ids);
  }
}

/** One statement for each type, and for each other day of contract changes. */
async function findNodes({ reader }: RequestContext, info: GraphQLResolveInfo, ids: readonly string[]): Promise<unknown[]> {
  const parsed = ids.map(parseGlobalId);
  const groups = new Map(parsed.flatMap((node) => (node === null ? [] : [[groupOf(node), node] as const])));
  const days = new Set([...groups.values()].flatMap(({ day }) => day ?? []));
  if (days.size > maxDays) throw badInput(`IDs of at most ${maxDays} days can be requested at once.`);
  const found = new Map(
    await Promise.all(
      [...groups].map(async ([group, { type, day }]) => {
        const uuids = parsed.flatMap((node) => (node && groupOf(node) === group ? [node.uuid] : []));
        return [group, await findSelected(reader, info, day === null ? sources[type] : changesOnDay(day), uuids)] as const;
      }),
    ),
  );
  return parsed.map((node, index) => {
    const object = node && found.get(groupOf(node))?.get(node.uuid);
    // The type follows from the ID, which need not be selected.
    return object ? { ...object, id: ids[index] } : null;
  });
}

const groupOf = ({ type, day }: NodeKey): string => `${type} ${day ?? ''}`;
